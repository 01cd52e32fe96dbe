import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildSdist } from "@upykit/core/publish";
import { createFakeWeb, type FakeWeb } from "../../packages/core/test/fake-web.js";
import { projectPages, type Release } from "../../packages/core/src/pypi/fixtures/archives.js";
import { micropip } from "./micropip.mjs";

const library = "https://micropython.org/pi";
const pypi = "https://pypi.org/pypi";

/** A package as its author publishes it. */
function release(name: string, version: string, dependencies: string[] = []): Release {
  const content = new TextEncoder().encode(`version = "${version}"\n`);
  const files = [{ path: `${name}/__init__.py`, content }];
  return { archive: buildSdist({ name: `micropython-${name}`, version, dependencies, files }).content };
}

const pages = {
  ...projectPages(library, {
    "micropython-uasyncio": { "1.2.3": release("uasyncio", "1.2.3", ["micropython-uasyncio.core"]) },
    "micropython-uasyncio.core": { "1.5": release("uasyncio_core", "1.5") },
  }),
  ...projectPages(pypi, {
    "micropython-uasyncio": { "9.9": release("uasyncio", "9.9") },
    "micropython-iotc": { "1.0.0": release("iotc", "1.0.0"), "1.1.0": release("iotc", "1.1.0") },
  }),
  ...projectPages("http://localhost:9000/pi", { "micropython-own": { "1": release("own", "1") } }),
};
let folder: string;
let web: FakeWeb;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "micropip-"));
  web = createFakeWeb(pages);
});
afterEach(() => rm(folder, { recursive: true }));
const modules = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => !name.startsWith(".") && !name.endsWith(".json")).sort();

test("install -p DIR, several packages, one in a version: the library's own index comes first", async () => {
  const printed: string[] = [];
  const args = ["install", "-p", folder, "micropython-uasyncio", "micropython-iotc==1.0.0"];
  await micropip(args, { fetch: web.fetch, print: (line) => printed.push(line) });
  expect(await modules()).toEqual(["iotc", "uasyncio", "uasyncio_core"]);
  expect(await readFile(join(folder, "uasyncio/__init__.py"), "utf8")).toBe('version = "1.2.3"\n');
  expect(await readFile(join(folder, "iotc/__init__.py"), "utf8")).toBe('version = "1.0.0"\n');
  expect(printed[0]).toBe(`Installing to: ${folder}`);
  expect(web.requests).not.toContain(`${pypi}/micropython-uasyncio/json`);
});

test("-i replaces the indexes, -r reads requirements from a file", async () => {
  const list = join(folder, "wanted.txt");
  await writeFile(list, "# what we need\n\nmicropython-own\n");
  await micropip(["install", "-p", folder, "-i", "http://localhost:9000/pi", "-r", list], {
    fetch: web.fetch,
  });
  expect(await modules()).toEqual(["own", "wanted.txt"]);
  expect(web.requests.every((url) => !url.startsWith(pypi) && !url.startsWith(library))).toBe(true);
});

test("what cannot be had leaves the directory as it was", async () => {
  const wanted = ["install", "-p", folder, "micropython-iotc", "micropython-gone"];
  await expect(micropip(wanted, { fetch: web.fetch })).rejects.toMatchObject({ code: "not-found" });
  expect(await modules()).toEqual([]);
  await expect(micropip(["remove"])).rejects.toMatchObject({ code: "invalid-argument" });
});
