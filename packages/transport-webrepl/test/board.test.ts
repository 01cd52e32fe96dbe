// A real MicroPython behind a WebREPL: the REPL over text frames, files over binary ones, and the main job.
import { createHash, randomBytes } from "node:crypto";
import { install, listInstalled, mipIndex, uninstall, verify } from "@upykit/core";
import { type Board, connectBoard } from "@upykit/core/device";
import type { VirtualBoardOptions } from "@upykit/core/testing";
import { type WebReplTransport, webReplFiles } from "@upykit/transport-webrepl";
import { openWebRepl } from "@upykit/transport-webrepl/node";
import { serveIndex } from "../../../examples/index/serve.mjs";
import { expect, onTestFinished, test } from "vitest";
import { type WebReplBoard, startWebReplBoard } from "./web-repl-board.js";

interface Connected extends WebReplBoard {
  readonly transport: WebReplTransport;
  readonly board: Board;
}

async function connected(options?: VirtualBoardOptions): Promise<Connected> {
  const rig = await startWebReplBoard(options);
  onTestFinished(() => rig[Symbol.asyncDispose]());
  const transport = await openWebRepl(rig.server.url, { password: "secret" });
  const board = await connectBoard(transport);
  onTestFinished(() => board.close());
  return { ...rig, transport, board };
}

test("runs code and moves files through the REPL", async () => {
  const { board } = await connected();
  expect(await board.exec("print('over WebREPL')")).toBe("over WebREPL\r\n");
  const content = new Uint8Array(randomBytes(20_000));
  await board.fs.writeFiles([{ path: "/a.bin", content }]);
  expect(await board.fs.readFile("/a.bin")).toEqual(content);
});

test("sends contents by the file transfer, verified and in place", async () => {
  const { board, transport, server, virtual } = await connected();
  const fs = webReplFiles(board.fs, transport);
  const files = [
    { path: "/lib/one/a.bin", content: new Uint8Array(randomBytes(100_000)) },
    { path: "/lib/b.py", content: new TextEncoder().encode("x = 1\n") },
    { path: "/empty.py", content: new Uint8Array() },
  ];
  const progress: number[] = [];
  await fs.writeFiles(files, { onProgress: ({ done }) => progress.push(done) });
  expect(server.fileOperations).toBe(3);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(-1)).toBe(100_006);
  for (const { path, content } of files) {
    expect(await virtual.fs.read(path)).toEqual(content);
    expect(await fs.readFile(path)).toEqual(content);
  }
});

test("asks first whether a file is there and whether there is room", async () => {
  const { board, transport } = await connected();
  const fs = webReplFiles(board.fs, transport);
  await expect(fs.readFile("/nothing")).rejects.toMatchObject({ code: "file-not-found" });
  const huge = { path: "/huge.bin", content: new Uint8Array(9 * 1024 * 1024) };
  await expect(fs.writeFiles([huge])).rejects.toMatchObject({ code: "no-space" });
  expect(await board.exec("print(1)")).toBe("1\r\n");
});

test("takes the REPL for directories whose names do not fit", async () => {
  const { board, transport, server } = await connected();
  const fs = webReplFiles(board.fs, transport);
  const long = `/${"n".repeat(70)}`;
  await fs.writeFiles([{ path: long, content: Uint8Array.of(1) }]);
  expect(server.fileOperations).toBe(1); // its temporary name is short
  await fs.writeFiles([{ path: `/${"d".repeat(60)}/f`, content: Uint8Array.of(1, 2) }]);
  expect(server.fileOperations).toBe(1);
  expect(await fs.readFile(long)).toEqual(Uint8Array.of(1));
  expect(await fs.readFile(`/${"d".repeat(60)}/f`)).toEqual(Uint8Array.of(1, 2));
});

test("leaves nothing beside the files: neither after a failure nor from a write that was cut off", async () => {
  const { board, transport, server, virtual } = await connected();
  const left = async () => (await virtual.fs.list("/lib")).filter(({ path }) => path.includes(".upytmp"));
  const content = new Uint8Array(randomBytes(50_000));
  const names = Array.from({ length: 11 }, (_, index) => `/lib/${index}.bin`);
  const files = names.map((path) => ({ path, content }));
  const cut = webReplFiles(board.fs, transport).writeFiles(files, {
    onProgress: ({ done }) => {
      if (done > 120_000) server.cut();
    },
  });
  await expect(cut).rejects.toMatchObject({ code: "link-lost" });
  expect((await left()).length).toBeGreaterThan(0);

  const again = await openWebRepl(server.url, { password: "secret" });
  const second = await connectBoard(again);
  onTestFinished(() => second.close());
  const fs = webReplFiles(second.fs, again);
  const damaged = webReplFiles({ ...fs, hashFiles: () => Promise.resolve([null]) }, again);
  await expect(damaged.writeFiles(files.slice(0, 1))).rejects.toMatchObject({ code: "hash-mismatch" });
  expect(await left()).toEqual([]);
  expect(await virtual.fs.has("/lib/0.bin")).toBe(false);
  await fs.writeFiles(files);
  expect(await left()).toEqual([]);
  expect(await second.fs.hashFiles(names)).toEqual(names.map(() => sha256Of(content)));
});

function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

test("a board that drops what its input buffer cannot hold loses nothing", async () => {
  // As an ESP32: what comes in goes to a buffer of 260 bytes, with room for 259.
  const { board, virtual } = await connected({ conditions: { receiveBuffer: 259 } });
  const lines = Array.from({ length: 300 }, (_, index) => `total += ${index} # ${"é".repeat(index % 20)}`);
  const code = ["total = 0", ...lines, "print(total)"].join("\n");
  expect(await board.exec(code)).toBe("44850\r\n");
  const content = new Uint8Array(randomBytes(30_000));
  const before = virtual.stats.bytesToBoard;
  await board.fs.writeFiles([{ path: "/a.bin", content }]);
  expect(virtual.stats.bytesToBoard - before).toBeLessThan(1.2 * content.length); // sent once
  expect(await board.fs.readFile("/a.bin")).toEqual(content);
});

test("installs, verifies and uninstalls", async () => {
  const { board, transport, server } = await connected();
  const index = await serveIndex();
  onTestFinished(() => index.close());
  const target = { ...board.target(), fs: webReplFiles(board.fs, transport) };
  await install(target, ["greenhouse", "tinylog"], { sources: [mipIndex({ url: index.url })] });
  expect((await verify(target)).problems).toEqual([]);
  expect(server.fileOperations).toBeGreaterThan(3);
  expect(await board.exec("import tinylog\nprint(tinylog.__name__)")).toBe("tinylog\r\n");
  await uninstall(target, ["greenhouse", "tinylog"]);
  expect((await listInstalled(target)).packages).toEqual([]);
});
