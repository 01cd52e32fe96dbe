// A pseudo terminal for tests: the real serial driver opens one end, the test holds the other.
import { execFileSync } from "node:child_process";
import { closeSync } from "node:fs";
import { createRequire } from "node:module";
import { ReadStream } from "node:tty";

/** The test's end of a pseudo terminal. */
export interface Pty {
  /** What the serial driver opens. */
  readonly path: string;
  write(bytes: Uint8Array): void;
  /** As write; resolves when the terminal has taken it. */
  send(bytes: Uint8Array): Promise<void>;
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
  return {
    path: pty,
    write: (bytes) => void stream.write(bytes),
    send: (bytes) => new Promise((resolve) => stream.write(bytes, () => resolve())),
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

function loadNative(): Native | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve("@lydell/node-pty");
    const require = createRequire(entry);
    return require(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as Native;
  } catch {
    return undefined;
  }
}
