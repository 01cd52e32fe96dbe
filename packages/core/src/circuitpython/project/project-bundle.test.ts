// Project bundles: what is in the zip, byte for byte, and that it runs.

import { adopt, formatLockfile, parseLockfile } from "@upykit/core";
import { buildProjectBundle, type CircuitPythonBundle, listLibraries } from "@upykit/core/circuitpython";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { circuitPython, drive } from "../fixtures/boards.js";
import { testBundle } from "../fixtures/test-bundle.js";

let bundle: CircuitPythonBundle;

beforeAll(async () => {
  bundle = await testBundle({
    adafruit_bus_device: {
      version: "5.2.0",
      files: { "adafruit_bus_device/__init__.py": "", "adafruit_bus_device/i2c_device.py": "I2C = 40" },
    },
    adafruit_sensor: {
      version: "1.4.0",
      files: {
        "adafruit_sensor.py": "from adafruit_bus_device import i2c_device\nVALUE = i2c_device.I2C + 2",
      },
      dependencies: ["adafruit_bus_device"],
    },
    neopixel: { version: "6.3.0", files: { "neopixel.py": "COUNT = 7" } },
    unused: { version: "1.0.0", files: { "unused.py": "" } },
  });
});

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (content: Uint8Array | undefined): string => new TextDecoder().decode(content);
const code = (files: Record<string, string>) =>
  Object.entries(files).map(([path, text]) => ({ path, content: encode(text) }));

const program = code({
  "code.py": "import helper\nimport neopixel\nprint('sum', helper.VALUE + neopixel.COUNT)\n",
  "helper.py": "from adafruit_sensor import VALUE\n",
  "images/logo.bmp": "BM",
  "._code.py": "macOS",
  ".Trashes/1/x.py": "import unused",
  "boot_out.txt": "Adafruit CircuitPython 10.0.3 on 2025-10-17; Test with rp2040",
  "lib/neopixel.mpy": "old",
  "lib/mine.py": "",
});

test("has the code and exactly the libraries it imports, for each version", async () => {
  const environments = [circuitPython("9.2.8"), circuitPython("10.0.3", { frozenModules: ["neopixel"] })];
  const built = await buildProjectBundle(program, environments, {
    bundles: [bundle],
    name: "lamp",
    website: "https://lamp.example",
  });
  const own = ["code.py", "helper.py", "images/logo.bmp", "lib/mine.py"];
  const libraries = [
    "lib/adafruit_bus_device/__init__.py",
    "lib/adafruit_bus_device/i2c_device.mpy",
    "lib/adafruit_sensor.mpy",
  ];
  const expected = [
    ...[...own, ...libraries, "upykit-lock.json"].map((path) => `lamp/CircuitPython 10.x/${path}`),
    ...[...own, ...libraries, "lib/neopixel.mpy", "upykit-lock.json"].map(
      (path) => `lamp/CircuitPython 9.x/${path}`,
    ),
    "lamp/README.txt",
  ];
  expect(built.files.map((file) => file.path)).toEqual(expected.sort());
  const unzipped = unzipSync(built.zip);
  expect(Object.keys(unzipped)).toEqual(built.files.map((file) => file.path));
  for (const { path, content } of built.files) expect(unzipped[path]).toEqual(content);
  expect(built.variants).toMatchObject([
    { folder: "CircuitPython 9.x", firmware: [], replaced: ["neopixel"], missing: [] },
    { folder: "CircuitPython 10.x", firmware: ["neopixel"], replaced: ["neopixel"], missing: [] },
  ]);
  expect(decode(unzipped["lamp/README.txt"])).toBe(
    [
      "This is a CircuitPython project bundle: lamp.",
      "",
      "To use it, follow:",
      "https://lamp.example",
      "",
      "Copy what is inside the folder for your version of CircuitPython to the CIRCUITPY drive,",
      "merging its folder lib with the one that is there.",
      "",
      "CircuitPython 9.x (made for test_board)",
      "-----------------",
      "lib/adafruit_bus_device 5.2.0, from test-circuitpython-bundle@20260101",
      "lib/adafruit_sensor 1.4.0, from test-circuitpython-bundle@20260101",
      "lib/neopixel 6.3.0, from test-circuitpython-bundle@20260101",
      "",
      "CircuitPython 10.x (made for test_board)",
      "------------------",
      "lib/adafruit_bus_device 5.2.0, from test-circuitpython-bundle@20260101",
      "lib/adafruit_sensor 1.4.0, from test-circuitpython-bundle@20260101",
      "In the firmware already: neopixel",
      "",
    ].join("\r\n"),
  );
});

test("is the same bytes each time, in whatever order the files come and wherever it is built", async () => {
  const options = { bundles: [bundle] };
  const once = await buildProjectBundle(program, circuitPython("10.0.3"), options);
  const zone = process.env["TZ"];
  process.env["TZ"] = "Pacific/Kiritimati";
  const again = await buildProjectBundle([...program].reverse(), circuitPython("10.0.3"), options);
  process.env["TZ"] = zone ?? "UTC";
  expect(again.zip).toEqual(once.zip);
});

test("brings a lockfile that adopts the libraries where the folder was copied", async () => {
  const built = await buildProjectBundle(program, circuitPython("10.0.3"), { bundles: [bundle] });
  const prefix = "project/CircuitPython 10.x";
  const target = drive(
    Object.fromEntries(
      built.files
        .filter(({ path }) => path.startsWith(prefix))
        .map(({ path, content }) => [path.slice(prefix.length), content]),
    ),
  );
  const resolution = parseLockfile(decode(await target.fs.readFile("/upykit-lock.json")));
  expect(formatLockfile(resolution)).toBe(formatLockfile(built.variants[0]?.resolution ?? resolution));
  expect((await adopt(target, resolution)).adoptedPackages).toEqual([
    "adafruit_bus_device",
    "adafruit_sensor",
    "neopixel",
  ]);
  const { libraries } = await listLibraries(target, { bundles: [bundle] });
  expect(libraries.map(({ name, status, recorded }) => `${name} ${status} ${recorded}`)).toEqual([
    "adafruit_bus_device current true",
    "adafruit_sensor current true",
    "mine not-in-bundle false",
    "neopixel current true",
  ]);
});

test("runs on a board", async () => {
  await using virtual = await createVirtualBoard();
  const board = await connectBoard(virtual.transport());
  const environment = await board.environment();
  const built = await buildProjectBundle(program, environment, { bundles: [bundle], entries: ["code.py"] });
  const folder = `project/${built.variants[0]?.folder ?? ""}`;
  const files = built.files
    .filter(({ path }) => path.startsWith(`${folder}/`))
    .map(({ path, content }) => ({ path: path.slice(folder.length), content }));
  expect(files.map(({ path }) => path)).toContain("/lib/neopixel.py");
  await board.target().fs.writeFiles(files);
  expect(await board.exec("import code")).toBe("sum 49\r\n");
});

describe("it tells", () => {
  test("what nothing provides", async () => {
    const built = await buildProjectBundle(
      code({ "code.py": "import unheard_of\ntry:\n  import maybe\nexcept ImportError:\n  pass\n" }),
      circuitPython("10.0.3", { builtinModules: [] }),
      { bundles: [bundle] },
    );
    expect(built.variants[0]?.missing.map((one) => one.name)).toEqual(["unheard_of"]);
    expect(decode(built.files.at(-1)?.content)).toContain("find it elsewhere: unheard_of");
  });

  test.each([
    ["no program", code({ "helper.py": "" }), {}, "file-not-found"],
    ["an entry that is not there", code({ "code.py": "" }), { entries: ["main.py"] }, "file-not-found"],
    ["a path that leaves", code({ "code.py": "", "../x.py": "" }), {}, "invalid-path"],
    ["a name that is a path", code({ "code.py": "" }), { name: "../x" }, "invalid-path"],
    ["two files of one name", code({ "code.py": "", "Code.py": "" }), {}, "invalid-path"],
  ])("of %s: an error", async (_, files, options, expected) => {
    const building = buildProjectBundle(files, circuitPython("10.0.3"), { bundles: [bundle], ...options });
    await expect(building).rejects.toMatchObject({ code: expected });
  });

  test("of two boards of one version: an error", async () => {
    const boards = [circuitPython("10.0.3"), circuitPython("10.1.0")];
    await expect(buildProjectBundle(program, boards, { bundles: [bundle] })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});
