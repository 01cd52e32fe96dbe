// CircuitPython's bundles and web workflow in a real browser: a zip that somebody chose (fflate), one that is read by HTTP
// ranges, and a board whose answers to pages are those of its firmware.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from "vitest";
import { missingChromium, startChromium, type TestBrowser } from "../../../test/support/chromium.js";
import { servePage } from "../../../test/support/page.js";
import type { StaticServer } from "../../../test/support/static-server.js";
import { buildRelease } from "../src/bundles/fixtures/release.js";
import { FakeWebWorkflow } from "../src/circuitpython/fixtures/fake-web-workflow.js";
import "./circuitpython-page.js";
import { startWebServer, type WebServer } from "./web-server.js";

const id = "test-circuitpython-bundle";
const tag = "20260101";
const sources = [
  {
    name: "adafruit_bus_device",
    pypi: "adafruit-circuitpython-busdevice",
    version: "5.2.0",
    files: { "adafruit_bus_device/__init__.py": "", "adafruit_bus_device/i2c.py": "I2C = 1\n" },
    requirements: [],
  },
  {
    name: "adafruit_sensor",
    pypi: "adafruit-circuitpython-sensor",
    version: "1.4.0",
    files: { "adafruit_sensor.py": 'from adafruit_bus_device import i2c\n__version__ = "1.4.0"\n' },
    requirements: ["Adafruit-Blinka", "adafruit-circuitpython-busdevice"],
  },
  // So much that the directory of the zip is not in the bytes that are read with its end.
  ...Array.from({ length: 60 }, (_, i) => ({
    name: `adafruit_data_${i}`,
    pypi: `adafruit-circuitpython-data-${i}`,
    version: "1.0.0",
    files: { [`adafruit_data_${i}.py`]: noise(4000, i) },
    requirements: [],
  })),
];
const release = buildRelease(sources, { id, tag, majors: [9] });
const zipName = `${id}-9.x-mpy-${tag}.zip`;
const zip = release.get(zipName) ?? new Uint8Array(0);
const written = [
  "/lib/adafruit_bus_device/__init__.py",
  "/lib/adafruit_bus_device/i2c.mpy",
  "/lib/adafruit_sensor.mpy",
];

/** Text that hardly packs. */
function noise(length: number, seed: number): string {
  let state = seed + 1;
  const digit = (): string => ((state = (state * 48271) % 2147483647) % 36).toString(36);
  return `DATA = "${Array.from({ length }, digit).join("")}"\n`;
}

/** Serves the release to pages of every origin, by ranges; "/plain/" tells them nothing of ranges, "/closed/" nothing at all. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? "";
  const content = release.get(url.slice(url.lastIndexOf("/") + 1));
  if (!url.startsWith("/closed/")) response.setHeader("Access-Control-Allow-Origin", "*");
  if (url.startsWith("/open/")) response.setHeader("Access-Control-Expose-Headers", "Content-Range, ETag");
  if (request.method === "OPTIONS") {
    response.setHeader("Access-Control-Allow-Headers", "Range, If-Range");
    return void response.writeHead(204).end();
  }
  if (content === undefined) return void response.writeHead(404).end();
  response.setHeader("ETag", '"1"');
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  if (range === null) return void response.writeHead(200).end(request.method === "HEAD" ? "" : content);
  const [, first = "", last = ""] = range;
  const start = first === "" ? Math.max(0, content.length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? content.length - 1 : Math.min(Number(last), content.length - 1);
  response.writeHead(206, { "Content-Range": `bytes ${start}-${end}/${content.length}` });
  return void response.end(content.subarray(start, end + 1));
}

describe.skipIf(missingChromium() !== null)("in Chromium", () => {
  let site: StaticServer;
  let web: WebServer;
  let browser: TestBrowser;
  let page: Page;
  let board: FakeWebWorkflow;
  let host: string;

  beforeAll(async () => {
    site = await servePage(new URL("circuitpython-page.ts", import.meta.url));
    web = await startWebServer(answer);
    browser = await startChromium();
    // The board serves pages of localhost, wherever they are from.
    page = await browser.newPage(site.origin.replace("127.0.0.1", "localhost"));
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await web[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    board = new FakeWebWorkflow();
    host = await board.start();
    web.requests.length = 0;
  });

  afterEach(() => board.stop());

  test("a library goes from a bundle that is read by ranges to a board, and away again", async () => {
    const place = `${web.url}/open/{tag}/${id}-{variant}-{tag}.zip`;
    const result = await page.evaluate(([one, other]) => installFromWeb(one, other), [host, place] as const);
    expect(result).toEqual({
      written,
      isWhole: true,
      versions: { adafruit_bus_device: "5.2.0", adafruit_sensor: "1.4.0" },
      left: [],
    });
    expect([...board.tree.entries.keys()].filter((path) => path.startsWith("/lib/"))).toEqual([]);
    const asked = web.requests.filter(({ url }) => url.endsWith(zipName));
    expect(asked.length).toBeGreaterThan(1);
    expect(
      asked.filter(
        ({ headers }) =>
          headers.range === undefined && headers["access-control-request-method"] === undefined,
      ),
    ).toEqual([]);
    expect(board.requests.filter((line) => line.startsWith("OPTIONS")).length).toBeGreaterThan(0);
  });

  test("a server that tells pages nothing of its ranges is asked for the whole file", async () => {
    const place = `${web.url}/plain/{tag}/${id}-{variant}-{tag}.zip`;
    const result = await page.evaluate(([one, other]) => installFromWeb(one, other), [host, place] as const);
    expect(result).toMatchObject({ written, isWhole: true, left: [] });
  });

  test("a zip that somebody chose is installed from memory", async () => {
    const result = await page.evaluate(([one, bytes, name]) => installFromFile(one, bytes, name), [
      host,
      [...zip],
      zipName,
    ] as const);
    expect(result).toMatchObject({ written, isWhole: true, left: [] });
  });

  test.each([
    ["cut off", zip.subarray(0, zip.length >> 1)],
    ["with a byte changed", zip.map((byte, index) => (index === 60 ? byte ^ 0xff : byte))],
  ])("a zip %s is refused", async (_, bytes) => {
    expect(await page.evaluate((all) => failsToOpen(all), [...bytes])).toMatchObject({
      code: "invalid-package",
    });
  });

  test("a wrong password is told", async () => {
    const failure = await page.evaluate((one) => failsToConnect(one, "wrong"), host);
    expect(failure.code).toBe("access-denied");
    expect(failure.hint).toContain("CIRCUITPY_WEB_API_PASSWORD");
  });

  test("a page that the board does not serve hears what to do", async () => {
    const other = await browser.newPage(site.origin);
    const failure = await other.evaluate((one) => failsToConnect(one, "passw0rd"), host);
    expect(failure.code).toBe("no-response");
    expect(failure.hint).toContain("http://localhost");
    await other.close();
  });
});
