// The far end of a link, in a process of its own: `link-end.mjs pty|tcp|webrepl board|sink`. Prints the path to open; ends
// with its standard input. The sink takes a count of 4 bytes and so many bytes, answers one byte, and sends as many back.
import { createServer } from "node:net";
import { createVirtualBoard } from "@upykit/core/testing";
import { loadTypeScript } from "./load-typescript.mjs";
import { openPty } from "./pty.mjs";

const [link, end] = process.argv.slice(2);
process.stdin.on("end", () => process.exit(0)).resume();
const openings = { pty: openTerminal, tcp: openTcp, webrepl: openWebRepl };
console.log(await openings[link]());

function openTerminal() {
  const { path, stream } = openPty();
  void serveStream(stream);
  return path;
}

async function openTcp() {
  const server = createServer({ noDelay: true }, (socket) => void serveStream(socket));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `socket://127.0.0.1:${server.address().port}`;
}

async function serveStream(stream) {
  stream.on("error", () => undefined);
  const take = await farEnd(collected(stream));
  stream.on("data", (chunk) => {
    const taken = take(new Uint8Array(chunk));
    if (taken === undefined) return;
    stream.pause();
    void taken.then(() => stream.resume());
  });
}

/** Writes what comes in one turn of the event loop in one piece; a promise while there is too much to be written. */
function collected(stream) {
  let waiting = [];
  return (bytes) => {
    if (waiting.push(bytes) === 1) {
      globalThis.setImmediate(() => {
        stream.write(Buffer.concat(waiting));
        waiting = [];
      });
    }
    return stream.writableNeedDrain ? new Promise((resolve) => stream.once("drain", resolve)) : undefined;
  };
}

async function openWebRepl() {
  const { startWebReplServer } = await loadTypeScript("packages/transport-webrepl/test/web-repl-server.ts");
  const { take, fs } = await farEndWithFiles((bytes) => server.print(bytes));
  const server = await startWebReplServer({
    terminal: take,
    readFile: (path) => fs.read(path),
    openForWriting: (path) => {
      const parts = [];
      return {
        write: (bytes) => void parts.push(bytes.slice()),
        close: () => fs.write(path, new Uint8Array(Buffer.concat(parts))),
      };
    },
  });
  return server.url;
}

async function farEnd(send) {
  return (await farEndWithFiles(send)).take;
}

/** What takes the bytes of the host; a promise while it can take no more. */
async function farEndWithFiles(send) {
  if (end === "sink") return { take: sink(send) };
  const board = await createVirtualBoard();
  const { readable, writable } = board.transport();
  void readable.pipeTo(new WritableStream({ write: send }));
  const writer = writable.getWriter();
  return { take: (bytes) => writer.write(bytes), fs: board.fs };
}

function sink(send) {
  let head = [];
  let left = 0;
  return (bytes) => {
    let at = 0;
    while (head.length < 4 && at < bytes.length) {
      head.push(bytes[at++]);
      if (head.length === 4) left = new DataView(Uint8Array.from(head).buffer).getUint32(0, true);
    }
    left -= bytes.length - at;
    if (head.length < 4 || left > 0) return undefined;
    const count = new DataView(Uint8Array.from(head).buffer).getUint32(0, true);
    head = [];
    void (async () => {
      await send(new Uint8Array(1));
      await send(new Uint8Array(count));
    })();
    return undefined;
  };
}
