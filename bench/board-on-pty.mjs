// A virtual board behind a PTY, in a process of its own, so that any program can open it like a serial port.
// Prints the path; ends with its standard input.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { ReadStream } from "node:tty";
import { createVirtualBoard } from "@upykit/core/testing";

const require = createRequire(import.meta.url);
const inside = createRequire(require.resolve("@lydell/node-pty/package.json"));
const { master, pty } = inside(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`).open(80, 24);
execFileSync("stty", ["-F", pty, "raw", "-echo"]);

const board = await createVirtualBoard({ files: { "/lib/README": "packages\n" } });
const { readable, writable } = board.transport();
const stream = new ReadStream(master);
const writer = writable.getWriter();
stream.on("data", (chunk) => {
  stream.pause();
  writer.write(new Uint8Array(chunk)).then(() => stream.resume());
});
stream.on("error", () => undefined);
process.stdin.on("end", () => process.exit(0)).resume();
console.log(pty);
for await (const chunk of readable) {
  if (!stream.write(chunk)) await new Promise((resolve) => stream.once("drain", resolve));
}
