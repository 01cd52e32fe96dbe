// A pseudo terminal for tests: a device path that a serial driver opens, and the far end as a transport. Only npm is
// needed: @lydell/node-pty's prebuilt native part has the open() that Node has not. Not published.

import { execFileSync } from "node:child_process";
import { closeSync } from "node:fs";
import { createRequire } from "node:module";
import { ReadStream } from "node:tty";
import type { Transport } from "@upykit/core/transport";
import { streamTransport } from "./stream-transport.js";

/** A pseudo terminal in raw mode. */
export interface Pty extends AsyncDisposable {
  /** What a serial driver opens, like /dev/pts/3. */
  readonly path: string;
  /** The far end: what a driver writes to `path` is read here. */
  readonly peer: Transport;
  /** Pulls the cable: whoever has `path` open loses it. */
  unplug(): Promise<void>;
}

interface NativePty {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

/** Opens a pseudo terminal. Linux and macOS. */
export function openPty(): Pty {
  const { master, slave, pty } = native().open(80, 24);
  execFileSync("stty", ["-F", pty, "raw", "-echo"]);
  // Keeping the slave open lets a driver close and open the path again; the master would see EIO otherwise.
  let isOpen = true;
  const stream = new ReadStream(master);
  const peer = streamTransport(`far end of ${pty}`, stream, stream);
  const unplug = async () => {
    if (!isOpen) return;
    isOpen = false;
    closeSync(slave);
    await peer.close();
  };
  return { path: pty, peer, unplug, [Symbol.asyncDispose]: unplug };
}

function native(): NativePty {
  const require = createRequire(import.meta.url);
  const inside = createRequire(require.resolve("@lydell/node-pty/package.json"));
  return inside(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as NativePty;
}
