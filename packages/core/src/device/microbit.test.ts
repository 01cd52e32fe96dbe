// The poor old board: MicroPython 1.9.2 on a BBC micro:bit under QEMU. No raw paste, 8 KB of heap, a flat file system
// of some 15 KB without rename, no hashlib, no binascii, errors without numbers.
// Needs qemu-system-arm and Debian's firmware-microbit-micropython; skipped without them, but not in CI.

import { expect, test } from "vitest";
import { connectBoard, type Board } from "@upykit/core/device";
import { missingMicrobit, startMicrobit } from "../../../../test/support/microbit.js";
import { noise, sourceText } from "./fixtures/with-board.js";

async function withMicrobit(action: (board: Board) => Promise<void>): Promise<void> {
  await using board = await connectBoard(startMicrobit());
  await action(board);
}

const onMicrobit = test.skipIf(missingMicrobit() !== null);

onMicrobit("runs code and tells what it is", () =>
  withMicrobit(async (board) => {
    expect(await board.exec("print('hello')")).toBe("hello\r\n");
    expect(await board.evaluate("[1, 'a', b'\\x00', {'b': (2.5,)}]")).toEqual([
      1,
      "a",
      Uint8Array.of(0),
      new Map([["b", [2.5]]]),
    ]);
    expect(await board.environment()).toMatchObject({
      implementation: "micropython",
      version: "1.9.2",
      platform: "microbit",
      machine: "micro:bit with nRF51822",
      mpy: null,
      sysPath: [],
      builtinModules: expect.arrayContaining(["microbit", "os"]) as string[],
    });
    await expect(board.exec("open('nope')")).rejects.toMatchObject({ code: "file-not-found" });
    await expect(board.exec("def")).rejects.toMatchObject({ code: "syntax-error" });
  }),
);

onMicrobit("keeps files, as far as it can", () =>
  withMicrobit(async ({ fs, profile }) => {
    expect(profile).toMatchObject({ hasDirectories: false, canRename: false, canTellSpace: false });
    const text = sourceText(2000);
    const bytes = noise(1000);
    await fs.writeFiles([
      { path: "/main.py", content: text },
      { path: "/a b.bin", content: bytes },
    ]);
    expect(await fs.list("/")).toEqual([
      { path: "/a b.bin", type: "file", size: 1000 },
      { path: "/main.py", type: "file", size: 2000 },
    ]);
    expect(await fs.walk("/")).toHaveLength(2);
    expect(await fs.readFiles(["/main.py", "/nope", "/a b.bin"])).toEqual([text, null, bytes]);
    expect(await fs.stat(["/main.py", "/nope"])).toEqual([
      { path: "/main.py", type: "file", size: 2000 },
      null,
    ]);
    const same = [{ path: "/main.py", content: text }];
    expect((await fs.write(same, { skipUnchanged: true })).unchanged).toEqual(["/main.py"]);
    expect(await fs.space("/")).toBeNull();
    await fs.rename("/main.py", "/a b.bin");
    await fs.rename("/main.py", "/a b.bin");
    expect(await fs.readFiles(["/main.py", "/a b.bin"])).toEqual([null, text]);
    await fs.remove("/main.py");
    expect(await fs.list("/")).toHaveLength(1);
    await expect(fs.readFile("/main.py")).rejects.toMatchObject({ code: "file-not-found" });
  }),
);

onMicrobit("variables survive what our own code does", () =>
  withMicrobit(async (board) => {
    const names = "T H L C S E R I h i e b g m o p f w d x os sys".split(" ");
    await board.exec(names.map((name, index) => `${name}=${index}`).join("\n"));
    const before = await board.evaluate("sorted(globals())");
    await board.fs.writeFile("/a.py", sourceText(1500));
    expect(await board.fs.readFile("/a.py")).toEqual(sourceText(1500));
    await board.fs.hashFiles(["/a.py"]);
    await board.fs.rename("/a.py", "/b.py");
    await board.fs.list("/");
    await board.fs.remove("/b.py");
    await board.environment();
    expect(await board.evaluate("sorted(globals())")).toEqual(before);
    expect(await board.evaluate(`[${names.join(",")}]`)).toEqual(names.map((_, index) => index));
  }),
);

onMicrobit("what it cannot do is refused before anything is written", () =>
  withMicrobit(async ({ fs }) => {
    const files = [
      { path: "/a.py", content: noise(10) },
      { path: "/lib/b.py", content: noise(10) },
    ];
    await expect(fs.writeFiles(files)).rejects.toMatchObject({ code: "unsupported" });
    await expect(fs.mkdir("/lib")).rejects.toMatchObject({ code: "unsupported" });
    expect(await fs.list("/")).toEqual([]);
  }),
);

onMicrobit("a full file system", () =>
  withMicrobit(async ({ fs }) => {
    await expect(fs.writeFile("/big", sourceText(40_000))).rejects.toMatchObject({ code: "no-space" });
    expect(await fs.list("/")).toEqual([]);
    await fs.writeFile("/small", "x");
    expect(await fs.readText("/small")).toBe("x");
  }),
);

onMicrobit("code that is too large for it", () =>
  withMicrobit(async (board) => {
    for (const length of [1700, 1990, 3000, 6000])
      await expect(board.exec(`x = '${"y".repeat(length)}'`)).rejects.toMatchObject({
        code: "out-of-memory",
      });
    expect(await board.evaluate("1 + 1")).toBe(2);
  }),
);

onMicrobit("resets, is interrupted, is aborted", () =>
  withMicrobit(async (board) => {
    await board.exec("x = 1");
    await board.softReset();
    expect(await board.evaluate("'x' in globals()")).toBe(false);
    const running = board.exec("print('go')\nwhile 1: pass", { onOutput: () => void board.interrupt() });
    await expect(running).rejects.toMatchObject({ pythonType: "KeyboardInterrupt" });
    const stop = new AbortController();
    const aborted = board.exec("print('go')\nwhile 1: pass", {
      signal: stop.signal,
      onOutput: () => stop.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
    // microbit.reset() restarts without a word, then sends a NUL and the banner.
    await expect(board.exec("import microbit\nmicrobit.reset()", { idleTimeout: 300 })).rejects.toMatchObject(
      {
        code: "no-response",
      },
    );
    expect(await board.evaluate("2 + 2")).toBe(4);
  }),
);
