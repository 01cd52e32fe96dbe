// compileAll in a real browser: Web Workers that load @upykit/compiler/worker, in headless Chromium.

import { readFileSync } from "node:fs";
import { compile, CompileError, type SourceFile } from "@upykit/compiler";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingChromium, startChromium, type TestBrowser } from "../../../test/support/chromium.js";
import { servePage } from "../../../test/support/page.js";
import type { StaticServer } from "../../../test/support/static-server.js";
import type { PageResult } from "./browser-page.js";

const sources = readFileSync(new URL("./fixtures/features.ndjson", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as { source: string }).source);
const files: SourceFile[] = sources.map((source, i) => ({ filename: `file${i}.py`, source }));
/** Enough for many batches. */
const manyFiles = Array.from({ length: 40 }, (_, i) => ({
  filename: `large${i}.py`,
  source: "def f(a, b=1):\n    return [a + x for x in b]\n".repeat(2500),
}));

/** What compile gives in Node. */
function compiledHere({ filename, source }: SourceFile): PageResult {
  try {
    return { mpy: Buffer.from(compile(source, { filename }).mpy).toString("hex") };
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return { message: error.message, line: error.line };
  }
}

describe.skipIf(missingChromium() !== null)("compileAll in Chromium", () => {
  let site: StaticServer;
  let browser: TestBrowser;
  let page: Page;

  beforeAll(async () => {
    site = await servePage(new URL("browser-page.ts", import.meta.url), {
      beside: { worker: new URL("../src/worker.ts", import.meta.url) },
    });
    browser = await startChromium();
    page = await browser.newPage(site.origin);
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  });

  test("gives what compile gives, in order, errors in their place", async () => {
    const { results } = await page.evaluate((all) => compileInWorkers(all), files);
    expect(results).toEqual(files.map(compiledHere));
    expect(results.some((result) => "message" in result)).toBe(true);
  });

  test("spreads many files over the workers, with progress", async () => {
    const { results, progress } = await page.evaluate((all) => compileInWorkers(all), manyFiles);
    expect(results).toEqual(manyFiles.map(compiledHere));
    expect(progress.length).toBeGreaterThan(10);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBe(manyFiles.length);
  });

  test("an abort rejects with its reason", async () => {
    expect(await page.evaluate((all) => abortInWorkers(all), manyFiles)).toBe("enough");
  });

  test("workers that are disposed of leave nobody waiting", async () => {
    const [running, later] = await page.evaluate((all) => disposeOfWorkers(all), manyFiles);
    expect(running).toContain("disposed of");
    expect(later).toContain("disposed of");
  });
});
