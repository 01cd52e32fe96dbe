// The variables on the board are the user's: our own code leaves none behind, takes none, and resets none unasked.

import { describe, expect, test } from "vitest";
import { connectBoard, type Board } from "@upykit/core/device";
import { createVirtualBoard, type VirtualBoardOptions } from "@upykit/core/testing";
import { noise, sourceText, withBoard } from "./fixtures/with-board.js";

const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
const names = [
  ...letters,
  "_f",
  "_p",
  "_q",
  "_d",
  "_x",
  "os",
  "sys",
  "gc",
  "uos",
  "sha256",
  "crc32",
  "BytesIO",
];
const assign = names.map((name, index) => `${name} = ${index}`).join("\n");
const look = `[sorted(globals()), ${names.join(", ")}]`;

/** Every call that runs code of ours. */
async function everything(board: Board): Promise<void> {
  const { fs } = board;
  const files = [
    { path: "/lib/a.py", content: sourceText(1500) },
    { path: "/lib/b.bin", content: noise(700) },
  ];
  await fs.writeFiles(files);
  await fs.write(files, { skipUnchanged: true });
  expect(await fs.readFiles(["/lib/a.py", "/lib/b.bin", "/nope"])).toEqual([
    files[0]?.content,
    files[1]?.content,
    null,
  ]);
  await fs.list("/lib");
  await fs.walk("/");
  await fs.stat(["/lib", "/nope"]);
  await fs.hashFiles(["/lib/a.py"]);
  await fs.space("/lib");
  await fs.mkdir("/x/y");
  await fs.rename("/lib/a.py", "/x/y/a.py");
  await fs.remove("/lib/b.bin");
  await fs.removeTree("/x");
  await expect(fs.list("/lib/nope")).rejects.toMatchObject({ code: "file-not-found" });
  await expect(fs.writeFile("/lib", "x")).rejects.toMatchObject({ code: "is-directory" });
  expect((await board.environment()).implementation).toBe("micropython");
}

const boards: Readonly<Record<string, VirtualBoardOptions>> = {
  "that takes a stream": {},
  "that has no hashlib": { conditions: { missingModules: ["hashlib", "deflate"] } },
  "that takes literals": { conditions: { receiveBuffer: 34 } },
  "that has no binascii": { conditions: { receiveBuffer: 34, missingModules: ["hashlib", "binascii"] } },
};

// A buffer of 34 bytes overflows where this machine stops the board for long, and the code of the test's own, which is
// typed without an echo, loses bytes then.
test.each(Object.entries(boards))(
  "a board %s keeps its variables, and gets no others",
  { retry: 2 },
  (_, virtual) =>
    withBoard(
      async (board) => {
        await board.exec(assign);
        const before = await board.evaluate(look);
        await everything(board);
        expect(await board.evaluate(look)).toEqual(before);
      },
      { virtual, connect: { timing: { answer: 200, attempt: 100 } } },
    ),
);

describe("a full heap", () => {
  /** Leaves room for a line, not for our code. */
  const fill =
    "hog, spare = [], bytearray(1600)\ntry:\n  while 1: hog.append(bytearray(64))\nexcept MemoryError:\n  spare = 0";
  const small: VirtualBoardOptions = { heapSize: 65_536, conditions: { memoryLimit: 0 } };
  const room = "hog = len(hog)";

  test("with variables that were made here: calls are refused until there is room, and nothing is lost", () =>
    withBoard(
      async (board, virtual) => {
        await board.exec(fill);
        const refused = { code: "out-of-memory", hint: expect.stringContaining("softReset") as string };
        await expect(board.fs.list("/")).rejects.toMatchObject(refused);
        await expect(board.environment()).rejects.toMatchObject(refused);
        await board.exec(room);
        expect(await board.fs.list("/")).toEqual([]);
        expect(await board.evaluate("hog > 100")).toBe(true);
        expect(virtual.stats.softResets).toBe(0);
      },
      { virtual: small },
    ));

  test("after softReset() there is room", () =>
    withBoard(
      async (board) => {
        await board.exec(fill);
        await board.softReset();
        expect(await board.fs.list("/")).toEqual([]);
      },
      { virtual: small },
    ));

  test("where that is allowed, the board is reset, and tells so", () => {
    let resets = 0;
    return withBoard(
      async (board) => {
        await board.exec(fill);
        expect(await board.fs.list("/")).toEqual([]);
        expect(resets).toBe(1);
        expect(await board.evaluate("'hog' in globals()")).toBe(false);
      },
      { virtual: small, connect: { resetWhenFull: true, onReset: () => resets++ } },
    );
  });

  test("that an earlier connection left: reset on connecting, or refused where that is not allowed", async () => {
    await using virtual = await createVirtualBoard(small);
    const first = await connectBoard(virtual.transport());
    await first.exec(fill);
    await first.close();
    const transport = virtual.transport();
    await expect(connectBoard(transport, { resetWhenFull: false })).rejects.toMatchObject({
      code: "out-of-memory",
    });
    await transport.close();
    let resets = 0;
    await using board = await connectBoard(virtual.transport(), { onReset: () => resets++ });
    expect(resets).toBe(1);
    expect(await board.evaluate("'hog' in globals()")).toBe(false);
  });
});
