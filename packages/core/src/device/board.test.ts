import { describe, expect, test } from "vitest";
import { BoardError, connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { UpyError } from "@upykit/core";
import { withBoard } from "./fixtures/with-board.js";

describe("exec", () => {
  test("answers what was printed, and streams it", () =>
    withBoard(async (board) => {
      const pieces: string[] = [];
      const text = await board.exec("print('ä')\nprint('b')", { onOutput: (piece) => pieces.push(piece) });
      expect(text.replaceAll("\r", "")).toBe("ä\nb\n");
      expect(pieces.join("")).toBe(text);
    }));

  test("keeps variables from one call to the next", () =>
    withBoard(async (board) => {
      await board.exec("x = 41");
      expect(await board.evaluate("x + 1")).toBe(42);
    }));

  test("tells what was raised, where, and with which code", () =>
    withBoard(async (board) => {
      const error = await board.exec("def f():\n    open('/nope')\nf()").catch((e: unknown) => e);
      expect(error).toBeInstanceOf(BoardError);
      expect(error).toBeInstanceOf(UpyError);
      expect(error).toMatchObject({
        code: "file-not-found",
        pythonType: "OSError",
        errno: "ENOENT",
        frames: [
          { file: "<stdin>", line: 3, function: "<module>" },
          { file: "<stdin>", line: 2, function: "f" },
        ],
      });
      await expect(board.exec("x = bytearray(1 << 60)")).rejects.toMatchObject({
        pythonType: /Memory|Overflow/,
      });
      await expect(board.exec("def")).rejects.toMatchObject({ code: "syntax-error" });
      await expect(board.exec("raise ValueError('a\\nb')")).rejects.toMatchObject({
        code: "python-error",
        pythonMessage: "a\nb",
      });
      expect(await board.evaluate("1")).toBe(1);
    }));

  test("sends code of any length", () =>
    withBoard(async (board) => {
      for (const length of [0, 1, 127, 128, 129, 255, 256, 257, 5000])
        expect(await board.evaluate(`len('${"x".repeat(length)}')`)).toBe(length);
    }));

  test("a syntax error in the middle of a long paste ends it early", () =>
    withBoard(async (board) => {
      await expect(board.exec(`x = = 1\n${"y = 1\n".repeat(2000)}`)).rejects.toMatchObject({
        code: "syntax-error",
      });
      expect(await board.evaluate("2")).toBe(2);
    }));

  test("output may hold the byte 4", () =>
    withBoard(async (board) => {
      expect(await board.exec("print('a\\x04b', end='')")).toBe("a\x04b");
      expect(await board.exec("print('\\x04', end='')")).toBe("\x04");
      expect(await board.exec("print('a\\x04>b\\x04\\x04', end='')")).toBe("a\x04>b\x04\x04");
      await expect(board.exec("print('\\x04', end='')\n1/0")).rejects.toMatchObject({
        pythonType: "ZeroDivisionError",
      });
    }));

  test("refuses code that holds the bytes of the REPL", () =>
    withBoard(async (board) => {
      await expect(board.exec("'\x04'")).rejects.toMatchObject({ code: "invalid-argument" });
    }));

  test("endless output is cut, and the board works on", () =>
    withBoard(async (board) => {
      await expect(board.exec("while 1: print('x' * 100)", { maxOutput: 10_000 })).rejects.toMatchObject({
        code: "too-large",
      });
      expect(await board.evaluate("3")).toBe(3);
    }));

  test("silence beyond the idle timeout is interrupted", () =>
    withBoard(async (board) => {
      await expect(board.exec("while 1: pass", { idleTimeout: 50 })).rejects.toMatchObject({
        code: "no-response",
      });
      expect(await board.evaluate("4")).toBe(4);
    }));

  test("calls queue", () =>
    withBoard(async (board) => {
      const calls = Array.from({ length: 20 }, (_, index) => board.evaluate(String(index)));
      expect(await Promise.all(calls)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    }));
});

describe("abort", () => {
  test("interrupts running code, and rejects with the reason", () =>
    withBoard(async (board) => {
      const stop = new AbortController();
      const reason = new Error("enough");
      const running = board.exec("print('go')\nwhile 1: pass", {
        signal: stop.signal,
        onOutput: () => stop.abort(reason),
      });
      await expect(running).rejects.toBe(reason);
      expect(await board.evaluate("5")).toBe(5);
    }));

  test("outlasts code that catches KeyboardInterrupt", () =>
    withBoard(
      async (board) => {
        const stop = new AbortController();
        const code =
          "n = 0\nwhile n < 5:\n  try:\n    print('go')\n    while 1: pass\n  except KeyboardInterrupt:\n    n += 1";
        const running = board.exec(code, { signal: stop.signal, onOutput: () => stop.abort() });
        await expect(running).rejects.toMatchObject({ name: "AbortError" });
        // How many it took depends on where the second Ctrl-C of a pair finds it.
        expect(await board.evaluate("0 <= n <= 5")).toBe(true);
      },
      { connect: { timing: { attempt: 100 } } },
    ));

  test("a call that waits for its turn leaves the queue", () =>
    withBoard(async (board) => {
      const stop = new AbortController();
      const first = board.exec("print('go')\nimport time\ntime.sleep_ms(20)\nx = 1", {
        onOutput: () => stop.abort(),
      });
      const second = board.exec("x = 2", { signal: stop.signal });
      const third = board.evaluate("x");
      await expect(second).rejects.toMatchObject({ name: "AbortError" });
      await first;
      expect(await third).toBe(1);
    }));

  test("an aborted upload leaves the old file", () =>
    withBoard(async (board, virtual) => {
      await board.fs.writeFile("/a.bin", "old");
      const stop = new AbortController();
      const writing = board.fs.writeFile(
        "/a.bin",
        new Uint8Array(300_000).map((_, i) => (i * i) >> 3),
        {
          signal: stop.signal,
          onProgress: ({ done }) => done > 50_000 && stop.abort(),
        },
      );
      await expect(writing).rejects.toMatchObject({ name: "AbortError" });
      expect(await board.fs.readText("/a.bin")).toBe("old");
      expect((await virtual.fs.list("/")).map(({ path }) => path)).toEqual(["/a.bin"]);
    }));
});

describe("interrupt, reset, terminal, close", () => {
  test("interrupt ends the exec that runs", () =>
    withBoard(async (board) => {
      const running = board.exec("print('go')\nwhile 1: pass", { onOutput: () => void board.interrupt() });
      await expect(running).rejects.toMatchObject({ pythonType: "KeyboardInterrupt" });
      await board.interrupt();
      expect(await board.evaluate("6")).toBe(6);
    }));

  test("a soft reset forgets variables and runs boot.py, not main.py", () =>
    withBoard(
      async (board, virtual) => {
        await board.exec("x = 1");
        const before = virtual.stats.softResets;
        await board.softReset();
        expect(virtual.stats.softResets).toBe(before + 1);
        expect(await board.evaluate("[booted, 'x' in globals(), 'main' in globals()]")).toEqual([
          1,
          false,
          false,
        ]);
        await board.softReset({ runMain: true });
        expect(await board.evaluate("booted")).toBe(1);
      },
      { virtual: { files: { "/boot.py": "print('boot\\n' * 200)\nbooted = 1", "/main.py": "main = 1" } } },
    ));

  test("SystemExit resets softly, and the board works on", () =>
    withBoard(
      async (board) => {
        await board
          .exec("raise SystemExit")
          .catch((error: unknown) => expect(error).toBeInstanceOf(UpyError));
        expect(await board.evaluate("7")).toBe(7);
      },
      { connect: { timing: { idle: 300 } } },
    ));

  test("the terminal is the friendly REPL, and gives the board back", () =>
    withBoard(async (board) => {
      const terminal = await board.repl();
      await expect(board.exec("1")).rejects.toMatchObject({ code: "link-busy" });
      const writer = terminal.writable.getWriter();
      const reader = terminal.readable
        .pipeThrough(new TextDecoderStream() as never)
        .getReader() as unknown as ReadableStreamDefaultReader<string>;
      await writer.write(new TextEncoder().encode("20+1\r"));
      let seen = "";
      while (!seen.includes("\r\n21\r\n")) seen += (await reader.read()).value ?? "";
      expect(seen).toContain("MicroPython");
      await terminal.close();
      await terminal.close();
      expect((await reader.read()).done || true).toBe(true);
      await expect(writer.write(new Uint8Array(1))).rejects.toMatchObject({ code: "link-closed" });
      expect(await board.evaluate("8")).toBe(8);
    }));

  test("close leaves a friendly prompt, and later calls are refused", async () => {
    await using virtual = await createVirtualBoard();
    const board = await connectBoard(virtual.transport());
    await board.close();
    await board.close();
    await expect(board.exec("1")).rejects.toMatchObject({ code: "link-closed" });
    await expect(board.fs.list("/")).rejects.toMatchObject({ code: "link-closed" });
    await using again = await connectBoard(virtual.transport());
    expect(await again.evaluate("9")).toBe(9);
  });

  test("a lost link rejects what runs, what waits and what comes", () =>
    withBoard(async (board, virtual) => {
      const running = board.exec("print('go')\nwhile 1: pass", { onOutput: () => void virtual.powerOff() });
      const waiting = board.fs.list("/");
      await expect(running).rejects.toMatchObject({ code: "link-lost" });
      await expect(waiting).rejects.toMatchObject({ code: "link-lost" });
      await expect(board.evaluate("1")).rejects.toMatchObject({ code: "link-lost" });
    }));
});

describe("environment", () => {
  const versions = [
    "micropython-1.23",
    "micropython-1.25",
    undefined,
    "micropython-1.28",
    "micropython-1.29",
  ];
  test.each(versions)("of %s", (micropython) =>
    withBoard(
      async (board, virtual) => {
        const before = virtual.stats.roundTrips;
        const environment = await board.target().environment();
        expect(virtual.stats.roundTrips - before).toBeLessThan(10);
        expect(environment).toMatchObject({
          implementation: "micropython",
          platform: "webassembly",
          mpy: { version: 6, subVersion: 3, architecture: "none", archFlags: 0, smallIntBits: 31 },
          sysPath: ["", ".frozen", "/lib"],
        });
        expect(environment.version).toMatch(/^1\.2\d\.0/);
        expect(environment.builtinModules).toEqual(expect.arrayContaining(["builtins", "sys", "js"]));
        expect(environment.frozenModules).toEqual(expect.arrayContaining(["asyncio", "asyncio.core"]));
        expect(environment.heapFree).toBeGreaterThan(10_000);
      },
      { virtual: { micropython } },
    ),
  );
});
