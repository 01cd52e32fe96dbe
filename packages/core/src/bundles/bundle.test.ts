// What a bundle answers: names, versions, variants, dependencies, examples, with and without a JSON, alone and in a chain.

import {
  createMemoryCache,
  install,
  memoryTarget,
  resolve,
  type Environment,
  type PackageSource,
  type Resolution,
} from "@upykit/core";
import {
  availableBundles,
  bundleChain,
  circuitPythonBundle,
  installExample,
  zipArchive,
  type BundleWarning,
  type CircuitPythonBundle,
} from "@upykit/core/circuitpython";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import fc from "fast-check";
import { unzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { circuitPython } from "./fixtures/environments.js";
import { communityLibraries, libraries } from "./fixtures/libraries.js";
import { buildRelease, encode, type Release } from "./fixtures/release.js";

const release = buildRelease(libraries);
const communityRelease = buildRelease(communityLibraries, {
  id: "circuitpython-community-bundle",
  tag: "20260107",
});
const cp10 = circuitPython("10.0.3");

/** A bundle of the files of a release, as a page in a browser has them. */
async function bundleOf(
  files: Release,
  wanted = /./,
  onWarning?: (warning: BundleWarning) => void,
): Promise<CircuitPythonBundle> {
  const zips = [...files].filter(([name]) => name.endsWith(".zip") && wanted.test(name));
  const archives = await Promise.all(zips.map(([name, content]) => zipArchive(content, { name })));
  const index = [...files].find(([name]) => name.endsWith(".json"))?.[1];
  return circuitPythonBundle(archives, { index, onWarning });
}

function resolved(
  names: string[],
  sources: PackageSource[],
  environment: Environment = cp10,
): Promise<Resolution> {
  return resolve(names, { sources, environment, cache: createMemoryCache() });
}

const filesOf = ({ packages }: Resolution): string[] =>
  packages.flatMap(({ files }) => files.map(({ path }) => path)).sort();

describe("names", () => {
  test.each([
    ["adafruit_bus_device", "adafruit_bus_device"],
    ["adafruit-bus-device", "adafruit_bus_device"],
    ["Adafruit.Bus.Device", "adafruit_bus_device"],
    ["adafruit_busdevice", "adafruit_bus_device"],
    ["adafruit-circuitpython-busdevice", "adafruit_bus_device"],
    ["Adafruit_CircuitPython_BusDevice", "adafruit_bus_device"],
    ["adafruit-circuitpython-bus-device", "adafruit_bus_device"],
    ["adafruit-circuitpython-neopixel", "neopixel"],
    ["adafruit_neopixel", "neopixel"],
    ["NeoPixel", "neopixel"],
    ["adafruit-circuitpython-adafruitio", "adafruit_io"],
    ["Adafruit_IO", "adafruit_io"],
    ["24lc32", null],
    ["pixel", null],
    ["busdevice", null],
    ["__proto__", null],
    ["", null],
  ])("%j is %j", async (name, library) => {
    expect((await bundleOf(release)).findLibrary(name)?.name ?? null).toBe(library);
  });

  test("that may mean two libraries name both, and the exact name decides", async () => {
    const index = JSON.stringify({
      foo_bar: { pypi_name: "circuitpython-foobar-one" },
      foobar: { pypi_name: "circuitpython-foobar-two" },
      other: { pypi_name: "same-name" },
      another: { pypi_name: "same_name" },
    });
    const empty = await zipArchive(zipSync({ "lib/other.py": encode("") }), { name: "b.zip" });
    const bundle = await circuitPythonBundle(empty, { index });
    expect(bundle.findLibrary("foo_bar")?.name).toBe("foo_bar");
    expect(bundle.findLibrary("FooBar")?.name).toBe("foobar");
    expect(() => bundle.findLibrary("fo-obar")).toThrow(/"foo_bar" or "foobar"/);
    expect(() => bundle.findLibrary("Same.Name")).toThrow(/"another" or "other"/);
    await expect(resolved(["Same-Name"], [bundle])).rejects.toMatchObject({ code: "invalid-requirement" });
  });

  test("in any spelling are found", async () => {
    const bundle = await bundleOf(release);
    const separators = fc.constantFrom("-", "_", ".", "", "--");
    const spelled = fc
      .tuple(fc.constantFrom(...libraries), fc.boolean(), separators, fc.boolean())
      .map(([library, usePypi, separator, upper]) => {
        const text = (usePypi ? library.pypi : library.name).replace(/[-_]/g, separator);
        return { name: library.name, text: upper ? text.toUpperCase() : text };
      });
    fc.assert(
      fc.property(spelled, ({ name, text }) => {
        expect(bundle.findLibrary(text)?.name).toBe(name);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => bundle.findLibrary(text)).not.toThrow();
      }),
    );
  });
});

describe("variants", () => {
  test.each([
    ["10.2.1", /./, "mpy"],
    ["10.2.1", /-9\.x|-py-/, "mpy"],
    ["9.0.0-beta.1", /-10\.x|-py-/, "mpy"],
    ["8.2.10", /./, "py"],
    ["7.3.3", /./, "py"],
    ["11.0.0", /./, "mpy"],
  ])("CircuitPython %s with %s takes .%s", async (version, wanted, suffix) => {
    const warnings: BundleWarning[] = [];
    const bundle = await bundleOf(release, wanted, (warning) => warnings.push(warning));
    const found = filesOf(
      await resolved(["adafruit-circuitpython-neopixel"], [bundle], circuitPython(version)),
    );
    expect(found).toEqual([`adafruit_pixelbuf.${suffix}`, `neopixel.${suffix}`]);
    expect(warnings.map(({ type }) => type)).toEqual(suffix === "py" ? ["no-bytecode", "no-bytecode"] : []);
  });

  test("of the board's own version come first, and of .mpy version 5 for CircuitPython 7 and 8", async () => {
    const bundle = await bundleOf(buildRelease(libraries, { majors: [8, 9, 10] }));
    expect(bundle.variants).toEqual([8, 9, 10, "py"]);
    const urlFor = async (version: string) =>
      (await resolved(["neopixel"], [bundle], circuitPython(version))).packages.map(
        ({ files }) => files[0]?.url,
      )[0];
    expect(await urlFor("9.2.8")).toContain("-9.x-mpy-");
    expect(await urlFor("10.0.0")).toContain("-10.x-mpy-");
    expect(await urlFor("8.2.10")).toContain("-8.x-mpy-");
    expect(await urlFor("7.3.3")).toContain("-8.x-mpy-");
  });

  test("that do not fit are refused before anything is written", async () => {
    const bundle = await bundleOf(release, /-10\.x/);
    const target = memoryTarget({ environment: circuitPython("8.2.10") });
    await expect(install(target, ["neopixel"], { sources: [bundle] })).rejects.toMatchObject({
      code: "incompatible-mpy",
      message: expect.stringContaining("bytecode for CircuitPython 10") as string,
    });
    expect(target.snapshot().size).toBe(0);
  });

  test("that are not what their name says are refused before anything is written", async () => {
    const old = buildRelease(libraries, { majors: [8] });
    const content = old.get("adafruit-circuitpython-bundle-8.x-mpy-20260101.zip") ?? new Uint8Array();
    const archive = await zipArchive(content, {
      name: "adafruit-circuitpython-bundle-10.x-mpy-20260101.zip",
    });
    const bundle = await circuitPythonBundle(archive, {
      index: release.get("adafruit-circuitpython-bundle-20260101.json"),
    });
    const target = memoryTarget({ environment: cp10 });
    await expect(install(target, ["neopixel"], { sources: [bundle] })).rejects.toMatchObject({
      code: "incompatible-mpy",
    });
    expect(target.snapshot().size).toBe(0);
  });

  test("that are damaged behind their header are refused before anything is written", async () => {
    const name = "adafruit-circuitpython-bundle-10.x-mpy-20260101";
    const files = unzipSync(release.get(`${name}.zip`) ?? new Uint8Array());
    const path = `${name}/lib/neopixel.mpy`;
    const whole = files[path] ?? new Uint8Array();
    for (let length = 1; length < whole.length; length++) {
      const archive = await zipArchive(zipSync({ ...files, [path]: whole.slice(0, length) }, { level: 0 }), {
        name: `${name}.zip`,
      });
      const bundle = await circuitPythonBundle(archive, {
        index: release.get("adafruit-circuitpython-bundle-20260101.json"),
      });
      const target = memoryTarget({ environment: cp10 });
      await expect(install(target, ["neopixel"], { sources: [bundle] })).rejects.toMatchObject({
        code: "invalid-mpy",
        message: expect.stringContaining("neopixel.mpy is damaged") as string,
      });
      expect(target.snapshot().size).toBe(0);
    }
  });

  test("are sources for MicroPython, and where sources are asked for", async () => {
    const bundle = await bundleOf(release);
    const micropython = memoryTarget();
    await install(micropython, ["neopixel"], { sources: [bundle] });
    expect([...micropython.snapshot().keys()]).toContain("/lib/neopixel.py");
    const found = await resolve(["neopixel"], {
      sources: [bundle],
      environment: cp10,
      mpy: false,
      cache: createMemoryCache(),
    });
    expect(filesOf(found)).toContain("neopixel.py");
  });

  test("are told from contents where the name does not tell", async () => {
    const named = async (name: string) => {
      const content = [...release].find(([file]) => file.includes(name))?.[1] ?? new Uint8Array();
      return (await circuitPythonBundle(await zipArchive(content, { name: "mine.zip" }))).variants;
    };
    expect(await named("-9.x-mpy-")).toEqual([9]);
    expect(await named("-py-")).toEqual(["py"]);
  });
});

describe("versions", () => {
  test.each([
    "neopixel==6.3.18",
    "neopixel>=6,<7",
    "neopixel~=6.3",
    "neopixel@6.3.18",
    "adafruit_io@6.0.0-alpha.0.plus.3+0123abc",
  ])("%s fits", async (requirement) => {
    expect((await resolved([requirement], [await bundleOf(release)])).packages.length).toBeGreaterThan(1);
  });

  test.each(["neopixel==6.3.17", "neopixel<6", "adafruit_io>=6"])("%s does not", async (requirement) => {
    await expect(resolved([requirement], [await bundleOf(release)])).rejects.toMatchObject({
      code: "version-conflict",
    });
  });
});

describe("dependencies", () => {
  test("come along, are told when nobody has them, and Blinka and types are nobody's business", async () => {
    const warnings: BundleWarning[] = [];
    const bundle = await bundleOf(release, /./, (warning) => warnings.push(warning));
    const { packages } = await resolved(["adafruit_io"], [bundle]);
    expect(packages.map(({ name, dependencies }) => [name, dependencies])).toEqual([
      ["adafruit_24lc32", ["adafruit_bus_device", "adafruit_register"]],
      ["adafruit_bus_device", []],
      ["adafruit_io", ["adafruit_24lc32"]],
      ["adafruit_register", ["adafruit_bus_device"]],
    ]);
    expect(packages[2]?.files.map(({ path }) => path)).toContain("adafruit_io/fonts/tiny_font.bin");
    expect(warnings).toMatchObject([
      { type: "external-dependency", library: "adafruit_io", requirement: "some-cloud-client" },
    ]);
  });

  test("are found in other bundles of a chain, of which one may be missing", async () => {
    const warnings: BundleWarning[] = [];
    const onWarning = (warning: BundleWarning): void => void warnings.push(warning);
    const bundles = await availableBundles(
      [
        bundleOf(release, /./, onWarning),
        circuitPythonBundle("not a place"),
        bundleOf(communityRelease, /./, onWarning),
      ],
      { onWarning },
    );
    const found = await resolved(["circuitpython-wiz-lamp"], [bundleChain(bundles)]);
    expect(found.packages.map(({ name, version }) => `${name} ${version ?? ""}`)).toEqual([
      "adafruit_bus_device 5.2.14",
      "adafruit_pixelbuf 2.0.10",
      "neopixel 6.3.18",
      "wiz_lamp 0.4.0",
    ]);
    expect(warnings[0]?.type).toBe("bundle-unavailable");
    const bundle = "circuitpython-community-bundle";
    expect(warnings.slice(1)).toMatchObject([
      { type: "external-dependency", requirement: "git+https://example.org/x.git", bundle },
      { type: "external-dependency", requirement: "unheard-of", bundle },
    ]);
  });

  test("follow the order of the chain", async () => {
    const [adafruit, community] = [await bundleOf(release), await bundleOf(communityRelease)];
    const versionIn = async (...bundles: CircuitPythonBundle[]) =>
      (await resolved(["neopixel"], [bundleChain(bundles)])).packages.find(({ name }) => name === "neopixel")
        ?.version;
    expect(await versionIn(adafruit, community)).toBe("6.3.18");
    expect(await versionIn(community, adafruit)).toBe("1.0.0");
    expect(
      (await resolved(["neopixel>=6"], [bundleChain([community, adafruit])])).packages.at(-1)?.version,
    ).toBe("6.3.18");
  });

  test("no bundle at all is an error", async () => {
    await expect(availableBundles([circuitPythonBundle("nowhere at all")])).rejects.toMatchObject({
      code: "invalid-argument",
    });
    expect(await availableBundles([])).toEqual([]);
  });
});

describe("without a JSON", () => {
  test("libraries are told from the files", async () => {
    const warnings: BundleWarning[] = [];
    const withJson = await bundleOf(release);
    const bare = new Map([...release].filter(([name]) => !name.endsWith(".json")));
    const bundle = await bundleOf(bare, /./, (warning) => warnings.push(warning));
    // The JSON has addresses in lower case.
    const folded = bundle.libraries.map((one) => ({ ...one, repository: one.repository?.toLowerCase() }));
    expect(folded).toEqual(withJson.libraries);
    expect(warnings).toMatchObject([{ type: "no-index" }]);
    expect(filesOf(await resolved(["adafruit-circuitpython-24lc32"], [bundle]))).toHaveLength(6);
  });

  test("a folder lib is enough", async () => {
    const archive = await zipArchive(
      zipSync({
        "lib/thing.py": encode("x = 1"),
        "lib/.DS_Store": encode(""),
        "__MACOSX/lib/x.py": encode(""),
      }),
      { name: "things.zip" },
    );
    const bundle = await circuitPythonBundle(archive);
    expect(bundle).toMatchObject({
      id: "things",
      tag: null,
      libraries: [{ name: "thing", version: null, isPackage: false }],
    });
    expect(filesOf(await resolved(["thing"], [bundle]))).toEqual(["thing.py"]);
    await expect(resolved(["thing>=1"], [bundle])).rejects.toMatchObject({ code: "version-conflict" });
  });

  test("what is no bundle is refused", async () => {
    const no = await zipArchive(zipSync({ "readme.txt": encode("") }), { name: "no.zip" });
    await expect(circuitPythonBundle(no)).rejects.toMatchObject({ code: "invalid-package" });
    const two = await zipArchive(zipSync({ "a/lib/x.py": encode(""), "b/lib/x.py": encode("") }), {
      name: "two.zip",
    });
    await expect(circuitPythonBundle(two)).rejects.toMatchObject({ code: "invalid-package" });
  });
});

describe("a hostile index", () => {
  test.each<[string, string, string]>([
    ["is no JSON", "{", "invalid-package"],
    ["is no object", "[]", "invalid-package"],
    ["has a name that is a path", '{"../x": {}}', "invalid-package"],
    ["has a path that leads out", '{"x": {"path": "lib/../../x"}}', "invalid-path"],
    ["has an absolute path", '{"x": {"path": "/etc/passwd"}}', "invalid-path"],
    ["needs something that is no name", '{"x": {"dependencies": ["../y"]}}', "invalid-package"],
    ["has a number for a version", '{"x": {"version": 1}}', "invalid-package"],
  ])("that %s is refused", async (_, index, code) => {
    const archive = await zipArchive(zipSync({ "lib/x.py": encode("") }), { name: "b.zip" });
    await expect(circuitPythonBundle(archive, { index })).rejects.toMatchObject({ code });
  });

  test("cannot name files outside of lib, nor write where no package may", async () => {
    const archive = await zipArchive(zipSync({ "lib/x/con.py": encode(""), "secret.py": encode("") }), {
      name: "b.zip",
    });
    const bundle = await circuitPythonBundle(archive, {
      index: '{"x": {}, "secret": {"path": "secret"}, "gone": {}}',
    });
    await expect(resolved(["x"], [bundle])).rejects.toMatchObject({ code: "invalid-path" });
    await expect(resolved(["secret"], [bundle])).rejects.toMatchObject({ code: "invalid-package" });
  });

  test("of nothing but noise is a UpyError", async () => {
    const archive = await zipArchive(zipSync({ "lib/x.py": encode("") }), { name: "b.zip" });
    await fc.assert(
      fc.asyncProperty(fc.json(), async (index) => {
        const answer = await circuitPythonBundle(archive, { index }).catch((error: unknown) => error);
        expect(answer).toHaveProperty(answer instanceof Error ? "code" : "libraries");
      }),
      { numRuns: 200 },
    );
  });
});

describe("examples", () => {
  test.each(["folders", "flat"] as const)("in %s are listed and read", async (examples) => {
    const bundle = await bundleOf(buildRelease(libraries, { examples }));
    const names = (await bundle.listExamples()).map(({ name }) => name.split("/").at(-1)).sort();
    expect(names).toEqual([
      "24lc32_simpletest",
      "busdevice_read_register",
      "neopixel_project",
      "neopixel_rainbow",
      "neopixel_simpletest",
    ]);
    const own = await bundle.listExamples("adafruit-circuitpython-neopixel");
    expect(own.map(({ files }) => files.length)).toEqual([3, 1, 1]);
    expect(await bundle.listExamples("adafruit_bus_device")).toHaveLength(1);
    expect(await bundle.listExamples("nothing")).toEqual([]);
    expect(new TextDecoder().decode(await bundle.readExample(own[1]?.files[0] ?? ""))).toBe(
      "import neopixel\n",
    );
    await expect(bundle.readExample("../lib/neopixel.py")).rejects.toMatchObject({ code: "file-not-found" });
  });

  test("are installed with what they import", async () => {
    const bundle = await bundleOf(release);
    const target = memoryTarget({ environment: cp10 });
    const report = await installExample(target, "24lc32_simpletest", { bundles: [bundle], asCode: true });
    expect(report).toMatchObject({
      example: "24lc32/24lc32_simpletest",
      files: ["/code.py"],
      libraries: ["adafruit_24lc32"],
    });
    expect([...target.snapshot().keys()]).toContain("/lib/adafruit_register/i2c_bit.mpy");
    const again = installExample(target, "24lc32/24lc32_simpletest", { bundles: [bundle], asCode: true });
    await expect(again).rejects.toMatchObject({ code: "conflict" });
    await installExample(target, "neopixel/neopixel_rainbow.py", {
      bundles: [bundle],
      asCode: true,
      overwrite: true,
    });
    expect(new TextDecoder().decode(target.snapshot().get("/code.py") ?? undefined)).toBe(
      "import neopixel\n",
    );
  });

  test("of several files keep their tree", async () => {
    const target = memoryTarget({ environment: cp10 });
    const report = await installExample(target, "neopixel_project", { bundles: [await bundleOf(release)] });
    expect(report.files).toEqual(["/code.py", "/shapes.py", "/sprite_sheet.bmp"]);
    expect(report.libraries).toEqual(["neopixel"]);
    const folder = installExample(target, "neopixel_project", {
      bundles: [await bundleOf(release)],
      asCode: true,
    });
    await expect(folder).rejects.toMatchObject({ code: "invalid-argument" });
    const nothing = installExample(target, "no_such", { bundles: [await bundleOf(release)] });
    await expect(nothing).rejects.toMatchObject({ code: "file-not-found" });
  });
});

describe("on a board", () => {
  test("what was installed for CircuitPython is imported", async () => {
    await using virtual = await createVirtualBoard();
    await using board = await connectBoard(virtual.transport());
    const sources = [bundleChain([await bundleOf(release), await bundleOf(communityRelease)])];
    const target = {
      ...board.target(),
      environment: () => Promise.resolve({ ...circuitPython("8.2.10"), sysPath: ["", ".frozen", "/lib"] }),
    };
    const report = await install(target, ["adafruit-circuitpython-24lc32", "wiz_lamp"], { sources });
    expect(report.packages).toHaveLength(6);
    expect(await board.evaluate("__import__('adafruit_24lc32').answer()")).toBe(42);
    expect(await board.evaluate("__import__('wiz_lamp').LAMP")).toBe(7);
    const again = await install(target, ["adafruit-circuitpython-24lc32", "wiz_lamp"], { sources });
    expect(again.written).toEqual([]);
  });
});
