// Memory that a module takes in each form, on a real interpreter: over core, the compiler and the freezer.

import { readFileSync } from "node:fs";
import { compile } from "@upykit/compiler";
import { connectBoard } from "@upykit/core/device";
import { estimateImport, type ImportVariant, measureImport } from "@upykit/core/imports";
import { createVirtualBoard } from "@upykit/core/testing";
import { buildRomfs } from "@upykit/freezer";
import { expect, it } from "vitest";

/** A driver of usual size: constants, classes, functions with documentation and local names. */
const source = `"""A display driver, like any."""

from micropython import const

_WIDTH = const(128)
COMMANDS = (0xae, 0xd5, 0x80, 0xa8, 0x3f, 0xd3, 0x00, 0x40, 0x8d, 0x14)


class Display:
    """Draws into a buffer."""

    def __init__(self, width=_WIDTH, height=64):
        """Makes the buffer."""
        self.width = width
        self.height = height
        self.pages = height // 8

${Array.from(
  { length: 12 },
  (_, n) => `    def draw_shape_${n}(self, left_edge_${n}, top_edge_${n}, colour=1):
        """Draws shape number ${n}, in a colour."""
        horizontal_step_${n} = left_edge_${n} * ${n} + self.width
        vertical_step_${n} = top_edge_${n} - horizontal_step_${n} // 3
        for position_${n} in range(horizontal_step_${n}, vertical_step_${n}):
            self.point("shape ${n} of this driver", position_${n}, colour)
`,
).join("\n")}
    def point(self, what, position, colour):
        return what, position, colour
`;

const text = (content: string) => new TextEncoder().encode(content);
const { mpy } = compile(source, { filename: "display.py" });
const variants: readonly ImportVariant[] = [
  { form: "romfs", romfs: buildRomfs([{ path: "display.mpy", content: mpy }]) },
  { form: "mpy", files: [{ path: "display.mpy", content: mpy }] },
  { form: "py", files: [{ path: "display.py", content: text(source) }] },
];

it("code in ROM takes less than .mpy, and that less than .py; the estimate is near", async () => {
  await using virtual = await createVirtualBoard({ micropython: "micropython-1.29" });
  await using board = await connectBoard(virtual.transport());
  const before = await virtual.fs.list("/");
  const costs = await measureImport(board, "display", variants);
  const [rom = 0, bytecode = 0, py = 0] = costs.map(({ ram }) => ram ?? Infinity);
  expect(costs.map(({ problem }) => problem)).toEqual([null, null, null]);
  expect(rom).toBeGreaterThan(0);
  expect(rom).toBeLessThan(bytecode);
  expect(bytecode).toBeLessThan(py);
  const estimate = estimateImport({ mpy, py: text(source) });
  expect(estimate.frozen).toBeLessThan(rom);
  for (const [actual, expected] of [
    [bytecode, estimate.mpy],
    [py, estimate.py],
  ] as const) {
    expect(expected ?? 0).toBeGreaterThan(actual * 0.7);
    expect(expected ?? 0).toBeLessThan(actual * 1.3);
  }
  expect(await virtual.fs.list("/")).toEqual(before);
});

/** Frozen into the firmware of the virtual board; these are its source, and what the compiler makes of it. */
const logging = readFileSync(new URL("fixtures/logging.py", import.meta.url), "utf8");

it.each(["@micropython/micropython-webassembly-pyscript", "micropython-1.29"])(
  "a module that is frozen in %s takes less than its .mpy, and that less than its .py",
  async (micropython) => {
    await using virtual = await createVirtualBoard({ micropython });
    await using board = await connectBoard(virtual.transport());
    const bytecode = compile(logging, { filename: "logging.py" }).mpy;
    const forms: readonly ImportVariant[] = [
      { form: "frozen" },
      { form: "mpy", files: [{ path: "logging.mpy", content: bytecode }] },
      { form: "py", files: [{ path: "logging.py", content: text(logging) }] },
    ];
    const costs = await measureImport(board, "logging", forms);
    expect(costs.map(({ problem }) => problem)).toEqual([null, null, null]);
    const [frozen = 0, mpy = 0, py = 0] = costs.map(({ ram }) => ram ?? Infinity);
    expect(frozen).toBeGreaterThan(0);
    expect(frozen).toBeLessThan(mpy);
    expect(mpy).toBeLessThan(py);
    // It is the same module: what is frozen has the names and the version that the file gives.
    const names = "import logging; print(sorted(logging.__dict__), logging.__version__)";
    const inFirmware = await board.exec(names);
    await board.softReset();
    await board.fs.writeFiles([{ path: "/lib/logging.py", content: text(logging) }]);
    const inFile = await board.exec(`import sys; sys.path[:] = ['/lib']; ${names}; print(logging.__file__)`);
    expect(inFile).toBe(`${inFirmware}/lib/logging.py\r\n`);
  },
);

it("measures frozen modules, and says where one is not frozen or fails", async () => {
  await using virtual = await createVirtualBoard({ files: { "/lib/own.py": "" } });
  await using board = await connectBoard(virtual.transport());
  const frozen: ImportVariant = { form: "frozen" };
  const [asyncio] = await measureImport(board, "asyncio", [frozen]);
  expect(asyncio).toMatchObject({ form: "frozen", problem: null });
  expect(asyncio?.ram).toBeGreaterThan(1000);
  expect(await measureImport(board, "json", [frozen])).toEqual([
    { form: "frozen", ram: null, problem: "elsewhere" },
  ]);
  expect(await measureImport(board, "own", [frozen])).toEqual([
    { form: "frozen", ram: null, problem: "elsewhere" },
  ]);
  const broken = { form: "py", files: [{ path: "bad/__init__.py", content: text("x = (") }] };
  expect(await measureImport(board, "bad", [broken])).toEqual([
    { form: "py", ram: null, problem: "SyntaxError" },
  ]);
});

it("leaves nothing behind, whatever fails", async () => {
  await using virtual = await createVirtualBoard();
  await using board = await connectBoard(virtual.transport());
  const before = await virtual.fs.list("/");
  const endless = {
    form: "py",
    files: [{ path: "endless.py", content: text("print('on')\nwhile True: pass\n") }],
  };
  const stop = new AbortController();
  const exec: typeof board.exec = (code, options) =>
    board.exec(code, { ...options, onOutput: () => stop.abort(new Error("enough")) });
  const watched = { exec, fs: board.fs, softReset: board.softReset.bind(board) };
  await expect(measureImport(watched, "endless", [endless], { signal: stop.signal })).rejects.toThrow(
    "enough",
  );
  expect(await virtual.fs.list("/")).toEqual(before);
  await virtual.fs.mkdir("/upykit-measure");
  await expect(measureImport(board, "endless", [endless])).rejects.toMatchObject({ code: "file-exists" });
  await expect(measureImport(board, "a b", [endless])).rejects.toMatchObject({ code: "invalid-argument" });
});
