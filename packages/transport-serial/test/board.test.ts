// The real serial driver, a pseudo terminal, and a real MicroPython behind it.
import { createHash, randomBytes } from "node:crypto";
import { install, listInstalled, mipIndex, uninstall, verify } from "@upykit/core";
import { type Board, connectBoard } from "@upykit/core/device";
import { openSerial } from "@upykit/transport-serial";
import { describe, expect, onTestFinished, test } from "vitest";
import { serveIndex } from "../../../examples/index/serve.mjs";
import { type PtyBoard, startPtyBoard } from "../../../test/support/pty-board.js";
import { openTestPty } from "../../../test/support/pty.js";
import { available } from "./support.js";

const probe = openTestPty();
const hasPty = available("a pseudo terminal", probe !== undefined);
probe?.unplug();

async function connected(): Promise<{ rig: PtyBoard; board: Board }> {
  const rig = await startPtyBoard();
  onTestFinished(() => rig[Symbol.asyncDispose]());
  const board = await connectBoard(await openSerial(rig.path));
  onTestFinished(() => board.close());
  return { rig, board };
}

describe.skipIf(!hasPty)("a board behind the serial driver", () => {
  test("runs code and says what it is", async () => {
    const { board } = await connected();
    expect(await board.exec("print(6 * 7)")).toBe("42\r\n");
    expect(await board.environment()).toMatchObject({ implementation: "micropython" });
  });

  test("takes a file of 1 MB and gives it back, the same by hash", async () => {
    const { board, rig } = await connected();
    const content = new Uint8Array(randomBytes(1024 * 1024));
    const hash = createHash("sha256").update(content).digest("hex");
    const progress: number[] = [];
    await board.fs.writeFiles([{ path: "/big.bin", content }], {
      onProgress: ({ done }) => progress.push(done),
    });
    expect(await board.fs.hashFiles(["/big.bin"])).toEqual([hash]);
    const back = await board.fs.readFile("/big.bin");
    expect(createHash("sha256").update(back).digest("hex")).toBe(hash);
    expect(progress.at(-1)).toBe(content.length);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(rig.board.stats.bytesToBoard).toBeGreaterThan(content.length / 2);
  });

  test("installs, verifies and uninstalls", async () => {
    const { board, rig } = await connected();
    const index = await serveIndex();
    onTestFinished(() => index.close());
    const target = board.target();
    const before = await rig.board.fs.snapshot();
    await install(target, ["greenhouse", "tinylog"], { sources: [mipIndex({ url: index.url })] });
    expect((await verify(target)).problems).toEqual([]);
    expect(await board.exec("import tinylog\nprint(tinylog.__name__)")).toBe("tinylog\r\n");
    await uninstall(target, ["greenhouse", "tinylog"]);
    expect((await listInstalled(target)).packages).toEqual([]);
    expect(await rig.board.fs.snapshot()).toEqual(before);
  });

  test("fails an install with one clear error when the cable is pulled in the middle", async () => {
    const { board, rig } = await connected();
    const index = await serveIndex();
    onTestFinished(() => index.close());
    const installing = install(board.target(), ["greenhouse"], {
      sources: [mipIndex({ url: index.url })],
      onProgress: ({ type }) => {
        if (type === "write") rig.pty.unplug();
      },
    });
    await expect(installing).rejects.toMatchObject({ code: "link-lost" });
  });

  test("fails what is under way with one clear error when the cable is pulled", async () => {
    const { board, rig } = await connected();
    const content = new Uint8Array(randomBytes(512 * 1024));
    const writing = board.fs.writeFiles([{ path: "/big.bin", content }], {
      onProgress: ({ done }) => {
        if (done > 50_000) rig.pty.unplug();
      },
    });
    await expect(writing).rejects.toMatchObject({ code: "link-lost" });
    await expect(board.exec("1")).rejects.toMatchObject({ code: "link-lost" });
  });

  test("fails code that runs, and code that waits, when the cable is pulled", async () => {
    const { board, rig } = await connected();
    const running = board.exec("print('here')\nwhile True: pass", { onOutput: () => rig.pty.unplug() });
    const waiting = board.exec("print(1)");
    await expect(running).rejects.toMatchObject({ code: "link-lost" });
    await expect(waiting).rejects.toMatchObject({ code: "link-lost" });
  });

  test("can be opened again after it was closed", async () => {
    const rig = await startPtyBoard();
    onTestFinished(() => rig[Symbol.asyncDispose]());
    for (const value of ["1\r\n", "2\r\n"]) {
      const board = await connectBoard(await openSerial(rig.path));
      expect(await board.exec(`print(${value.trim()})`)).toBe(value);
      await board.close();
    }
  });
});
