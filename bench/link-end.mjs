// The far end of a link, in a process of its own: `link-end.mjs pty|tcp board|sink`. Prints the path to open; ends with
// its standard input. The sink takes a count of 4 bytes and so many bytes, answers one byte, and sends as many back.
import { createServer } from "node:net";
import { createVirtualBoard } from "@upykit/core/testing";
import { openPty } from "./pty.mjs";

const [link, end] = process.argv.slice(2);
process.stdin.on("end", () => process.exit(0)).resume();
if (link === "pty") console.log(servePty());
else console.log(await openTcp());

function servePty() {
  const { path, stream, send } = openPty();
  void serve(stream, send);
  return path;
}

async function openTcp() {
  const server = createServer({ noDelay: true }, (socket) => void serve(socket, toSocket(socket)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `socket://127.0.0.1:${server.address().port}`;
}

async function serve(stream, send) {
  stream.on("error", () => undefined);
  if (end === "board") await serveBoard(stream, send);
  else serveSink(stream, send);
}

async function serveBoard(stream, send) {
  const board = await createVirtualBoard();
  const { readable, writable } = board.transport();
  const writer = writable.getWriter();
  stream.on("data", (chunk) => {
    stream.pause();
    void writer.write(new Uint8Array(chunk)).then(() => stream.resume());
  });
  for await (const chunk of readable) await send(chunk);
}

function serveSink(stream, send) {
  let wanted = 0;
  let left = 0;
  stream.on("data", (chunk) => {
    if (left === 0) wanted = left = chunk.readUInt32LE(0) + 4;
    left -= chunk.length;
    if (left === 0) void send(new Uint8Array(1)).then(() => send(new Uint8Array(wanted - 4)));
  });
}

function toSocket(socket) {
  return async (bytes) => {
    if (!socket.write(bytes)) await new Promise((resolve) => socket.once("drain", resolve));
  };
}
