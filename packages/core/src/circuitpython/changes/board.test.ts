// The same over a REPL, on a real interpreter: what is planned is what the board imports. The virtual board runs
// MicroPython, which loads no bytecode of CircuitPython, so sources are installed.

import { connectBoard } from "@upykit/core/device";
import {
  asCircuitPython,
  type CircuitPythonBundle,
  installImported,
  installLibraries,
  listLibraries,
  readBootOut,
  uninstallLibraries,
  updateLibraries,
} from "@upykit/core/circuitpython";
import { createVirtualBoard } from "@upykit/core/testing";
import { beforeAll, expect, test } from "vitest";
import { copied, testBundle, type TestLibrary } from "../fixtures/test-bundle.js";

const base: TestLibrary = {
  version: "2.1.0",
  files: { "adafruit_base/__init__.py": "", "adafruit_base/numbers.py": "ANSWER = 42" },
};
const top: TestLibrary = {
  version: "1.1.0",
  files: { "adafruit_top.py": "from adafruit_base.numbers import ANSWER" },
  dependencies: ["adafruit_base"],
};

let bundle: CircuitPythonBundle;

beforeAll(async () => {
  bundle = await testBundle({ adafruit_base: base, adafruit_top: top });
});

const bootOut =
  "Adafruit CircuitPython 10.0.3 on 2025-10-17; Test Board with rp2040\r\nBoard ID:test_board\r\n";

test("installs what code.py imports, lists, updates and uninstalls, and the board agrees", async () => {
  await using virtual = await createVirtualBoard({
    files: {
      "/boot_out.txt": bootOut,
      "/code.py": "import helper\n",
      "/helper.py": "import adafruit_top\nprint(adafruit_top.ANSWER, adafruit_top.__version__)\n",
      ...copied({ ...base, version: "2.0.0" }, "py"),
    },
  });
  const board = await connectBoard(virtual.transport());
  const target = asCircuitPython(board.target());
  expect(await readBootOut(target)).toMatchObject({ version: "10.0.3", boardId: "test_board" });
  const options = { bundles: [bundle], py: true };

  const installed = await installImported(target, options);
  expect(installed.provided).toMatchObject([{ name: "adafruit_base", version: "2.0.0" }]);
  expect(await board.exec("import helper")).toBe("42 1.1.0\r\n");
  expect(await board.exec("import adafruit_base.numbers as n; print(n.__version__)")).toBe("2.0.0\r\n");

  const { libraries } = await listLibraries(target, options);
  expect(libraries).toMatchObject([
    { name: "adafruit_base", version: "2.0.0", status: "update", recorded: false },
    { name: "adafruit_top", version: "1.1.0", status: "current", recorded: true },
  ]);

  await updateLibraries(target, "all", { ...options, replaceUnrecorded: true });
  await board.softReset();
  expect(await board.exec("import adafruit_base.numbers as n; print(n.__version__)")).toBe("2.1.0\r\n");

  await uninstallLibraries(target, ["adafruit_top", "adafruit_base"], options);
  await board.softReset();
  await expect(board.exec("import adafruit_base")).rejects.toMatchObject({ code: "python-error" });
  expect(
    await virtual.fs.snapshot().then((tree) => [...tree.keys()].filter((path) => path.startsWith("/lib/"))),
  ).toEqual([]);
});

test("bytecode for another interpreter is told, and not installed", async () => {
  await using virtual = await createVirtualBoard({ files: copied(top, "mpy") });
  const board = await connectBoard(virtual.transport());
  const { libraries } = await listLibraries(board.target(), { bundles: [bundle] });
  expect(libraries).toMatchObject([{ name: "adafruit_top", version: "1.1.0", status: "incompatible" }]);
  const error = await board.exec("import adafruit_top").catch((reason: unknown) => reason);
  expect(String(error)).toContain("incompatible .mpy file");
  await installLibraries(board.target(), ["adafruit_top"], { bundles: [bundle] });
  expect(await board.exec("import adafruit_top; print(adafruit_top.ANSWER)")).toBe("42\r\n");
});
