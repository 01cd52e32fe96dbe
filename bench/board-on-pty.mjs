// A virtual board behind a PTY, in a process of its own, so that any program can open it like a serial port.
// Prints the path; ends with its standard input.
import { createVirtualBoard } from "@upykit/core/testing";
import { openPty } from "./pty.mjs";

const { path, stream, send } = openPty();
const board = await createVirtualBoard({ files: { "/lib/README": "packages\n" } });
const { readable, writable } = board.transport();
const writer = writable.getWriter();
stream.on("data", (chunk) => {
  stream.pause();
  writer.write(new Uint8Array(chunk)).then(() => stream.resume());
});
process.stdin.on("end", () => process.exit(0)).resume();
console.log(path);
for await (const chunk of readable) await send(chunk);
