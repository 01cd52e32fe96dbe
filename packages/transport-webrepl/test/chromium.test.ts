// WebREPL from a browser: headless Chromium with its own WebSocket, and a real MicroPython behind the server.
import { expect, test } from "vitest";
import { missingChromium, startChromium } from "../../../test/support/chromium.js";
import { servePage } from "../../../test/support/page.js";
import type { PageReport } from "./text-page.js";
import { startWebReplBoard } from "./web-repl-board.js";

declare const useBoard: (url: string) => Promise<PageReport>;

test.skipIf(missingChromium() !== null)("runs code and keeps files, from Chromium", async () => {
  await using site = await servePage(new URL("text-page.ts", import.meta.url));
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
