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

test.each(Object.entries(boards))("a board %s keeps its variables, and gets no others", (_, virtual) =>
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
