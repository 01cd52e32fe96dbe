// A page for tests in a browser: TypeScript of the repository, bundled from the sources and served over loopback HTTP. Not
// published.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { serveFolder, type StaticServer } from "./static-server.js";

/** What else a page has. */
export interface PageOptions {
  /** Bundled beside it, each as `/NAME.js`. */
  readonly beside?: Readonly<Record<string, URL>>;
  /** Imports that stay as they are, as what only Node runs is not reached in the page. */
  readonly external?: string[];
}

/** Serves a page that runs `page`. */
export async function servePage(
  page: URL,
  { beside = {}, external = [] }: PageOptions = {},
): Promise<StaticServer> {
  const folder = mkdtempSync(join(tmpdir(), "upykit-page-"));
  const files = Object.entries({ page, ...beside }).map(([name, url]) => [name, fileURLToPath(url)]);
  await build({
    entryPoints: Object.fromEntries(files) as Record<string, string>,
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external,
    tsconfig: fileURLToPath(new URL("../../tsconfig.paths.json", import.meta.url)),
    logLevel: "error",
  });
  writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="/page.js"></script>');
  const site = await serveFolder(folder);
  return {
    origin: site.origin,
    [Symbol.asyncDispose]: async () => {
      await site[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
