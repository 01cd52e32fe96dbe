// An old and small firmware, MicroPython 1.9.2 for the micro:bit, in QEMU behind a pseudo terminal that the real serial
// driver opens: no raw paste, 8 KB of RAM, a flat file system.
import { install, mipIndex, verify } from "@upykit/core";
import { type Board, connectBoard } from "@upykit/core/device";
import { openSerial } from "@upykit/transport-serial";
import { describe, expect, onTestFinished, test } from "vitest";
import { serveIndex } from "../../../examples/index/serve.mjs";
import { missingMicrobit, startPtyMicrobit } from "../../../test/support/microbit.js";

async function connected(): Promise<Board> {
  const microbit = await startPtyMicrobit();
  onTestFinished(() => microbit[Symbol.asyncDispose]());
  // An emulator on a busy machine is slower than any board.
  const board = await connectBoard(await openSerial(microbit.path), { timing: { answer: 15_000, pause: 8 } });
  onTestFinished(() => board.close());
  return board;
}

const text = (content: string) => new TextEncoder().encode(content);

describe.skipIf(missingMicrobit() !== null)("a micro:bit behind the serial driver", () => {
  test("runs code, and says that it is old and flat", async () => {
    const board = await connected();
    expect(await board.exec("print(6 * 7)")).toBe("42\r\n");
    expect(await board.environment()).toMatchObject({ implementation: "micropython", sysPath: [] });
    expect(board.fs.hasDirectories).toBe(false);
  });

  test("keeps files, and a module among them can be imported", async () => {
    const board = await connected();
    const module = text("def answer():\n    return 42\n");
    await board.fs.writeFiles([{ path: "/deep.py", content: module }]);
    expect(await board.fs.readFile("/deep.py")).toEqual(module);
    expect(await board.exec("import deep\nprint(deep.answer())")).toBe("42\r\n");
  });

  test("takes one small module that runs, and gives it back", async () => {
    const board = await connected();
    const index = await serveIndex();
    onTestFinished(() => index.close());
    const target = board.target();
    const sources = [mipIndex({ url: index.url })];
    const report = await install(target, ["units"], { sources, root: "/" });
    expect(report.written.some((path) => path.includes("units"))).toBe(true);
    expect((await verify(target, { root: "/" })).problems).toEqual([]);
    expect(await board.exec("import units\nprint(units.__name__)")).toBe("units\r\n");
  });

  test("says that it has no directories, before anything is written", async () => {
    const board = await connected();
    await board.fs.writeFiles([{ path: "/keep.py", content: text("x = 1\n") }]);
    const before = await board.fs.list("/");
    const files = [
      { path: "/good.py", content: text("x = 2\n") },
      { path: "/lib/deep.py", content: text("x = 3\n") },
    ];
    await expect(board.fs.writeFiles(files)).rejects.toMatchObject({
      code: "unsupported",
      message: "This board has no directories: /lib/deep.py",
      hint: "Only files at the top can be kept there.",
    });
    await expect(board.fs.mkdir("/lib")).rejects.toMatchObject({ code: "unsupported" });
    expect(await board.fs.list("/")).toEqual(before);
  });

  test("refuses a package that it cannot keep, before anything is written", async () => {
    const board = await connected();
    const index = await serveIndex();
    onTestFinished(() => index.close());
    const sources = [mipIndex({ url: index.url })];
    for (const root of ["/", "/lib"]) {
      const installing = install(board.target(), ["greenhouse"], { sources, root });
      await expect(installing).rejects.toMatchObject({ code: "unsupported" });
    }
    expect(await board.fs.list("/")).toEqual([]);
  });

  test("refuses code that it has no memory for, before anything of it has run", async () => {
    const board = await connected();
    const code = `f = open('ran', 'w')\nf.close()\nx = '${"y".repeat(6000)}'`;
    await expect(board.exec(code)).rejects.toMatchObject({ code: "out-of-memory" });
    expect(await board.fs.list("/")).toEqual([]);
  });

  test("says that it is full, and keeps the old file", async () => {
    const board = await connected();
    await board.fs.writeFiles([{ path: "/keep.py", content: text("x = 1\n") }]);
    const writing = board.fs.writeFiles([{ path: "/big.bin", content: new Uint8Array(40_000).fill(65) }]);
    await expect(writing).rejects.toMatchObject({ code: "no-space" });
    expect(await board.fs.readFile("/keep.py")).toEqual(text("x = 1\n"));
  });
});
