// What a program imports gets installed, and nothing else.

import { listInstalled } from "@upykit/core";
import { type CircuitPythonBundle, installImported } from "@upykit/core/circuitpython";
import { beforeAll, describe, expect, test } from "vitest";
import { circuitPython, drive } from "../fixtures/boards.js";
import { copied, testBundle } from "../fixtures/test-bundle.js";
import { busDevice, libraries } from "../fixtures/test-libraries.js";

let bundle: CircuitPythonBundle;

beforeAll(async () => {
  bundle = await testBundle(libraries);
});

const options = () => ({ bundles: [bundle] });
const files = (target: ReturnType<typeof drive>): string[] => [...target.snapshot().keys()];
const names = async (target: ReturnType<typeof drive>): Promise<string[]> =>
  (await listInstalled(target)).packages.map((one) => `${one.name} ${one.version ?? "?"}`);

describe("what the program imports", () => {
  test("is installed, across own files, packages and branches", async () => {
    const target = drive({
      "/code.py": "import helper\nfrom mypackage import part\nimport time\n",
      "/helper.py": "try:\n  import neopixel\nexcept ImportError:\n  neopixel = None\n",
      "/mypackage/__init__.py": "",
      "/mypackage/part.py": "from .inner import x\nimport unheard_of\n",
      "/mypackage/inner.py": "def f():\n  from adafruit_text import label\nx = 1\n",
    });
    const frozen = circuitPython("10.0.0", {
      builtinModules: ["time"],
      frozenModules: ["adafruit_bus_device"],
    });
    const board = drive(
      Object.fromEntries(
        [...target.snapshot()].flatMap(([path, content]) => (content === null ? [] : [[path, content]])),
      ),
      frozen,
    );
    const report = await installImported(board, options());
    expect(report.imported.libraries).toEqual(["adafruit_text", "neopixel"]);
    expect(report.imported.missing.map((one) => one.name)).toEqual(["unheard_of"]);
    expect(await names(board)).toEqual(["adafruit_text 3.0.0", "neopixel 6.3.0"]);
    const steps = board.steps;
    await installImported(board, options());
    expect(board.steps).toBe(steps);
  });

  test("includes a library of which pieces are missing", async () => {
    const target = drive({
      "/code.py": "import adafruit_text.label\n",
      "/lib/adafruit_text/__init__.py": "",
      ...copied(busDevice, "mpy"),
    });
    const report = await installImported(target, options());
    expect(report.imported.incomplete).toEqual(["adafruit_text"]);
    expect(files(target)).toContain("/lib/adafruit_text/label.mpy");
  });
});
