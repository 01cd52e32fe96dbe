// The virtual board in everything that is not vitest: plain Node from an ESM and a CJS bundle, and a browser.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { chromium } from "playwright-core";
import { afterAll, expect, test } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));
// Below the package, so that the interpreter is found from there as it is from the published package.
const folder = mkdtempSync(join(here, "../../node_modules/.bundles-"));
afterAll(() => rmSync(folder, { recursive: true }));

const program = `
import { createVirtualBoard } from "./index.js";
import { RawRepl } from "./raw-repl.fixture.js";
export async function run(options) {
  const board = await createVirtualBoard(options);
  const repl = new RawRepl(board.transport());
  await repl.enter();
  const answer = await repl.exec("import sys; print(sys.implementation.name, 6 * 7)");
  await board[Symbol.asyncDispose]();
  return answer.trim();
}
`;

function bundle(tail: string, options: BuildOptions) {
  return build({
    stdin: { contents: program + tail, resolveDir: here, loader: "ts" },
    bundle: true,
    target: "es2022",
    tsconfigRaw: "{}",
    // CJS has no import.meta; the code looks for __filename first.
    logOverride: { "empty-import-meta": "silent" },
    ...options,
  });
}

// The process ends by itself: a board that was disposed of holds no handle.
for (const format of ["esm", "cjs"] as const)
  test(`it runs from ${format} in Node, and lets the process end`, async () => {
    const outfile = join(folder, format === "esm" ? "bundle.mjs" : "bundle.cjs");
    await bundle("run().then(console.log)", { format, platform: "neutral", outfile });
    expect(execFileSync(process.execPath, [outfile], { encoding: "utf8", timeout: 25_000 })).toBe(
      "micropython 42\n",
    );
  });

const browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (browser === undefined && process.env["CI"] === "true") throw new Error("no Chromium");

test.skipIf(browser === undefined)(
  "it runs in a browser: in a worker, and in the page where memory is not shared",
  async () => {
    const result = await bundle("globalThis.run = run;", {
      format: "iife",
      platform: "browser",
      write: false,
    });
    const module = createRequire(import.meta.url).resolve("@micropython/micropython-webassembly-pyscript");
    const files: Record<string, [type: string, content: Uint8Array | string]> = {
      "/": ["text/html", "<!doctype html><script src=/bundle.js></script>"],
      "/bundle.js": ["text/javascript", result.outputFiles?.[0]?.text ?? ""],
      "/micropython.mjs": ["text/javascript", readFileSync(module)],
      "/micropython.wasm": ["application/wasm", readFileSync(join(dirname(module), "micropython.wasm"))],
    };
    const server = createServer((request, response) => {
      const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
      const [type, content] = files[pathname] ?? ["text/plain", ""];
      response.setHeader("Content-Type", type);
      if (search === "?isolated") {
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
      }
      response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
      response.end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const chrome = await chromium.launch({
      executablePath: browser ?? "",
      args: ["--no-sandbox", "--disable-gpu"],
    });
    try {
      for (const [search, isolated] of [
        ["?isolated", true],
        ["", false],
      ] as const) {
        const page = await chrome.newPage();
        await page.goto(`${origin}/${search}`);
        expect(await page.evaluate("crossOriginIsolated")).toBe(isolated);
        expect(await page.evaluate("run({ micropython: '/micropython.mjs' })")).toBe("micropython 42");
      }
    } finally {
      await chrome.close();
      server.close();
    }
  },
);
