// A pseudo terminal from npm alone, as a pair of functions. Bytes to it do not go through a stream: that would block this
// process, and the board in it, whenever the terminal is full.
import { execFileSync } from "node:child_process";
import { write } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { ReadStream } from "node:tty";
import { promisify } from "node:util";

const writeSome = promisify(write);

/** Opens one: `path` is for the serial driver, `send` resolves when the terminal has taken all, `stream` has what comes. */
export function openPty() {
  const require = createRequire(import.meta.url);
  const inside = createRequire(require.resolve("@lydell/node-pty/package.json"));
  const { open } = inside(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`);
  const { master, pty: path } = open(80, 24);
  execFileSync("stty", ["-F", path, "raw", "-echo"]);
  const stream = new ReadStream(master);
  stream.on("error", () => undefined);
  return { path, stream, send: (bytes) => sendAll(master, bytes) };
}

async function sendAll(file, bytes) {
  for (let at = 0; at < bytes.length;) {
    try {
      at += (await writeSome(file, bytes, at)).bytesWritten;
    } catch (error) {
      if (error.code !== "EAGAIN") return;
      await delay(1);
    }
  }
}
