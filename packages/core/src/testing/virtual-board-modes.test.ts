import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createVirtualBoard } from "@upykit/core/testing";
// @ts-expect-error -- a script of the workspace, without types
import { generateBoardWorker, generatedFile } from "../../../../scripts/generate-board-worker.mjs";
import { RawRepl } from "./raw-repl.fixture.js";

test("the generated worker is up to date (else: pnpm generate)", async () => {
  const generate = generateBoardWorker as () => Promise<string>;
  expect(readFileSync(generatedFile as string, "utf8")).toBe(await generate());
});

test("several boards run at once, each with its own memory and files", async () => {
  const boards = await Promise.all([1, 2, 3, 4].map(() => createVirtualBoard()));
  const answers = await Promise.all(
    boards.map(async (board, i) => {
      const repl = new RawRepl(board.transport());
      await repl.enter();
      await repl.exec(`x = ${i}; open('/n', 'w').write(str(x))`);
      return repl.exec("print(x, open('/n').read())");
    }),
  );
  expect(answers).toEqual(["0 0\r\n", "1 1\r\n", "2 2\r\n", "3 3\r\n"]);
  await Promise.all(boards.map((board) => board[Symbol.asyncDispose]()));
});

test("boards in the caller's thread do not disturb each other", async () => {
  const options = { mode: "thread", files: { "/main.py": "print('hello')" } } as const;
  const boards = await Promise.all([createVirtualBoard(options), createVirtualBoard(options)]);
  const repls = boards.map((board) => new RawRepl(board.transport()));
  for (const repl of repls) {
    await repl.until("hello\r\n");
    await repl.enter();
    expect(await repl.exec("import js; x = js.Math.max(1, 2); open('/a', 'w').write('1')")).toBe("");
  }
  for (const repl of repls) {
    expect(await repl.paste("print(js.Math.max(x, 3))")).toBe("3\r\n");
    expect(await repl.exec("import sys; print(sys.stdin.read(1))")).toBe("None\r\n");
    await repl.send("\x04");
    expect(await repl.until("raw REPL; CTRL-B to exit\r\n>")).toBe("OK\r\nMPY: soft reboot\r\n");
    await expect(repl.exec("print(x)")).rejects.toThrow("NameError");
  }
  const [board] = boards;
  board.faults.inject({ type: "power-cut", at: 3 });
  await repls[0]?.send("print(1)\x04").catch(() => undefined);
  expect(board.isOn).toBe(false);
  const again = new RawRepl(board.transport());
  await again.enter();
  expect(await again.exec("print(open('/a').read())")).toBe("1\r\n");
  await Promise.all(boards.map((each) => each[Symbol.asyncDispose]()));
});

test("a crash of the interpreter resets the board", async () => {
  await using board = await createVirtualBoard({ files: { "/kept": "1" } });
  const repl = new RawRepl(board.transport());
  await repl.enter();
  await repl.send("import uctypes; print(uctypes.bytes_at(0x7fffff00, 4))\x04");
  expect(await repl.until(">>> ")).toContain("MicroPython v1.27");
  expect(board.stats.hardResets).toBe(1);
  expect(await board.fs.readText("/kept")).toBe("1");
});

test("raw paste takes control characters, and a window at a time", async () => {
  await using board = await createVirtualBoard();
  const repl = new RawRepl(board.transport());
  await repl.enter();
  expect(await repl.paste("print(repr(b'\x01\x02\x05\xff'))".repeat(30).replaceAll(")p", ")\np"))).toBe(
    "b'\\x01\\x02\\x05\\xff'\r\n".repeat(30),
  );
  await expect(repl.paste("raise ValueError(1)")).rejects.toThrow("ValueError: 1");
  expect(await repl.paste("")).toBe("");
});

test("a link has the speed and the latency it was given", async () => {
  await using board = await createVirtualBoard();
  const repl = new RawRepl(board.transport({ bytesPerSecond: 20_000, latency: 10 }));
  await repl.enter();
  const started = performance.now();
  await repl.exec(`"${"x".repeat(4000)}"`);
  // 4000 bytes take 200 ms, there and back 20 ms. No upper bound: the machine may be busy.
  expect(performance.now() - started).toBeGreaterThan(219);
});

test.each(["worker", "thread"] as const)("starting in a %s can be given up", async (mode) => {
  const reason = new Error("enough");
  await expect(createVirtualBoard({ mode, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const stop = new AbortController();
  const starting = createVirtualBoard({ mode, signal: stop.signal });
  stop.abort(reason);
  await expect(starting).rejects.toBe(reason);
  await using board = await createVirtualBoard({ mode, signal: new AbortController().signal });
  expect(board.isOn).toBe(true);
});
