// A real MicroPython behind a WebREPL: the REPL over text frames, files over binary ones, and the main job.
import { randomBytes } from "node:crypto";
import { install, listInstalled, mipIndex, uninstall, verify } from "@upykit/core";
import { type Board, connectBoard } from "@upykit/core/device";
import { type VirtualBoard, createVirtualBoard } from "@upykit/core/testing";
import { type WebReplTransport, webReplFiles } from "@upykit/transport-webrepl";
import { openWebRepl } from "@upykit/transport-webrepl/node";
import { serveIndex } from "../../../examples/index/serve.mjs";
import { expect, onTestFinished, test } from "vitest";
import { type WebReplServer, startWebReplServer } from "./web-repl-server.js";

interface Rig {
  readonly virtual: VirtualBoard;
  readonly server: WebReplServer;
  readonly transport: WebReplTransport;
  readonly board: Board;
}

async function connected(): Promise<Rig> {
  const virtual = await createVirtualBoard();
  onTestFinished(() => virtual[Symbol.asyncDispose]());
  const link = virtual.transport();
  const toBoard = link.writable.getWriter();
  const server: WebReplServer = await startWebReplServer({
    terminal: (bytes) => {
      server.pause();
      void toBoard.write(bytes).then(() => server.resume());
    },
    readFile: (path) => virtual.fs.read(path),
    openForWriting: (path) => {
      const parts: Uint8Array[] = [];
      return {
        write: (bytes) => void parts.push(bytes.slice()),
        close: () => virtual.fs.write(path, new Uint8Array(Buffer.concat(parts))),
      };
    },
  });
  onTestFinished(() => server.close());
  void link.readable
    .pipeTo(new WritableStream({ write: (bytes) => server.print(bytes) }))
    .catch(() => undefined);
  const transport = await openWebRepl(server.url, { password: "secret" });
  const board = await connectBoard(transport);
  onTestFinished(() => board.close());
  return { virtual, server, transport, board };
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
    expect(await virtual.fs.has(`${path}.part`)).toBe(false);
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

test("takes the REPL for names that do not fit", async () => {
  const { board, transport, server } = await connected();
  const fs = webReplFiles(board.fs, transport);
  const path = `/${"n".repeat(70)}`;
  await fs.writeFiles([{ path, content: Uint8Array.of(1, 2) }]);
  expect(await fs.readFile(path)).toEqual(Uint8Array.of(1, 2));
  expect(server.fileOperations).toBe(0);
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
