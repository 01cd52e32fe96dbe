// WebREPL from a browser: headless Chromium with its own WebSocket, and a real MicroPython behind the server.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { missingChromium, startChromium } from "../../../test/support/chromium.js";
import { serveFolder } from "../../../test/support/static-server.js";
import type { PageReport } from "./text-page.js";
import { startWebReplBoard } from "./web-repl-board.js";

declare const useBoard: (url: string) => Promise<PageReport>;

test.skipIf(missingChromium() !== null)("runs code and keeps files, from Chromium", async () => {
  const folder = mkdtempSync(join(tmpdir(), "upykit-webrepl-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await bundlePage(join(folder, "page.js"));
  writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="/page.js"></script>');
  await using site = await serveFolder(folder);
  await using rig = await startWebReplBoard();
  await using browser = await startChromium();
  const page = await browser.newPage(site.origin);
  const report = await page.evaluate((url) => useBoard(url), rig.server.url);
  expect(report).toEqual({
    printed: "21 °C b'\\x00\\x80\\xff'\r\n",
    kept: true,
    put: true,
    lost: { code: "link-lost", hint: expect.stringContaining("base64") as string },
  });
  expect(await rig.virtual.fs.has("/lib/b.bin")).toBe(true);
});

async function bundlePage(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("text-page.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "browser",
    tsconfig: fileURLToPath(new URL("../../../tsconfig.paths.json", import.meta.url)),
    logLevel: "error",
  });
}
