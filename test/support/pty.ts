// A pseudo terminal for tests: the real serial driver opens one end, the test holds the other.
import { execFileSync } from "node:child_process";
import { closeSync, write } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { ReadStream } from "node:tty";
import { promisify } from "node:util";

/** The test's end of a pseudo terminal. */
export interface Pty {
  /** What the serial driver opens. */
  readonly path: string;
  /** Sends; resolves when the terminal has taken it all. */
  write(bytes: Uint8Array): Promise<void>;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Stops and goes on reading, so that the other side meets a full buffer. */
  pause(): void;
  resume(): void;
  /** Pulls the cable. */
  unplug(): void;
}

interface Native {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

/** Undefined where there are no pseudo terminals (Windows), or no native part for this machine. */
export function openTestPty(): Pty | undefined {
  const native = loadNative();
  if (!native) return undefined;
  const { master, slave, pty } = native.open(80, 24);
  execFileSync("stty", ["-F", pty, "raw", "-echo"]);
  const stream = new ReadStream(master);
  stream.on("error", () => undefined);
  let plugged = true;
  let sent = Promise.resolve();
  return {
    path: pty,
    write: (bytes) => {
      sent = sent.then(() => writeAll(master, bytes, () => plugged));
      return sent;
    },
    onData: (listener) => void stream.on("data", listener),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    unplug: () => {
      if (!plugged) return;
      plugged = false;
      closeSync(slave);
      stream.destroy();
    },
  };
}

const writeSome = promisify(write);

/** Not by the stream: it would block this process, in which the reader of the other end may live, when the terminal is full. */
async function writeAll(fd: number, bytes: Uint8Array, isPlugged: () => boolean): Promise<void> {
  for (let at = 0; at < bytes.length && isPlugged();) {
    try {
      at += (await writeSome(fd, bytes, at)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      await delay(1);
    }
  }
}

function loadNative(): Native | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve("@lydell/node-pty");
    const require = createRequire(entry);
    return require(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as Native;
  } catch {
    return undefined;
  }
}

/** Whether this machine has pseudo terminals. */
export function hasPty(): boolean {
  const pty = openTestPty();
  pty?.unplug();
  return pty !== undefined;
}
