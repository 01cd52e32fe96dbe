// The page of this example, built with Vite, in headless Chromium: on a virtual board in the page, and on a board
// behind the browser's real Web Serial.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { serveIndex } from "upykit-example-index";
import { type InlineConfig, build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPtyBoard } from "../../test/support/pty-board.js";
import { missingChromium, missingWebSerial, startChromium } from "../../test/support/chromium.js";
import { sourceAliases } from "../../test/support/source-aliases.js";
import { type StaticServer, serveFolder } from "../../test/support/static-server.js";

const root = fileURLToPath(new URL(".", import.meta.url));
const noChromium = missingChromium() !== null;
const noWebSerial = missingWebSerial() !== null;

let folder: string;
let site: StaticServer;
let index: { url: string; close(): Promise<void> };

beforeAll(async () => {
  if (noChromium) return;
  folder = mkdtempSync(join(tmpdir(), "upykit-page-"));
  const config: InlineConfig = {
    root,
    configFile: false,
    logLevel: "warn",
    resolve: { alias: sourceAliases },
    build: { outDir: folder, emptyOutDir: true, target: "es2022" },
  };
  await build(config);
  index = await serveIndex();
  site = await serveFolder(folder, index.url);
});

afterAll(async () => {
  if (noChromium) return;
  await site[Symbol.asyncDispose]();
  await index.close();
  rmSync(folder, { recursive: true });
});

async function doTheMainJob(page: Page, board: "virtual" | "granted"): Promise<void> {
  const status = page.locator("#status");
  const says = (text: string) => status.filter({ hasText: text }).waitFor({ timeout: 25_000 });
  await page.click(`#${board}`);
  await says("Connected.");
  await page.click("#install");
  await says("Installed and verified: ");
  expect(await status.textContent()).toMatch(/greenhouse .*tinylog|tinylog .*greenhouse/);
  expect(await page.getAttribute("#bar", "aria-valuenow")).toBe("100");
  expect(await page.locator("#plan tbody tr").count()).toBeGreaterThan(2);
  await page.click("#run");
  await says("Done");
  expect(await page.textContent("#output")).not.toBe("");
}

test.skipIf(noChromium)("does the main job on a virtual board in the page", async () => {
  await using browser = await startChromium();
  const page = await browser.newPage(`${site.origin}/?index=/index`);
  await doTheMainJob(page, "virtual");
  const picture = process.env["SCREENSHOT"];
  if (picture !== undefined) await page.screenshot({ path: picture, fullPage: true });
});

test.skipIf(noWebSerial)("does the main job over real Web Serial", async () => {
  await using rig = await startPtyBoard();
  await using browser = await startChromium({ serialFor: site.origin });
  browser.bindPort(rig.path);
  const page = await browser.newPage(`${site.origin}/?index=/index`);
  await doTheMainJob(page, "granted");
  expect(await rig.board.fs.has("/lib/tinylog.mpy")).toBe(true);
});

test.skipIf(noChromium)("says what to do when no board was chosen before", async () => {
  await using browser = await startChromium();
  const page = await browser.newPage(`${site.origin}/`);
  await page.click("#granted");
  await page.locator("#status.error").filter({ hasText: "No board was chosen before" }).waitFor();
});
