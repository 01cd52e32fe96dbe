// The far end of a link, in a process of its own: `link-end.mjs pty|tcp board|sink`. Prints the path to open; ends with
// its standard input. The sink takes a count of 4 bytes and so many bytes, answers one byte, and sends as many back.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { ReadStream } from "node:tty";
import { createVirtualBoard } from "@upykit/core/testing";

const [link, end] = process.argv.slice(2);
process.stdin.on("end", () => process.exit(0)).resume();
if (link === "pty") console.log(openPty());
else console.log(await openTcp());

function openPty() {
  const require = createRequire(import.meta.url);
  const inside = createRequire(require.resolve("@lydell/node-pty/package.json"));
  const { master, pty } = inside(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`).open(
    80,
    24,
  );
  execFileSync("stty", ["-F", pty, "raw", "-echo"]);
  void serve(new ReadStream(master));
  return pty;
}

async function openTcp() {
  const server = createServer({ noDelay: true }, (socket) => void serve(socket));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `socket://127.0.0.1:${server.address().port}`;
}

async function serve(stream) {
  stream.on("error", () => undefined);
  if (end === "board") await serveBoard(stream);
  else serveSink(stream);
}

async function serveBoard(stream) {
  const board = await createVirtualBoard();
  const { readable, writable } = board.transport();
  const writer = writable.getWriter();
  stream.on("data", (chunk) => {
    stream.pause();
    void writer.write(new Uint8Array(chunk)).then(() => stream.resume());
  });
  for await (const chunk of readable) await send(stream, chunk);
}

function serveSink(stream) {
  let wanted = 0;
  let left = 0;
  stream.on("data", (chunk) => {
    if (left === 0) wanted = left = chunk.readUInt32LE(0) + 4;
    left -= chunk.length;
    if (left === 0) void send(stream, new Uint8Array(1)).then(() => send(stream, new Uint8Array(wanted - 4)));
  });
}

async function send(stream, bytes) {
  for (let at = 0; at < bytes.length; at += 4096) {
    if (!stream.write(bytes.subarray(at, at + 4096)))
      await new Promise((resolve) => stream.once("drain", resolve));
  }
}
