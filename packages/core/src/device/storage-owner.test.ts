// Who may write a CircuitPython board's files: our questions run on a real interpreter with CircuitPython's modules
// stood in for, and a scripted CircuitPython that refuses to write.

import { isUpyError } from "@upykit/core";
import { connectBoard, type BoardTiming } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { describe, expect, it } from "vitest";
import { fakeCircuitPython } from "./fixtures/fake-circuitpython.js";

const timing: Partial<BoardTiming> = { answer: 100, idle: 100, attempt: 50, attempts: 6 };
const profile = "['circuitpython', 2, '1111110', '0', '11111', '0', '00', '10', 100000]\r\n";

/** Stands in for the name of the interpreter. */
const boot = `import sys
class I:
 name="circuitpython"
class Sys:
 implementation=I
 def __getattr__(self,name):
  return getattr(sys,name)
sys.modules["usys"]=sys.modules["sys"]=Sys()
`;

const modules = (readOnly: string, connected: string, remount: string) => ({
  "/storage.py": `class M:\n readonly=${readOnly}\nm=M()\ndef getmount(path):\n return m\ndef remount(path,readonly):\n ${remount}\n m.readonly=readonly\n`,
  "/supervisor.py": `class R:\n usb_connected=${connected}\nruntime=R()\n`,
});

describe("storageOwner on an interpreter", () => {
  it.each([
    ["False", "True", "board"],
    ["True", "True", "computer"],
    ["True", "False", "nobody"],
  ] as const)("with readonly %s and a computer %s is %s", async (readOnly, connected, owner) => {
    await using virtual = await createVirtualBoard({ files: { "/boot.py": boot } });
    await using board = await connectBoard(virtual.transport());
    const files = Object.entries(modules(readOnly, connected, "pass"));
    await board.fs.writeFiles(
      files.map(([path, text]) => ({ path, content: new TextEncoder().encode(text) })),
    );
    expect(await board.storageOwner()).toBe(owner);
    await board.takeStorage();
    expect(await board.storageOwner()).toBe("board");
  });

  it("cannot be changed while the computer has the drive", async () => {
    await using virtual = await createVirtualBoard({ files: { "/boot.py": boot } });
    await using board = await connectBoard(virtual.transport());
    const refusal = "raise RuntimeError('Cannot remount path when visible via USB.')";
    const files = Object.entries(modules("True", "True", refusal));
    await board.fs.writeFiles(
      files.map(([path, text]) => ({ path, content: new TextEncoder().encode(text) })),
    );
    await expect(board.takeStorage()).rejects.toMatchObject({ code: "read-only" });
  });

  it("is asked for by a change where CircuitPython is older than 8", async () => {
    await using virtual = await createVirtualBoard({ files: { "/boot.py": boot } });
    await using board = await connectBoard(virtual.transport());
    const storage = `import sys
is_free=False
def getmount(path):
 return 0
def remount(path,readonly):
 global is_free
 is_free=not readonly
class O:
 def rename(a,b):
  raise OSError(2 if is_free else 30)
sys.modules['os']=O
`;
    const supervisor = modules("0", "False", "0")["/supervisor.py"];
    const files = { "/storage.py": storage, "/supervisor.py": supervisor };
    await board.fs.writeFiles(
      Object.entries(files).map(([path, text]) => ({ path, content: new TextEncoder().encode(text) })),
    );
    expect(await board.storageOwner()).toBe("nobody");
    await board.takeStorage();
    expect(await board.storageOwner()).toBe("board");
  });

  it("is the board where there is no storage module", async () => {
    await using virtual = await createVirtualBoard();
    await using board = await connectBoard(virtual.transport());
    expect(await board.storageOwner()).toBe("board");
    await board.takeStorage();
  });

  it("is the board on MicroPython, where a module of that name is a user's and is not run", async () => {
    const files = { "/storage.py": "open('/ran','w')", "/board.py": "open('/ran','w')" };
    await using virtual = await createVirtualBoard({ files });
    await using board = await connectBoard(virtual.transport());
    expect(await board.storageOwner()).toBe("board");
    expect((await board.environment()).boardId).toBeNull();
    expect(await board.fs.exists("/ran")).toBe(false);
  });
});

describe("a CircuitPython board that may not write", () => {
  const readOnly =
    'Traceback (most recent call last):\r\n  File "<stdin>", line 1, in <module>\r\nOSError: [Errno 30] Read-only filesystem\r\n';

  it.each([
    ["1 1", "eject"],
    ["1 0", "takeStorage"],
  ])("and says %s tells what to do", async (owner, word) => {
    const run = (code: string): readonly [string, string?] => {
      if (code.includes("mem_free() if")) return [profile];
      if (code.includes("usb_connected")) return [`${owner}\r\n`];
      return ["", readOnly];
    };
    const transport = fakeCircuitPython({ version: "9.2.8", titles: "anywhere", state: "REPL", run });
    await using board = await connectBoard(transport, { timing });
    const { fs } = board.target();
    for (const work of [
      () => fs.change([{ type: "remove", path: "/a.py" }]),
      () => fs.writeFiles([{ path: "/a.py", content: new Uint8Array([65]) }]),
    ]) {
      const error: unknown = await work().catch((caught: unknown) => caught);
      expect(isUpyError(error, "read-only")).toBe(true);
      expect((error as { hint?: string }).hint).toContain(word);
    }
  });
});
