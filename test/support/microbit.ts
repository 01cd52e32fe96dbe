// A real old board for tests: Debian's MicroPython 1.9.2 for the BBC micro:bit, in QEMU, on a PTY. No raw paste, 8 KB of
// free RAM, a flat file system. Not published. Needs: apt-get install qemu-system-arm firmware-microbit-micropython.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { ReadStream } from "node:tty";
import type { Transport } from "@upykit/core/transport";
import { streamTransport } from "./stream-transport.js";

const firmware = "/usr/share/firmware-microbit-micropython/firmware.hex";

/** A running micro:bit. */
export interface Microbit extends AsyncDisposable {
  /** The PTY, for a serial driver. */
  readonly path: string;
  /** The PTY as a transport, for tests that need no driver. One at a time. */
  open(): Transport;
}

/**
 * Why there is no micro:bit on this machine, null when there is one: for `test.skipIf(missingMicrobit() !== null)`.
 * With CI=true it throws instead, so that a runner without it fails rather than skips.
 */
export function missingMicrobit(): string | null {
  const missing = !existsSync(firmware) ? firmware : !hasQemu() ? "qemu-system-arm" : null;
  if (missing === null) return null;
  const reason = `no micro:bit: ${missing} is missing (apt-get install qemu-system-arm firmware-microbit-micropython)`;
  if (process.env["CI"] === "true") throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return reason;
}

/** Starts a micro:bit. */
export async function startMicrobit(): Promise<Microbit> {
  const loader = `loader,file=${firmware}`;
  const args = [
    "-M",
    "microbit",
    "-device",
    loader,
    "-serial",
    "pty",
    "-display",
    "none",
    "-monitor",
    "none",
  ];
  const qemu = spawn("qemu-system-arm", args, { stdio: ["ignore", "pipe", "pipe"] });
  const path = await announcedPath(qemu);
  execFileSync("stty", ["-F", path, "raw", "-echo"]);
  const exited = new Promise<void>((resolve) => qemu.once("exit", () => resolve()));
  return {
    path,
    open() {
      const stream = new ReadStream(openSync(path, "r+"));
      return streamTransport(`micro:bit on ${path}`, stream, stream);
    },
    async [Symbol.asyncDispose]() {
      qemu.kill();
      await exited;
    },
  };
}

function hasQemu(): boolean {
  try {
    execFileSync("qemu-system-arm", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** QEMU says: "char device redirected to /dev/pts/3 (label serial0)". */
function announcedPath(qemu: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const path = /redirected to (\S+)/.exec(said)?.[1];
      if (path !== undefined) resolve(path);
    };
    qemu.stdout?.on("data", listen);
    qemu.stderr?.on("data", listen);
    qemu.once("error", reject);
    qemu.once("exit", (code) => reject(new Error(`qemu-system-arm ended (${String(code)}): ${said}`)));
  });
}
