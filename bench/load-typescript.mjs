// Loads a helper of the tests, which is TypeScript: bundled with its own parts, but with none of the packages it uses.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The module behind a file of the repository, given by its path from the root. */
export async function loadTypeScript(path) {
  const outfile = new URL(`node_modules/.cache/${path.replace(/\W/g, "-")}.mjs`, import.meta.url);
  await build({
    entryPoints: [fileURLToPath(new URL(`../${path}`, import.meta.url))],
    outfile: fileURLToPath(outfile),
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "error",
  });
  return import(outfile.href);
}
