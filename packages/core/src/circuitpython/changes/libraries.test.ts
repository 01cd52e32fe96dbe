// A CIRCUITPY drive from an empty one to a clean one: what circup does, on targets in memory, through the public entry.

import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listInstalled, parseRequirementsTxt } from "@upykit/core";
import {
  adoptLibraries,
  applyLibraryPlan,
  type CircuitPythonBundle,
  freezeBundles,
  freezeLibraries,
  installLibraries,
  listLibraries,
  parseLibraryRequirements,
  planLibraryInstall,
  planLibraryUninstall,
  planLibraryUpdate,
  showLibraries,
  uninstallLibraries,
  updateLibraries,
} from "@upykit/core/circuitpython";
import { localPackages, readLocalFile } from "@upykit/core/node";
import { beforeAll, describe, expect, test } from "vitest";
import { circuitPython, drive } from "../fixtures/boards.js";
import { copied, testBundle } from "../fixtures/test-bundle.js";
import { busDevice, libraries, neopixel, older, sensor, text } from "../fixtures/test-libraries.js";

const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../fixtures/mpy/${name}.mpy`, import.meta.url)));

let bundle: CircuitPythonBundle;
let old: CircuitPythonBundle;
let newer: CircuitPythonBundle;

beforeAll(async () => {
  bundle = await testBundle(libraries);
  old = await testBundle(
    {
      ...libraries,
      neopixel: older(neopixel, "6.1.0"),
      adafruit_text: older(text, "2.9.0"),
      adafruit_bus_device: older(busDevice, "5.1.0"),
    },
    { tag: "20250101" },
  );
  newer = await testBundle(
    { ...libraries, adafruit_bus_device: older(busDevice, "6.0.0"), adafruit_sensor: older(sensor, "1.5.0") },
    { tag: "20270101" },
  );
});

const options = () => ({ bundles: [bundle] });
const files = (target: ReturnType<typeof drive>): string[] =>
  [...target.snapshot()]
    .flatMap(([path, content]) => (content === null || path.includes(".upykit") ? [] : [path]))
    .sort();
const names = async (target: ReturnType<typeof drive>): Promise<string[]> =>
  (await listInstalled(target)).packages.map((one) => `${one.name} ${one.version ?? "?"}`);
const statuses = async (target: ReturnType<typeof drive>, bundles = [bundle]) =>
  Object.fromEntries(
    (await listLibraries(target, { bundles })).libraries.map((one) => [one.name, one.status]),
  );

describe("install", () => {
  test("takes any name, brings dependencies, and the variant of the board", async () => {
    const target = drive({ "/code.py": "" });
    const report = await installLibraries(target, ["Adafruit-CircuitPython-Sensor"], options());
    expect(report.packages).toMatchObject([
      { name: "adafruit_bus_device", version: "5.2.0", action: "install" },
      { name: "adafruit_sensor", version: "1.4.0", action: "install" },
    ]);
    expect(files(target)).toEqual([
      "/code.py",
      "/lib/adafruit_bus_device/__init__.py",
      "/lib/adafruit_bus_device/i2c_device.mpy",
      "/lib/adafruit_sensor.mpy",
    ]);
  });

  test("takes sources with py, and where the board loads no .mpy", async () => {
    const target = drive({});
    await installLibraries(target, ["neopixel"], { ...options(), py: true });
    expect(files(target)).toEqual(["/lib/neopixel.py"]);
    const unknown = drive({}, circuitPython("10.0.0", { mpy: null }));
    await installLibraries(unknown, ["neopixel"], options());
    expect(files(unknown)).toEqual(["/lib/neopixel.py"]);
  });

  test("leaves alone what is installed, in whatever form, until it is to be upgraded", async () => {
    const target = drive({});
    await installLibraries(target, ["neopixel", "adafruit_text"], { bundles: [old] });
    const again = await installLibraries(target, ["adafruit_sensor", "neopixel"], options());
    expect(await names(target)).toEqual([
      "adafruit_bus_device 5.1.0",
      "adafruit_sensor 1.4.0",
      "adafruit_text 2.9.0",
      "neopixel 6.1.0",
    ]);
    expect(again.provided).toMatchObject([
      { name: "adafruit_bus_device", by: "installed", version: "5.1.0" },
      { name: "neopixel", by: "installed", version: "6.1.0" },
    ]);
    await installLibraries(target, ["adafruit_sensor"], { ...options(), upgrade: true });
    expect(await names(target)).toContain("adafruit_bus_device 5.2.0");
    expect(await names(target)).toContain("neopixel 6.1.0");
  });

  test("honours a version, or ignores it as circup does", async () => {
    const target = drive({});
    await expect(installLibraries(target, ["neopixel==6.1.0"], options())).rejects.toMatchObject({
      code: "version-conflict",
    });
    await installLibraries(target, ["neopixel==6.1.0"], { ...options(), ignoreVersions: true });
    expect(await names(target)).toEqual(["neopixel 6.3.0"]);
  });

  test("asks bundles in their order", async () => {
    const target = drive({});
    await installLibraries(target, ["neopixel"], { bundles: [old, bundle] });
    expect(await names(target)).toEqual(["neopixel 6.1.0"]);
    await expect(installLibraries(target, ["nothing_such"], options())).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("does not double what the firmware has, unless it is asked for by name", async () => {
    const frozen = circuitPython("10.0.0", {
      frozenModules: ["adafruit_bus_device"],
      builtinModules: ["board"],
    });
    const target = drive({}, frozen);
    const report = await installLibraries(target, ["adafruit_sensor"], options());
    expect(report.provided).toEqual([{ name: "adafruit_bus_device", by: "firmware", version: null }]);
    expect(files(target)).toEqual(["/lib/adafruit_sensor.mpy"]);
    const plan = await planLibraryInstall(target, ["adafruit_bus_device"], options());
    expect(plan.change.shadows).toMatchObject([
      { type: "hidden", other: "the frozen module adafruit_bus_device" },
    ]);
  });

  test("plans without a change, and the plan can be sent and applied elsewhere", async () => {
    const target = drive({
      "/lib/neopixel.mpy": copied(older(neopixel, "6.0.0"), "mpy")["/lib/neopixel.mpy"] ?? "",
    });
    const before = target.steps;
    const plan = await planLibraryInstall(target, ["neopixel", "adafruit_sensor"], {
      ...options(),
      upgrade: true,
    });
    expect(target.steps).toBe(before);
    const sent = JSON.parse(JSON.stringify(plan)) as typeof plan;
    const report = await applyLibraryPlan(sent, target, options());
    expect(report.adoptedLibraries).toEqual(["neopixel"]);
    expect(await statuses(target)).toEqual({
      adafruit_bus_device: "current",
      adafruit_sensor: "current",
      neopixel: "current",
    });
  });

  test("tells progress, and stops when it is told to", async () => {
    const seen: string[] = [];
    await installLibraries(drive(copied(neopixel, "mpy")), ["adafruit_sensor"], {
      ...options(),
      onProgress: (progress) => seen.push(progress.type),
    });
    expect(new Set(seen)).toEqual(new Set(["read", "resolve", "fetch", "write", "commit"]));
    const target = drive({});
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(installLibraries(target, ["neopixel"], { ...options(), signal })).rejects.toThrow("enough");
    expect(target.steps).toBe(0);
  });

  test("takes a file of this machine too, as circup does", async () => {
    const folder = await mkdtemp(join(tmpdir(), "upykit-own-"));
    await writeFile(join(folder, "my_helper.py"), "import neopixel\n");
    const target = drive({});
    await installLibraries(target, [join(folder, "my_helper.py"), "neopixel"], {
      ...options(),
      sources: [localPackages()],
      readFile: readLocalFile,
    });
    expect(files(target)).toEqual(["/lib/my_helper.py", "/lib/neopixel.mpy"]);
    await rm(folder, { recursive: true });
  });

  test("reads a requirements.txt that was written for pip", async () => {
    const found = await parseLibraryRequirements(
      "# needs\nAdafruit-Blinka>=8\nadafruit-circuitpython-sensor[optional]>=1.0 ; python_version > '3'\nneopixel\n",
    );
    expect(found.skipped).toEqual(["Adafruit-Blinka"]);
    const target = drive({});
    await installLibraries(target, found.requirements, options());
    expect(await names(target)).toHaveLength(3);
  });
});

describe("what people copied by hand", () => {
  test("is listed with version, status and problems", async () => {
    const target = drive({
      ...copied(older(neopixel, "6.1.0"), "mpy"),
      ...copied(older(text, "2.9.0"), "mpy"),
      ...copied(busDevice, "py"),
      "/lib/mine.py": "import neopixel\n",
      "/lib/broken.mpy": new Uint8Array([0x43, 6, 0, 31, 9]),
      "/lib/._neopixel.mpy": "macOS",
      "/lib/.Trashes/x.py": "",
      "/lib/fonts/big.bdf": "STARTFONT",
    });
    const { libraries: found, root } = await listLibraries(target, options());
    expect(root).toBe("/lib");
    expect(found).toMatchObject([
      {
        name: "adafruit_bus_device",
        version: "5.2.0",
        versionSource: "py",
        status: "current",
        recorded: false,
      },
      {
        name: "adafruit_text",
        version: "2.9.0",
        versionSource: "mpy",
        status: "major-update",
        form: "package",
      },
      { name: "broken", version: null, status: "damaged", offer: null, problems: [{ type: "damaged" }] },
      { name: "mine", version: null, status: "not-in-bundle", form: "py" },
      { name: "neopixel", version: "6.1.0", status: "update", offer: { version: "6.3.0", tag: "20260101" } },
    ]);
    expect(freezeLibraries(found)).toBe(
      "adafruit_bus_device==5.2.0\nadafruit_text==2.9.0\n# broken is in no bundle\n# mine is in no bundle\nneopixel==6.1.0\n",
    );
    expect(await parseRequirementsTxt(freezeLibraries(found))).toEqual([
      { type: "name", name: "adafruit_bus_device", specifier: "==5.2.0" },
      { type: "name", name: "adafruit_text", specifier: "==2.9.0" },
      { type: "name", name: "neopixel", specifier: "==6.1.0" },
    ]);
    expect(freezeBundles(found)).toEqual({ "test-circuitpython-bundle": "20260101" });
  });

  test("without a version is known by its contents", async () => {
    const plain = await testBundle({
      plain: { version: "2.0.0", files: { "plain/__init__.py": "", "plain/data.bin": "x" } },
    });
    const target = drive({ "/lib/plain/__init__.py": "", "/lib/plain/data.bin": "x" });
    const { libraries: found } = await listLibraries(target, { bundles: [plain] });
    expect(found).toMatchObject([
      { name: "plain", version: "2.0.0", versionSource: "bundle", status: "current" },
    ]);
  });

  test("becomes recorded when it is a bundle's, and only then", async () => {
    const target = drive({
      ...copied(neopixel, "py"),
      ...copied(older(text, "2.9.0"), "mpy"),
      "/lib/mine.py": "",
    });
    const before = files(target);
    expect(await adoptLibraries(target, options())).toEqual({
      adopted: ["neopixel"],
      unknown: ["adafruit_text", "mine"],
    });
    expect(files(target)).toEqual(before);
    expect(await names(target)).toEqual(["neopixel 6.3.0"]);
  });

  test("is good enough for what needs it", async () => {
    const target = drive(copied(older(busDevice, "5.0.1"), "mpy"));
    const report = await installLibraries(target, ["adafruit_sensor"], options());
    expect(report.provided).toEqual([{ name: "adafruit_bus_device", by: "installed", version: "5.0.1" }]);
    expect(await names(target)).toEqual(["adafruit_sensor 1.4.0"]);
  });

  test("is updated, with leftovers and droppings gone and own files kept", async () => {
    const target = drive({
      ...copied(older(text, "2.9.0"), "mpy"),
      "/lib/adafruit_text/gone.mpy": copied(older(neopixel, "2.9.0"), "mpy")["/lib/neopixel.mpy"] ?? "",
      "/lib/adafruit_text/._gone.mpy": "macOS",
      "/lib/adafruit_text/notes.txt": "mine",
    });
    const report = await updateLibraries(target, "all", { ...options(), onMajorUpdate: true });
    expect(report.removed).toEqual(["/lib/adafruit_text/._gone.mpy", "/lib/adafruit_text/gone.mpy"]);
    expect(files(target)).toEqual([
      "/lib/adafruit_bus_device/__init__.py",
      "/lib/adafruit_bus_device/i2c_device.mpy",
      "/lib/adafruit_text/__init__.py",
      "/lib/adafruit_text/font.bin",
      "/lib/adafruit_text/label.mpy",
      "/lib/adafruit_text/notes.txt",
    ]);
  });

  test("is not replaced where somebody may have written it", async () => {
    const target = drive({ "/lib/neopixel.py": 'HACKED = 1\n__version__ = "6.0.0"\n' });
    const report = await updateLibraries(target, "all", options());
    expect(report.held).toMatchObject([
      { name: "neopixel", reason: "own-files", files: ["/lib/neopixel.py"] },
    ]);
    expect(report.written).toEqual([]);
    const plan = await planLibraryInstall(target, ["neopixel"], { ...options(), upgrade: true });
    expect(plan.blocked).toMatchObject([{ name: "neopixel" }]);
    await expect(applyLibraryPlan(plan, target, options())).rejects.toMatchObject({ code: "conflict" });
    await expect(uninstallLibraries(target, ["neopixel"], options())).rejects.toMatchObject({
      code: "conflict",
    });
    expect(files(target)).toEqual(["/lib/neopixel.py"]);
    const asked: string[] = [];
    await updateLibraries(target, ["neopixel"], {
      ...options(),
      replaceUnrecorded: (library, paths) => asked.push(library.name, ...paths) > 0,
    });
    expect(asked.slice(0, 2)).toEqual(["neopixel", "/lib/neopixel.py"]);
    expect(files(target)).toEqual(["/lib/neopixel.mpy"]);
  });
});

describe("update", () => {
  test("asks about major versions, and holds back what they are refused for", async () => {
    const target = drive({});
    await installLibraries(target, ["neopixel", "adafruit_text"], { bundles: [old] });
    const asked: string[] = [];
    const plan = await planLibraryUpdate(target, "all", {
      ...options(),
      onMajorUpdate: (library) => {
        asked.push(`${library.name} ${library.version ?? ""} ${library.offer?.version ?? ""}`);
        return Promise.resolve(false);
      },
    });
    expect(asked).toEqual(["adafruit_text 2.9.0 3.0.0"]);
    expect(plan.held).toMatchObject([{ name: "adafruit_text", reason: "major-update", offered: "3.0.0" }]);
    await applyLibraryPlan(plan, target, options());
    expect(await statuses(target)).toEqual({
      adafruit_bus_device: "current",
      adafruit_text: "major-update",
      neopixel: "current",
    });
    expect((await listInstalled(target)).roots.map((root) => root.package)).toEqual([
      "adafruit_text",
      "neopixel",
    ]);
  });

  test("touches nothing but what is named and what that needs", async () => {
    const target = drive({});
    await installLibraries(target, ["neopixel", "adafruit_text"], { bundles: [old] });
    await updateLibraries(target, ["NeoPixel"], options());
    expect(await names(target)).toEqual([
      "adafruit_bus_device 5.1.0",
      "adafruit_text 2.9.0",
      "neopixel 6.3.0",
    ]);
    await expect(updateLibraries(target, ["adafruit_sensor"], options())).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("does not need a dependency's major update when the installed one does", async () => {
    const target = drive({});
    await installLibraries(target, ["adafruit_sensor"], options());
    const report = await updateLibraries(target, "all", { bundles: [newer] });
    expect(report.held).toMatchObject([{ name: "adafruit_bus_device", reason: "major-update" }]);
    expect(await names(target)).toEqual(["adafruit_bus_device 5.2.0", "adafruit_sensor 1.5.0"]);
  });

  test("mends what is damaged, for another board, or missing pieces", async () => {
    const target = drive({
      ...copied(busDevice, "mpy"),
      "/lib/neopixel.mpy": copied(neopixel, "mpy")["/lib/neopixel.mpy"]?.slice(0, 40) ?? "",
      "/lib/adafruit_text/__init__.py": "",
      "/lib/adafruit_text/label.mpy": golden("circuitpython-7"),
    });
    expect(await statuses(target)).toEqual({
      adafruit_bus_device: "current",
      adafruit_text: "incompatible",
      neopixel: "damaged",
    });
    await updateLibraries(target, "all", options());
    expect(await statuses(target)).toEqual({
      adafruit_bus_device: "current",
      adafruit_text: "current",
      neopixel: "current",
    });
    await target.fs.change([{ type: "remove", path: "/lib/adafruit_text/label.mpy" }]);
    expect((await statuses(target))["adafruit_text"]).toBe("damaged");
    await updateLibraries(target, ["adafruit_text"], options());
    expect((await statuses(target))["adafruit_text"]).toBe("current");
  });

  test("mends recorded files that were cut off, and sees what was copied over them", async () => {
    const target = drive({});
    await installLibraries(target, ["neopixel", "adafruit_text"], { bundles: [old] });
    const label = await target.fs.readFile("/lib/adafruit_text/label.mpy");
    await target.fs.writeFiles([
      { path: "/lib/adafruit_text/label.mpy", content: label.slice(0, -9) },
      { path: "/lib/neopixel.mpy", content: copied(neopixel, "mpy")["/lib/neopixel.mpy"] ?? label },
    ]);
    const { libraries: found } = await listLibraries(target, options());
    expect(found).toMatchObject([
      { name: "adafruit_bus_device", status: "update" },
      {
        name: "adafruit_text",
        version: "2.9.0",
        status: "damaged",
        problems: [{ type: "damaged" }, { type: "changed" }],
      },
      {
        name: "neopixel",
        version: "6.3.0",
        versionSource: "mpy",
        status: "current",
        problems: [{ type: "changed" }],
      },
    ]);
    await updateLibraries(target, ["adafruit_text"], options());
    expect(await statuses(target)).toEqual({
      adafruit_bus_device: "update",
      adafruit_text: "current",
      neopixel: "current",
    });
    await updateLibraries(target, "all", { bundles: [old] });
    await target.fs.writeFiles([{ path: "/lib/adafruit_text/label.mpy", content: label.slice(0, -9) }]);
    await updateLibraries(target, "all", options());
    expect((await statuses(target))["adafruit_text"]).toBe("current");
  });

  test("does not replace a recorded source that the user changed", async () => {
    const target = drive({});
    await installLibraries(target, ["neopixel"], { bundles: [old], py: true });
    await target.fs.writeFiles([
      { path: "/lib/neopixel.py", content: new TextEncoder().encode("MINE = 1\n") },
    ]);
    const report = await updateLibraries(target, "all", { ...options(), py: true });
    expect(report.held).toMatchObject([
      { name: "neopixel", reason: "own-files", files: ["/lib/neopixel.py"] },
    ]);
    const install = { ...options(), py: true, upgrade: true };
    await expect(installLibraries(target, ["neopixel"], install)).rejects.toMatchObject({ code: "conflict" });
    expect(new TextDecoder().decode(await target.fs.readFile("/lib/neopixel.py"))).toBe("MINE = 1\n");
    await updateLibraries(target, "all", { ...options(), py: true, onConflict: "overwrite" });
    expect(await statuses(target)).toEqual({ neopixel: "current" });
  });

  test("has nothing to do on a clean drive", async () => {
    const target = drive({});
    await installLibraries(target, ["adafruit_text"], options());
    const steps = target.steps;
    expect(await updateLibraries(target, "all", options())).toMatchObject({
      written: [],
      removed: [],
      held: [],
    });
    expect(target.steps).toBe(steps);
  });

  test("goes over when the board gets another firmware", async () => {
    const target = drive({});
    await installLibraries(target, ["adafruit_sensor"], options());
    const contents = Object.fromEntries(
      [...target.snapshot()].flatMap(([path, content]) => (content === null ? [] : [[path, content]])),
    );
    const downgraded = drive(contents, circuitPython("8.2.0"));
    expect(await statuses(downgraded)).toEqual({
      adafruit_bus_device: "incompatible",
      adafruit_sensor: "incompatible",
    });
    await updateLibraries(downgraded, "all", options());
    expect(await statuses(downgraded)).toEqual({
      adafruit_bus_device: "current",
      adafruit_sensor: "current",
    });
    expect(files(downgraded)).toContain("/lib/adafruit_sensor.py");
    expect(files(downgraded)).not.toContain("/lib/adafruit_sensor.mpy");
  });
});

describe("uninstall", () => {
  test("takes orphans along, and refuses what is needed", async () => {
    const target = drive({});
    await installLibraries(target, ["adafruit_sensor", "neopixel"], options());
    await expect(
      uninstallLibraries(target, ["adafruit-circuitpython-bus-device"], options()),
    ).rejects.toMatchObject({
      code: "conflict",
    });
    await uninstallLibraries(target, ["adafruit_sensor"], options());
    expect(files(target)).toEqual(["/lib/neopixel.mpy"]);
    await expect(uninstallLibraries(target, ["adafruit_sensor"], options())).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("takes away what was copied by hand, folder and all", async () => {
    const target = drive({
      ...copied(older(text, "2.0.0"), "mpy"),
      ...copied(busDevice, "mpy"),
      "/lib/mine.py": "",
    });
    await expect(uninstallLibraries(target, ["adafruit_bus_device"], options())).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("needed by adafruit_text") as string,
    });
    const report = await uninstallLibraries(target, ["adafruit_text"], options());
    expect(report.held).toMatchObject([{ name: "adafruit_bus_device", reason: "orphan" }]);
    expect([...target.snapshot().keys()].filter((path) => path.startsWith("/lib/adafruit_text"))).toEqual([]);
    await expect(uninstallLibraries(target, ["mine"], options())).rejects.toMatchObject({
      code: "not-found",
    });
    await uninstallLibraries(target, ["mine"], { ...options(), force: true });
    expect(files(target)).toEqual([
      "/lib/adafruit_bus_device/__init__.py",
      "/lib/adafruit_bus_device/i2c_device.mpy",
    ]);
  });

  test("spares an orphan that a copied library needs", async () => {
    const target = drive(copied(text, "mpy"));
    await installLibraries(target, ["adafruit_sensor"], options());
    const plan = await planLibraryUninstall(target, ["adafruit_sensor"], options());
    expect(plan.change.packages).toMatchObject([
      { name: "adafruit_bus_device", action: "keep" },
      { name: "adafruit_sensor", action: "remove" },
    ]);
  });
});

describe("two of one name", () => {
  test("a module and a package: what import loads counts, and an update leaves one", async () => {
    const target = drive({
      ...copied(older(neopixel, "6.0.0"), "mpy"),
      "/lib/neopixel/__init__.mpy": copied(older(neopixel, "5.0.0"), "mpy")["/lib/neopixel.mpy"] ?? "",
    });
    const { libraries: found } = await listLibraries(target, options());
    expect(found).toMatchObject([
      {
        version: "5.0.0",
        form: "package",
        forms: ["mpy", "package"],
        problems: [{ type: "hidden", path: "/lib/neopixel.mpy" }],
      },
    ]);
    await updateLibraries(target, "all", { ...options(), onMajorUpdate: true });
    expect(files(target)).toEqual(["/lib/neopixel.mpy"]);
    expect(target.snapshot().has("/lib/neopixel")).toBe(false);
  });

  test("a source beside bytecode: the source is loaded", async () => {
    const target = drive({ ...copied(neopixel, "mpy"), ...copied(older(neopixel, "6.0.0"), "py") });
    const { libraries: found } = await listLibraries(target, options());
    expect(found).toMatchObject([
      { version: "6.0.0", versionSource: "py", status: "update", forms: ["mpy", "py"] },
    ]);
    await installLibraries(drive({}), [], options());
    await updateLibraries(target, "all", { ...options(), replaceUnrecorded: true });
    expect(files(target)).toEqual(["/lib/neopixel.mpy"]);
  });

  test("names in another case are the same file on FAT", async () => {
    const target = drive({
      "/lib/NeoPixel.mpy": copied(older(neopixel, "6.0.0"), "mpy")["/lib/neopixel.mpy"] ?? "",
    });
    expect(await statuses(target)).toEqual({ NeoPixel: "update" });
    await updateLibraries(target, "all", options());
    expect(await statuses(target)).toEqual({ neopixel: "current" });
  });
});

test("show tells what bundles have", () => {
  expect(showLibraries([bundle]).map((one) => one.library.name)).toEqual([
    "adafruit_bus_device",
    "adafruit_sensor",
    "adafruit_text",
    "neopixel",
  ]);
  expect(showLibraries([bundle], "circuitpython-SENS")).toMatchObject([
    { version: "1.4.0", library: { name: "adafruit_sensor" } },
  ]);
  expect(showLibraries([old, bundle], "neo")).toMatchObject([{ version: "6.1.0", tag: "20250101" }]);
});

test("a drive without lib has no libraries", async () => {
  expect(await listLibraries(drive({}), options())).toEqual({ root: "/lib", libraries: [] });
});
