// Who may import whom, as one table. `pnpm lint` holds it; CONTRIBUTING shows it as a picture.

/** Folders of packages/core/src, each with the sibling folders it may import (files in src itself are free to all). */
const core = {
  specs: [],
  python: [],
  mpy: [],
  sources: ["specs"],
  archive: ["sources"],
  pypi: ["specs", "sources", "archive"],
  publish: ["specs", "archive", "manifest", "mpy"],
  resolve: ["specs", "sources"],
  targets: ["specs"],
  imports: ["specs", "targets", "python", "mpy"],
  bundles: ["specs", "sources", "archive", "mpy"],
  circuitpython: [
    "specs",
    "sources",
    "archive",
    "bundles",
    "resolve",
    "targets",
    "imports",
    "install",
    "mpy",
    "python",
  ],
  install: ["specs", "sources", "resolve", "targets", "imports", "mpy"],
  transport: [],
  device: ["targets", "transport"],
  manifest: ["python", "specs", "sources"],
  node: [
    "archive",
    "bundles",
    "circuitpython",
    "specs",
    "sources",
    "resolve",
    "targets",
    "imports",
    "install",
    "manifest",
    "mpy",
    "python",
  ],
  testing: ["specs", "targets", "transport", "device"],
};

/** What publishes something of a room above its own: the doctor's fixes are carried out by the installer's transaction. */
const publishedFromAbove = ["packages/core/src/imports/index.ts"];

/** Packages, each with the sibling packages it may import. */
const packages = {
  core: [],
  "transport-serial": ["core"],
  "transport-webserial": ["core"],
  "transport-webrepl": ["core"],
  compiler: ["core"],
  freezer: ["core", "compiler"],
};

const nodeOnly = [
  "packages/core/src/node/**",
  "packages/transport-serial/src/**",
  "packages/transport-webrepl/src/node/**",
  "packages/compiler/src/node/**",
];

/** The layer rules as ESLint configurations. */
export function layerRules() {
  return [...Object.keys(core).map(coreRule), ...Object.keys(packages).map(packageRule), nodeRule()];
}

function coreRule(folder) {
  const banned = Object.keys(core).filter((other) => other !== folder && !core[folder].includes(other));
  return {
    files: [`packages/core/src/${folder}/**/*.ts`],
    ignores: ["**/*.test.ts", "**/fixtures/**", ...publishedFromAbove],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${banned.join("|")})/`,
              allowTypeImports: true,
              message: `core/src/${folder} may not import this folder; see scripts/layers.mjs.`,
            },
            { regex: "^@upykit/", message: "core imports no sibling package." },
          ],
        },
      ],
    },
  };
}

function packageRule(name) {
  const banned = Object.keys(packages).filter((other) => other !== name && !packages[name].includes(other));
  return {
    files: [`packages/${name}/src/**/*.ts`],
    ignores: ["**/*.test.ts", ...(name === "core" ? ["**"] : [])],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: [{ regex: `^@upykit/(${banned.join("|")})(/|$)`, message: "see scripts/layers.mjs" }] },
      ],
    },
  };
}

/** Node's built-in modules are for the rooms that say so. */
function nodeRule() {
  return {
    files: ["packages/*/src/**/*.ts"],
    ignores: ["**/*.test.ts", ...nodeOnly],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^node:", message: "neutral code imports no Node built-in" }] },
      ],
    },
  };
}
