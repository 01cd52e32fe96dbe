// Bundles on this machine, from opening them to importing what was installed from them.

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  createMemoryCache,
  formatLockfile,
  install,
  memoryTarget,
  resolve,
  resolveImport,
  type Environment,
} from "@upykit/core";
import { bundleChain, type CircuitPythonBundle } from "@upykit/core/circuitpython";
import { localBundle } from "@upykit/core/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { circuitPython } from "./fixtures/environments.js";
import { libraries } from "./fixtures/libraries.js";
import { buildRelease, treeOf } from "./fixtures/release.js";

let folder = "";
const release = buildRelease(libraries);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "upykit-bundle-"));
  for (const [name, content] of release) await write(`downloads/${name}`, content);
  for (const [path, content] of treeOf(libraries, { tag: "20260101", major: 10, examples: "folders" })) {
    await write(`unpacked/adafruit-circuitpython-bundle-10.x-mpy-20260101/${path}`, content);
  }
});

afterAll(() => rm(folder, { recursive: true }));

async function write(path: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

async function installed(path: string, names: string[], environment: Environment): Promise<string[]> {
  const target = memoryTarget({ environment });
  const bundle = await localBundle(join(folder, path));
  await install(target, names, { sources: [bundle] });
  await bundle.close();
  const files = [...target.snapshot()].filter(([, content]) => content !== null).map(([name]) => name);
  return files.filter((name) => !name.includes(".upykit")).sort();
}

describe("a release on disk", () => {
  const zip = "downloads/adafruit-circuitpython-bundle-10.x-mpy-20260101.zip";

  test.each(["downloads", zip, "downloads/adafruit-circuitpython-bundle-20260101.json"])(
    "is found whole from %s",
    async (path) => {
      const bundle = await localBundle(join(folder, path));
      expect(bundle).toMatchObject({
        id: "adafruit-circuitpython-bundle",
        tag: "20260101",
        variants: [9, 10, "py"],
      });
      expect(bundle.libraries).toHaveLength(libraries.length);
      expect(bundle.findLibrary("Adafruit-CircuitPython-BusDevice")).toEqual({
        name: "adafruit_bus_device",
        pypiName: "adafruit-circuitpython-busdevice",
        version: "5.2.14",
        repository: "https://github.com/adafruit/adafruit_circuitpython_busdevice",
        isPackage: true,
        dependencies: [],
        externalDependencies: [],
      });
      await bundle.close();
    },
  );

  test("gives bytecode for the board's version, with dependencies", async () => {
    expect(await installed(zip, ["adafruit-circuitpython-24lc32"], circuitPython("10.0.3"))).toEqual([
      "/lib/adafruit_24lc32.mpy",
      "/lib/adafruit_bus_device/__init__.py",
      "/lib/adafruit_bus_device/i2c_device.mpy",
      "/lib/adafruit_bus_device/spi_device.mpy",
      "/lib/adafruit_register/__init__.mpy",
      "/lib/adafruit_register/i2c_bit.mpy",
    ]);
  });

  test("gives sources to a board that loads no bytecode of it", async () => {
    expect(await installed("downloads", ["neopixel"], circuitPython("8.2.10"))).toEqual([
      "/lib/adafruit_pixelbuf.py",
      "/lib/neopixel.py",
    ]);
  });

  test("is the same from an unpacked folder", async () => {
    const files = await installed("unpacked", ["neopixel"], circuitPython("10.0.3"));
    expect(files).toEqual(["/lib/adafruit_pixelbuf.mpy", "/lib/neopixel.mpy"]);
    expect(resolveImport("neopixel", files, circuitPython("10.0.3")).found).toEqual({
      type: "module",
      path: "/lib/neopixel.mpy",
    });
  });

  test("is locked by name, tag and hashes", async () => {
    const bundle = await localBundle(join(folder, zip));
    const resolution = await resolve(["adafruit_bus_device==5.2.14"], {
      sources: [bundle],
      environment: circuitPython("9.2.8"),
      cache: createMemoryCache(),
    });
    await bundle.close();
    const lock = formatLockfile(resolution).replaceAll(folder, "");
    expect(resolution.packages[0]).toMatchObject({
      version: "5.2.14",
      origin: { type: "index", url: "bundle:adafruit-circuitpython-bundle@20260101" },
    });
    expect(lock).toContain(
      '"url": "file:///downloads/adafruit-circuitpython-bundle-9.x-mpy-20260101.zip#member=lib%2Fadafruit_bus_device%2Fi2c_device.mpy"',
    );
    expect(await readFile(join(folder, zip))).toHaveLength(
      release.get("adafruit-circuitpython-bundle-10.x-mpy-20260101.zip")?.length ?? 0,
    );
  });
});

describe("the checkout of a library's repository", () => {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const checkout = async (name: string, files: Record<string, string>): Promise<CircuitPythonBundle> => {
    for (const [path, content] of Object.entries(files)) await write(`${name}/${path}`, text(content));
    return localBundle(join(folder, name));
  };
  const around = {
    ".git/config": "",
    "README.rst": "",
    "requirements.txt": "Adafruit-Blinka\nadafruit-circuitpython-busdevice\n",
    "docs/conf.py": "",
    "examples/mine_simpletest.py": "import mine\n",
  };
  const environment = circuitPython("10.0.3");

  test.each([
    [
      "named in pyproject.toml",
      {
        "mine/__init__.py": "",
        "mine/device.py": "",
        "tool.py": "",
        "pyproject.toml":
          '[project]\nname = "adafruit-circuitpython-mine"\n[tool.setuptools]\npackages = ["mine"]\n',
      },
      ["/lib/mine/__init__.py", "/lib/mine/device.py"],
    ],
    ["that lies at the top", { "mine.py": "", "setup.py": "", "conftest.py": "" }, ["/lib/mine.py"]],
  ])("is a bundle of one, %s, that needs others", async (what, files, expected) => {
    const mine = await checkout(`checkouts/Adafruit_CircuitPython_Mine_${what.length}`, {
      ...around,
      ...files,
    });
    expect(mine.libraries.map(({ name }) => name)).toEqual(["mine"]);
    const official = await localBundle(join(folder, "downloads"));
    const target = memoryTarget({ environment });
    const { written } = await install(target, ["mine"], { sources: [bundleChain([mine, official])] });
    expect(written.filter((path) => path.startsWith("/lib/mine"))).toEqual(expected);
    expect(written).toContain("/lib/adafruit_bus_device/i2c_device.mpy");
    expect((await mine.listExamples("mine")).map(({ name }) => name)).toEqual(["mine_simpletest"]);
    await Promise.all([mine.close(), official.close()]);
  });

  test("does not guess which of several modules is meant", async () => {
    const open = checkout("checkouts/two", { "one.py": "", "two.py": "", "setup.py": "" });
    await expect(open).rejects.toMatchObject({
      code: "invalid-package",
      message: expect.stringContaining("one, two") as string,
    });
  });
});
