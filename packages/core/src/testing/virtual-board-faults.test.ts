import { expect, test } from "vitest";
import { isUpyError } from "@upykit/core";
import type { Transport } from "@upykit/core/transport";
import {
  type LinkOptions,
  type VirtualBoard,
  type VirtualBoardOptions,
  createVirtualBoard,
} from "@upykit/core/testing";
import { RawRepl } from "./raw-repl.fixture.js";

interface Session {
  readonly board: VirtualBoard;
  readonly transport: Transport;
  readonly repl: RawRepl;
}

async function withBoard(
  action: (session: Session) => Promise<void>,
  options: VirtualBoardOptions & LinkOptions = {},
): Promise<void> {
  await using board = await createVirtualBoard(options);
  const transport = board.transport(options);
  const repl = new RawRepl(transport);
  await repl.enter();
  await action({ board, transport, repl });
}

test("bytes are dropped and corrupted where they should be", () =>
  withBoard(async ({ board, repl }) => {
    board.faults.inject({ type: "drop", direction: "to-board", at: 7, length: 2 });
    expect(await repl.exec("print('abcd')")).toBe("cd\r\n");
    board.faults.inject({ type: "corrupt", direction: "from-board", at: 2, length: 3 });
    expect(await repl.exec("print('abcde')")).toBe("ABCde\r\n");
  }));

test("the cable is pulled at a byte of either direction", () =>
  withBoard(async ({ board, repl, transport }) => {
    board.faults.inject({ type: "disconnect", direction: "from-board", at: 5 });
    await repl.send("print('abcdefgh')\x04");
    expect(await repl.take(5)).toBe("OKabc");
    await expect(repl.take(1)).rejects.toThrow("was lost");
    expect(isUpyError(await transport.closed, "link-lost")).toBe(true);
    const again = new RawRepl(board.transport());
    await again.enter();
    board.faults.inject({ type: "disconnect", direction: "to-board", at: 10 });
    await again.send("x = 12345678\x04").catch(() => undefined);
    await expect(again.take(1)).rejects.toThrow("was lost");
  }));

test("noise comes before anything else", async () => {
  await using board = await createVirtualBoard({
    conditions: { noise: new TextEncoder().encode("print(6*7)\r") },
  });
  const repl = new RawRepl(board.transport());
  expect(await repl.until("42\r\n")).toContain("print(6*7)");
});

test("a board without raw paste says so in the way of its age", async () => {
  for (const [rawPaste, answer] of [
    ["refused", "R\x00>"],
    ["unknown", "raw REPL; CTRL-B to exit\r\n>"],
  ] as const)
    await withBoard(
      async ({ repl }) => {
        await repl.send("\x05A\x01");
        expect(await repl.take(answer.length)).toBe(answer);
        expect(await repl.exec("print(1)")).toBe("1\r\n");
      },
      { conditions: { rawPaste } },
    );
});

test("modules are missing, also after a soft reset", () =>
  withBoard(
    async ({ repl }) => {
      for (let i = 0; i < 2; i++) {
        for (const name of ["deflate", "hashlib", "uhashlib", "binascii", "ubinascii"])
          await expect(repl.exec(`import ${name}`)).rejects.toThrow(`ImportError: no module named '${name}'`);
        expect(await repl.exec("import json, os.path; print(json.loads('[1]'))")).toBe("[1]\r\n");
        await repl.send("\x04");
        await repl.until("raw REPL; CTRL-B to exit\r\n>");
      }
    },
    { conditions: { missingModules: ["deflate", "hashlib", "binascii"] } },
  ));

test("a full disk refuses, and statvfs tells", () =>
  withBoard(async ({ board, repl }) => {
    board.faults.configure({ freeSpace: 10_000 });
    expect(await repl.exec("import os; print(os.statvfs('/')[3])")).toBe("2\r\n");
    await repl.exec("f = open('/a', 'wb'); f.write(bytes(8000))");
    await expect(repl.exec("f.write(bytes(1000))")).rejects.toThrow("OSError: 28");
    await expect(repl.exec("os.mkdir('/d')")).rejects.toThrow("OSError: 28");
    await repl.exec("f.close(); os.remove('/a'); os.mkdir('/d')");
    expect(await board.fs.space()).toMatchObject({ free: 4096 });
  }));

const session = [
  "f = open('/new', 'wb'); f.write(b'12345'); f.close()\x04",
  "import os; os.rename('/new', '/old')\x04",
  "os.mkdir('/lib')\x04",
];

test("a power cut at every byte of a session leaves the tree that these bytes made", () =>
  withBoard(
    async ({ board, transport }) => {
      await transport.close();
      const start = await board.fs.snapshot();
      const script = `\r\x03\x03\x01${session.join("")}`;
      let states = 0;
      let before = "";
      for (let at = 0; at <= script.length; at++) {
        await board.fs.restore(start);
        board.faults.clear();
        board.faults.inject({ type: "power-cut", at });
        const link = board.transport();
        const writer = link.writable.getWriter();
        await writer.write(Uint8Array.from(script, (char) => char.charCodeAt(0))).catch(() => undefined);
        await writer.write(Uint8Array.of(0x20)).catch(() => undefined);
        expect(isUpyError(await link.closed, "link-lost")).toBe(true);
        expect(board.isOn).toBe(false);
        const state = (await board.fs.list()).map((entry) => `${entry.path}:${entry.size}`).join(" ");
        if (state !== before) states++;
        before = state;
        const commands = script.slice(0, at).split("\x04").length - 1;
        expect(state).toBe(["/old:3", "/new:5 /old:3", "/old:5", "/lib:0 /old:5"][commands]);
      }
      expect(states).toBe(4);
    },
    { files: { "/old": "old" } },
  ));

test("a power cut before each change to the flash leaves the changes before it", () =>
  withBoard(
    async ({ board, transport }) => {
      await transport.close();
      const start = await board.fs.snapshot();
      const seen: string[] = [];
      for (let after = 0; after < 4; after++) {
        await board.fs.restore(start);
        const link = board.transport();
        const repl = new RawRepl(link);
        await repl.enter();
        board.faults.inject({ type: "flash-power-cut", after });
        for (const command of session) await repl.send(command).catch(() => undefined);
        await link.closed;
        seen.push((await board.fs.list()).map((entry) => `${entry.path}:${entry.size}`).join(" "));
      }
      expect(seen).toEqual(["/old:3", "/new:0 /old:3", "/new:5 /old:3", "/old:5"]);
    },
    { files: { "/old": "old" } },
  ));

test("a board that resets itself goes on with the rest of the bytes, with an empty memory", () =>
  withBoard(async ({ board, repl }) => {
    await repl.exec("x = 1");
    board.faults.inject({ type: "reset", at: 4 });
    await repl.send("y=12345\x04");
    expect(await repl.until(">>> ")).toContain("MicroPython v1.27");
    expect(board.stats).toMatchObject({ hardResets: 1, softResets: 0 });
    await repl.enter();
    await expect(repl.exec("print(x)")).rejects.toThrow("NameError");
  }));

test("the reset button and the plug stop any code", () =>
  withBoard(async ({ board, repl, transport }) => {
    const stubborn = "while True:\n try:\n  while True: pass\n except BaseException: pass";
    await repl.send(`print('on')\n${stubborn}\x04`);
    await repl.until("on\r\n");
    await board.reset();
    await repl.until(">>> ");
    await repl.enter();
    await repl.exec("open('/kept', 'w').write('x')");
    await repl.send(`print('on')\n${stubborn}\x04`);
    await repl.until("on\r\n");
    await board.powerOff();
    expect(isUpyError(await transport.closed, "link-lost")).toBe(true);
    const again = new RawRepl(board.transport());
    await again.enter();
    expect(await again.exec("import os; print(os.listdir('/'))")).toBe("['kept']\r\n");
  }));

test("an input buffer without flow control overflows", () =>
  withBoard(async ({ board, repl }) => {
    board.faults.configure({ receiveBuffer: 100 });
    const read =
      "print('on'); time.sleep_ms(100); p.poll(0) and print(len(sys.stdin.buffer.read(100)), p.poll(0))";
    await repl.exec("import sys, time, select; p = select.poll(); p.register(sys.stdin, 1)");
    await repl.send(`${read}\x04`);
    await repl.until("on\r\n");
    await repl.sendBytes(new Uint8Array(150).fill(0x41));
    expect(await repl.until("\x04\x04>")).toBe("100 []\r\n");
  }));

test("round trips and bytes are counted", () =>
  withBoard(async ({ board, repl }) => {
    const before = board.stats;
    await repl.exec("print('12345')");
    await repl.exec("open('/a', 'w').write('abc')");
    const after = board.stats;
    expect(after.roundTrips - before.roundTrips).toBe(2);
    expect(after.bytesToBoard - before.bytesToBoard).toBe(15 + 29);
    expect(after.bytesFromBoard - before.bytesFromBoard).toBe(2 + 7 + 3 + 2 + 3 + 3 - 3);
    expect(after.flashBytes - before.flashBytes).toBe(3);
    expect(after.flashOperations - before.flashOperations).toBe(2);
  }));
