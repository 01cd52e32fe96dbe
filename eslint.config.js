import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";
import { layerRules } from "./scripts/layers.mjs";

export default tseslint.config(
  { ignores: ["**/generated/", "**/dist/", "**/node_modules/", "coverage/", "docs/api/", "**/fixtures/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true } }],
      "max-lines": ["error", { max: 600, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["**/*.config.ts"], rules: { "no-restricted-exports": "off" } },
  { files: ["**/*.mjs", "**/*.js"], languageOptions: { globals: globalsOfNode() } },
  {
    files: ["examples/vscode-extension/**/*.js"],
    languageOptions: { sourceType: "commonjs", globals: { require: "readonly", module: "writable" } },
  },
  ...layerRules(),
  prettier,
);

function globalsOfNode() {
  const names =
    "process console URL URLSearchParams fetch Buffer performance setTimeout clearTimeout setInterval clearInterval AbortController AbortSignal TextEncoder TextDecoder ReadableStream WritableStream WebSocket Worker navigator document window location structuredClone";
  return Object.fromEntries(names.split(" ").map((name) => [name, "readonly"]));
}
