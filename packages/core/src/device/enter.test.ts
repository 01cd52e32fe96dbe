// From every state that a board can be in, the connection finds the prompt.

import { expect, test } from "vitest";
import { connectBoard, type BoardTiming } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";

const timing: Partial<BoardTiming> = { attempt: 150, attempts: 40 };

/** Typed on the link before the connection is made. */
const states: Readonly<Record<string, string>> = {
  "at the friendly prompt": "",
  "after half a command": "print('half",
  "in an open block": "for i in range(3):\r",
  "in paste mode": "\x05x = 1\r\ny = ",
  "in the raw REPL": "\x01",
  "in the raw REPL after half a command": "\x01print('half",
  "when raw paste was asked for": "\x01\x05A",
  "in the middle of a raw paste": "\x01\x05A\x01print('half",
  "in the middle of a raw paste that was refused": "\x01\x05A\x01x = = 1\nprint('half",
  "while a program runs": "while 1: pass\r\r",
  "while a program prints without end": "while 1: print('noise ' * 20)\r\r",
  "while a raw program prints banners": "\x01while 1: print('raw REPL; CTRL-B to exit\\r\\n>')\x04",
  "while a program waits for input": "import sys\rsys.stdin.readline()\r",
  "while a program catches Ctrl-C": `\x05n = 0
while n < 4:
  try:
    while 1: print('busy')
  except KeyboardInterrupt:
    n += 1
\x04`,
  "in the middle of an upload": "\x01import sys\nsys.stdin.buffer.read(100000)\x04abc\x02\x01\x05",
};

test.each(Object.entries(states))("%s", async (_, typed) => {
  await using virtual = await createVirtualBoard();
  const transport = virtual.transport();
  const writer = transport.writable.getWriter();
  await writer.write(new TextEncoder().encode(typed));
  writer.releaseLock();
  await using board = await connectBoard(transport, { timing });
  expect(await board.evaluate("1 + 1")).toBe(2);
});

test("while boot.py prints for long, after noise", async () => {
  await using virtual = await createVirtualBoard({
    files: { "/boot.py": "for i in range(10**9): print('booting', i)", "/main.py": "while 1: print('main')" },
    conditions: {
      noise: Uint8Array.from({ length: 300 }, (_, i) => (i * 89) & 255).filter((byte) => byte !== 4),
    },
  });
  await using board = await connectBoard(virtual.transport(), { timing });
  expect(await board.evaluate("1 + 1")).toBe(2);
});

test("when a program has filled the heap: the board starts afresh", async () => {
  const hog = "hog = []\ntry:\n  while 1: hog.append(bytearray(64))\nexcept MemoryError:\n  print('full')";
  await using virtual = await createVirtualBoard({ heapSize: 65_536, conditions: { memoryLimit: 0 } });
  const first = await connectBoard(virtual.transport(), { timing });
  await first.exec(hog);
  await expect(first.exec("x = [1] * 1000")).rejects.toMatchObject({ code: "out-of-memory" });
  await first.close();
  await using board = await connectBoard(virtual.transport(), { timing });
  expect(await board.evaluate("'hog' in globals()")).toBe(false);
});

test("a program that cannot be interrupted is refused", async () => {
  await using virtual = await createVirtualBoard({
    files: { "/main.py": "import micropython\nmicropython.kbd_intr(-1)\nwhile 1: print('deaf')" },
  });
  const connecting = connectBoard(virtual.transport(), { timing: { attempt: 50, attempts: 20 } });
  await expect(connecting).rejects.toMatchObject({
    code: "protocol",
    hint: expect.stringContaining("Ctrl-C") as string,
  });
});

test("an aborted connection rejects with the reason", async () => {
  await using virtual = await createVirtualBoard({
    files: { "/main.py": "import micropython\nmicropython.kbd_intr(-1)\nwhile 1: pass" },
  });
  const stop = new AbortController();
  const connecting = connectBoard(virtual.transport(), { signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(connecting).rejects.toThrow("enough");
});

/** Bytes that the way in takes, the probe left out. */
const WAY_IN = 27;

test("from a running program, whatever byte on the way in is lost", async () => {
  await using virtual = await createVirtualBoard({ files: { "/main.py": "while 1: pass" } });
  for (const direction of ["to-board", "from-board"] as const) {
    for (let at = 0; at < WAY_IN; at++) {
      const transport = virtual.transport();
      await transport.writable.getWriter().write(new TextEncoder().encode("\x03\x02\x04"));
      await transport.close();
      virtual.faults.inject({ type: "drop", direction, at });
      await using board = await connectBoard(virtual.transport(), { timing });
      virtual.faults.clear();
      expect(await board.evaluate("1 + 1"), `${direction} ${at}`).toBe(2);
    }
  }
});
