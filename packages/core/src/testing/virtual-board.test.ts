import { expect, test } from "vitest";
import { type VirtualBoard, createVirtualBoard } from "@upykit/core/testing";
import type { Transport } from "@upykit/core/transport";
import { RawRepl } from "./raw-repl.fixture.js";

async function withBoard(
  action: (repl: RawRepl, board: VirtualBoard, transport: Transport) => Promise<void>,
  options = {},
) {
  await using board = await createVirtualBoard(options);
  const transport = board.transport();
  const repl = new RawRepl(transport);
  await repl.enter();
  await action(repl, board, transport);
}

for (const micropython of [
  "micropython-1.23",
  "micropython-1.25",
  undefined,
  "micropython-1.28",
  "micropython-1.29",
])
  test(`${micropython ?? "1.27"} boots and answers`, () =>
    withBoard(
      async (repl) => {
        expect(await repl.exec("import sys; print(sys.implementation.version)")).toMatch(
          /^\(1, 2\d, 0, ''\)\r\n$/,
        );
        expect(await repl.exec("import os; print(os.listdir('/'))")).toBe("[]\r\n");
        expect(await repl.exec("print(os.statvfs('/')[:5])")).toBe("(4096, 4096, 2048, 2048, 2048)\r\n");
        expect(await repl.paste("print(1+1)")).toBe("2\r\n");
        await expect(repl.exec("open('/nope')")).rejects.toThrow("OSError: [Errno 2] ENOENT");
      },
      { micropython },
    ));

test("Ctrl-C reaches code that runs", () =>
  withBoard(async (repl) => {
    for (const code of [
      "while True: pass",
      "import time; time.sleep(100)",
      "import sys; sys.stdin.read(1)",
    ]) {
      await repl.send(`print('running')\n${code}\x04`);
      await repl.until("OKrunning\r\n");
      await repl.interrupt();
      expect(await repl.until("\x04>")).toContain("KeyboardInterrupt");
    }
  }));

test("code reads bytes from stdin", () =>
  withBoard(async (repl) => {
    const data = Uint8Array.from({ length: 100_000 }, (_, i) => i & 255);
    await repl.send(
      "import sys, hashlib\nb=bytearray(100000)\nimport micropython; micropython.kbd_intr(-1)\nprint('go')\nn=sys.stdin.buffer.readinto(b)\nprint(n, b[3], b[99999], len(set(b)))\x04",
    );
    await repl.until("go\r\n");
    await repl.sendBytes(data);
    expect(await repl.until("\x04\x04>")).toBe("100000 3 159 256\r\n");
  }));

test("soft reset runs boot.py and main.py", () =>
  withBoard(
    async (repl) => {
      await repl.send("\x02");
      await repl.until(">>> ");
      await repl.send("\x04");
      expect(await repl.until(">>> ")).toMatch(
        /^\r\nMPY: soft reboot\r\nbooting\r\nmain 3\r\nTraceback \(most recent call last\):\r\n {2}File "main.py", line 2, in <module>\r\nValueError: oops\r\nMicroPython v1.27/,
      );
    },
    {
      files: {
        "/boot.py": "print('booting')\nx=3",
        "/main.py": "print('main', x)\nraise ValueError('oops')",
      },
    },
  ));
