// The doctor beside an install: it reads the install record by itself, and a bundle says what its libraries need.

import { install, memoryTarget, uninstall } from "@upykit/core";
import { applyFix, explainImports, planFix } from "@upykit/core/imports";
import { beforeAll, describe, expect, it } from "vitest";
import { testBundle, type TestLibrary } from "./fixtures/test-bundle.js";

const environment = {
  implementation: "circuitpython",
  version: "10.0.3",
  mpy: { version: 6, subVersion: 3, architecture: "none", archFlags: 0, smallIntBits: 31 },
  sysPath: ["", "/", ".frozen", "/lib"],
} as const;

const bus: TestLibrary = {
  version: "4.2.0",
  files: { "adafruit_bus/__init__.py": "", "adafruit_bus/i2c.py": "x = 1", "adafruit_bus/spi.py": "y = 1" },
};
const sensor: TestLibrary = {
  version: "1.0.0",
  files: { "adafruit_sensor.py": "from adafruit_bus import i2c" },
  dependencies: ["adafruit_bus"],
};
const older = { adafruit_bus: bus, adafruit_sensor: sensor };
const newer = {
  adafruit_bus: { ...bus, version: "6.0.0" },
  adafruit_sensor: { ...sensor, version: "2.0.0" },
};

type Bundle = Awaited<ReturnType<typeof testBundle>>;
let before: Bundle;
let now: Bundle;

beforeAll(async () => {
  before = await testBundle(older);
  now = await testBundle(newer, { tag: "20260201" });
});

async function installed(): Promise<ReturnType<typeof memoryTarget>> {
  const target = memoryTarget({ environment, files: { "/code.py": "import adafruit_sensor\n" } });
  await install(target, ["adafruit_sensor"], { sources: [before], root: "/lib" });
  return target;
}

async function findingsOf(target: Awaited<ReturnType<typeof installed>>, bundle?: Bundle): Promise<string[]> {
  const { findings } = await explainImports(target, bundle === undefined ? {} : { bundle });
  return findings.map(({ code, module, files }) => `${code} ${module ?? ""} ${files[0] ?? ""}`);
}

describe("the doctor after an install from a bundle", () => {
  it("finds nothing", async () => {
    expect(await findingsOf(await installed())).toEqual([]);
    expect(await findingsOf(await installed(), before)).toEqual([]);
  });

  it("finds what was taken away since, by the record and by the bundle, once", async () => {
    const target = await installed();
    await target.fs.change([{ type: "remove", path: "/lib/adafruit_bus/spi.mpy" }]);
    expect(await findingsOf(target)).toEqual([]);
    expect(await findingsOf(target, before)).toEqual(["missing-piece adafruit_bus /lib/adafruit_bus"]);
    await target.fs.change([
      { type: "remove", path: "/lib/adafruit_bus/i2c.mpy" },
      { type: "remove", path: "/lib/adafruit_bus/__init__.py" },
      { type: "rmdir", path: "/lib/adafruit_bus" },
    ]);
    const found = await findingsOf(target, before);
    expect(found.filter((one) => one.startsWith("dependency-missing"))).toEqual([
      "dependency-missing adafruit_bus /lib/adafruit_sensor.mpy",
    ]);
  });

  it("finds a dependency of an older major version than the library was released with", async () => {
    const target = await installed();
    expect(await findingsOf(target, now)).toEqual([]);
    await install(target, ["adafruit_sensor"], { sources: [now], root: "/lib", upgrade: true });
    expect(await findingsOf(target, now)).toEqual([]);
    const record = JSON.parse(await text(target, "/lib/.upykit/record.json")) as {
      packages: { name: string; version: string }[];
    };
    for (const one of record.packages) if (one.name === "adafruit_bus") one.version = "4.2.0";
    await target.fs.writeFiles([
      { path: "/lib/.upykit/record.json", content: new TextEncoder().encode(JSON.stringify(record)) },
    ]);
    expect(await findingsOf(target, now)).toEqual([
      "dependency-too-old adafruit_bus /lib/adafruit_sensor.mpy",
    ]);
    expect(await findingsOf(target)).toEqual([]);
  });

  it("looks past a record that is none", async () => {
    const target = await installed();
    for (const bad of ["", "{", "[]", '{"version":2}', '{"version":1,"packages":[{}]}']) {
      await target.fs.writeFiles([
        { path: "/lib/.upykit/record.json", content: new TextEncoder().encode(bad) },
      ]);
      expect(await findingsOf(target, before)).toEqual([]);
    }
  });

  it("puts a program aside that never starts", async () => {
    const target = await installed();
    await target.fs.writeFiles([{ path: "/main.py", content: new TextEncoder().encode("print(1)\n") }]);
    const { findings } = await explainImports(target, { bundle: before });
    expect(findings.map(({ code }) => code)).toEqual(["never-started"]);
    const [fix] = findings[0]?.fixes ?? [];
    if (fix === undefined) throw new Error("no fix");
    await applyFix(await planFix(fix, target), target);
    expect(await findingsOf(target, before)).toEqual([]);
    expect(await text(target, "/main_unused.py")).toBe("print(1)\n");
    await uninstall(target, ["adafruit_sensor"], { root: "/lib" });
    expect(await findingsOf(target, before)).toEqual(["missing-module adafruit_sensor /code.py"]);
  });
});

async function text(target: Awaited<ReturnType<typeof installed>>, path: string): Promise<string> {
  return new TextDecoder().decode(await target.fs.readFile(path));
}
