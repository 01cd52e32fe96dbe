import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

export default defineConfig({
  ...shared,
  // Bundled, as they would make up half of the time that a program takes to start: zod is imported with its messages in
  // fifty languages, which only a bundler leaves out, and a CommonJS package of five files is found and read file by file.
  noExternal: [/^zod/, "@renovatebot/pep440"],
  esbuildOptions: (options, context) => {
    shared.esbuildOptions?.(options, context);
    // pep440 has no other field; "neutral" looks at none by itself.
    options.mainFields = ["main"];
  },
  entry: {
    index: "src/index.ts",
    errors: "src/errors.ts",
    sha256: "src/sha256.ts",
    "transport/index": "src/transport/index.ts",
    "device/index": "src/device/index.ts",
    "mpy/index": "src/mpy/index.ts",
    "python/index": "src/python/index.ts",
    "manifest/index": "src/manifest/index.ts",
    "pypi/index": "src/pypi/index.ts",
    "publish/index": "src/publish/index.ts",
    "circuitpython/index": "src/circuitpython/index.ts",
    "imports/index": "src/imports/index.ts",
    "node/index": "src/node/index.ts",
    "node/file-system": "src/node/file-system.ts",
    "testing/index": "src/testing/index.ts",
  },
});
