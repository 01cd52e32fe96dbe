// The virtual board behind a WebREPL server, for tests: a real MicroPython, and its own files for the file transfer.
import { type VirtualBoard, type VirtualBoardOptions, createVirtualBoard } from "@upykit/core/testing";
import { type WebReplServer, startWebReplServer } from "./web-repl-server.js";

/** A board in the network. */
export interface WebReplBoard extends AsyncDisposable {
  readonly virtual: VirtualBoard;
  readonly server: WebReplServer;
}

/** Starts a board and its WebREPL, with the password "secret". */
export async function startWebReplBoard(options: VirtualBoardOptions = {}): Promise<WebReplBoard> {
  const virtual = await createVirtualBoard(options);
  const link = virtual.transport();
  const toBoard = link.writable.getWriter();
  const server: WebReplServer = await startWebReplServer({
    terminal: (bytes) => toBoard.write(bytes),
    readFile: (path) => virtual.fs.read(path),
    openForWriting: (path) => {
      const parts: Uint8Array[] = [];
      return {
        write: (bytes) => void parts.push(bytes.slice()),
        close: () => virtual.fs.write(path, new Uint8Array(Buffer.concat(parts))),
      };
    },
  });
  void link.readable
    .pipeTo(new WritableStream({ write: (bytes) => server.print(bytes) }))
    .catch(() => undefined);
  return {
    virtual,
    server,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await virtual[Symbol.asyncDispose]();
    },
  };
}
