// Bundles on the web: where they are found, what is fetched of them, and what a cache spares.

import {
  createMemoryCache,
  formatLockfile,
  install,
  memoryTarget,
  parseLockfile,
  planInstall,
  applyPlan,
  resolve,
} from "@upykit/core";
import { bundleMembers, circuitPythonBundle, rangeZip, type BundleWarning } from "@upykit/core/circuitpython";
import { describe, expect, test } from "vitest";
import { circuitPython } from "./fixtures/environments.js";
import { libraries } from "./fixtures/libraries.js";
import { buildRelease } from "./fixtures/release.js";
import { serve } from "./fixtures/web.js";

const release = buildRelease(libraries);
const repository = "https://github.com/adafruit/Adafruit_CircuitPython_Bundle";
const base = `${repository}/releases/download/20260101`;
const storage = "https://storage.test/assets";
const files = new Map([...release].map(([name, content]) => [`${storage}/${name}`, content] as const));
const latest = { [`${repository}/releases/latest`]: `${repository}/releases/tag/20260101` };
const redirects = {
  ...latest,
  ...Object.fromEntries([...release.keys()].map((name) => [`${base}/${name}`, `${storage}/${name}`])),
};
const zipName = "adafruit-circuitpython-bundle-10.x-mpy-20260101.zip";
const environment = circuitPython("10.0.3");

describe("a release on GitHub", () => {
  test("is found by its repository, as circup does, and read by ranges", async () => {
    const web = serve(files, { redirects });
    const bundle = await circuitPythonBundle("github:adafruit/Adafruit_CircuitPython_Bundle", {
      fetch: web.fetch,
    });
    expect(bundle).toMatchObject({ id: "adafruit-circuitpython-bundle", tag: "20260101" });
    const target = memoryTarget({ environment });
    await install(target, ["neopixel"], { sources: [bundle] });
    expect([...target.snapshot().keys()]).toContain("/lib/neopixel.mpy");
    expect(web.log[0]).toBe(`HEAD ${repository}/releases/latest`);
    expect(web.log.filter((line) => line.includes("-py-"))).toEqual([]);
  });

  test.each([
    repository,
    `${repository}/releases/tag/20260101`,
    "adafruit/Adafruit_CircuitPython_Bundle@20260101",
    `${base}/${zipName}`,
    `${base}/adafruit-circuitpython-bundle-20260101.json`,
    "https://github.com/adafruit/Adafruit_CircuitPython_Bundle/releases/download/20260101/adafruit-circuitpython-bundle-{variant}-20260101.zip",
    "https://github.com/adafruit/Adafruit_CircuitPython_Bundle/releases/download/{tag}/adafruit-circuitpython-bundle-{variant}-{tag}.zip",
  ])("is found by %s", async (place) => {
    const web = serve(files, { redirects });
    const bundle = await circuitPythonBundle(place, {
      fetch: web.fetch,
      ...(place.includes("{tag}") && { tag: "20260101" }),
    });
    expect(bundle).toMatchObject({ id: "adafruit-circuitpython-bundle", tag: "20260101" });
    const read = await bundle.readLibrary("neopixel", 10);
    expect(read?.map(({ path }) => path)).toEqual(["neopixel.mpy"]);
    expect(await bundle.readLibrary("neopixel", 8)).toBeNull();
    expect(bundle.variants).not.toContain(8);
  });

  test("is told to be missing", async () => {
    const web = serve(new Map(), {});
    const open = circuitPythonBundle("adafruit/Nothing@1", { fetch: web.fetch, retries: 0 });
    await expect(open).rejects.toMatchObject({ code: "not-found" });
    await expect(circuitPythonBundle("ftp://x")).rejects.toMatchObject({ code: "invalid-argument" });
  });

  test("a second run needs no network, and another library says what is missing", async () => {
    const cache = createMemoryCache();
    const warnings: BundleWarning[] = [];
    const first = serve(files, { redirects });
    const online = await circuitPythonBundle("adafruit/Adafruit_CircuitPython_Bundle", {
      fetch: first.fetch,
      cache,
    });
    await install(memoryTarget({ environment }), ["adafruit_24lc32"], { sources: [online], cache });
    const down = serve(files, {
      before: () => {
        throw new TypeError("network is down");
      },
    });
    const options = {
      fetch: down.fetch,
      cache,
      retries: 0,
      onWarning: (warning: BundleWarning) => warnings.push(warning),
    };
    const bundle = await circuitPythonBundle("adafruit/Adafruit_CircuitPython_Bundle", options);
    const target = memoryTarget({ environment });
    await install(target, ["adafruit_24lc32"], { sources: [bundle], cache });
    expect([...target.snapshot().keys()]).toContain("/lib/adafruit_register/i2c_bit.mpy");
    expect(down.log).toEqual([`HEAD ${repository}/releases/latest`]);
    expect(warnings).toMatchObject([{ type: "from-cache" }]);
    const offline = await circuitPythonBundle("adafruit/Adafruit_CircuitPython_Bundle", {
      cache,
      offline: true,
      fetch: down.fetch,
    });
    await install(memoryTarget({ environment }), ["adafruit_24lc32"], { sources: [offline] });
    expect(down.log).toHaveLength(1);
    const empty = circuitPythonBundle("adafruit/Adafruit_CircuitPython_Bundle", {
      cache: createMemoryCache(),
      offline: true,
      fetch: down.fetch,
    });
    await expect(empty).rejects.toMatchObject({ code: "offline" });
    expect(down.log).toHaveLength(1);
  });

  test("a lockfile is installed from the bundle, or from where it was locked", async () => {
    const web = serve(files, { redirects });
    const bundle = await circuitPythonBundle(`${repository}/releases/tag/20260101`, { fetch: web.fetch });
    const lock = formatLockfile(await resolve(["neopixel"], { sources: [bundle], environment }));
    expect(lock).toContain(`${base}/${zipName}#member=lib%2Fneopixel.mpy`);
    for (const readMember of [bundleMembers([bundle]), bundleMembers([], { fetch: web.fetch })]) {
      const target = memoryTarget({ environment });
      const options = { readMember };
      await applyPlan(await planInstall(parseLockfile(lock), target, options), target, options);
      expect([...target.snapshot().keys()]).toContain("/lib/adafruit_pixelbuf.mpy");
    }
    const target = memoryTarget({ environment });
    await expect(planInstall(parseLockfile(lock), target)).rejects.toMatchObject({ code: "unsupported" });
  });
});

/** Bytes that do not pack, so that the zip is larger than what is read ahead. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => (state = (state * 48271) % 2147483647) & 0xff);
}

describe("ranges", () => {
  const large = buildRelease(
    [
      ...libraries,
      ...Array.from({ length: 6 }, (_, index) => ({
        name: `noise_${index}`,
        pypi: `noise-${index}`,
        version: "1.0.0",
        files: { [`noise_${index}/__init__.py`]: "", [`noise_${index}/data.bin`]: noise(200_000 + index) },
      })),
    ],
    { majors: [] },
  );
  const name = "adafruit-circuitpython-bundle-py-20260101.zip";
  const url = `https://web.test/${name}`;
  const content = large.get(name) ?? new Uint8Array();
  const member = "adafruit-circuitpython-bundle-py-20260101/lib/neopixel.py";

  test("bring only what is wanted", async () => {
    const web = serve(new Map([[url, content]]));
    const zip = await rangeZip(url, { fetch: web.fetch });
    expect(new TextDecoder().decode(await zip?.read(member))).toContain("class NeoPixel");
    expect(content.length).toBeGreaterThan(1_200_000);
    expect(web.sent()).toBeLessThan(200_000);
  });

  test.each(["ignored", "refused", "lying"] as const)(
    "that are %s make it download the whole",
    async (ranges) => {
      const web = serve(new Map([[url, content]]), { ranges });
      const work = async () =>
        new TextDecoder().decode(await (await rangeZip(url, { fetch: web.fetch, retries: 0 }))?.read(member));
      if (ranges === "lying")
        await expect(work()).rejects.toMatchObject({
          code: expect.stringMatching(/network|invalid-package/) as string,
        });
      else expect(await work()).toContain("class NeoPixel");
    },
  );

  test("notice a file that changes in between", async () => {
    const served = new Map([[url, content]]);
    const web = serve(served);
    const zip = await rangeZip(url, { fetch: web.fetch, retries: 0 });
    served.set(url, content.slice(0, -1));
    await expect(zip?.read(member)).rejects.toMatchObject({ code: "network" });
  });

  test("are not read beyond what is allowed", async () => {
    const web = serve(new Map([[url, content]]), { ranges: "ignored" });
    await expect(rangeZip(url, { fetch: web.fetch, maxArchiveSize: 1000 })).rejects.toMatchObject({
      code: "too-large",
    });
  });

  test("stop with the signal", async () => {
    const web = serve(new Map([[url, content]]));
    const zip = await rangeZip(url, { fetch: web.fetch });
    await expect(zip?.read(member, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
    expect(await zip?.read(member)).toBeInstanceOf(Uint8Array);
  });
});
