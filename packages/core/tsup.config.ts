import { readdirSync } from "node:fs";
import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

const entry = {
  index: "src/index.ts",
  "device/index": "src/device/index.ts",
  "mpy/index": "src/mpy/index.ts",
  "python/index": "src/python/index.ts",
  "manifest/index": "src/manifest/index.ts",
  "pypi/index": "src/pypi/index.ts",
  "publish/index": "src/publish/index.ts",
  "node/index": "src/node/index.ts",
  "testing/index": "src/testing/index.ts",
};

// Each module is an output of its own, so that the entries hold nothing but re-exports: a bundler then takes what a page
// uses, and a page that only opens a port does not get the schemas of the installer.
const modules = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !/\.(test|fixture)\.ts$|fixtures|(^|\/)index\.ts$/.test(path))
  .map((path) => [path.replace(/\.ts$/, ""), `src/${path}`] as const);

export default defineConfig({
  ...shared,
  entry: { ...entry, ...Object.fromEntries(modules) },
  dts: { compilerOptions: { ignoreDeprecations: "6.0" }, entry },
});
