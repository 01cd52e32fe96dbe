// A real old board for tests: Debian's MicroPython 1.9.2 for the BBC micro:bit, in QEMU. No raw paste, 8 KB of free RAM,
// a flat file system. Not published. Needs: apt-get install qemu-system-arm firmware-microbit-micropython.

import { type ChildProcess, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { Transport } from "@upykit/core/transport";
import { spawnMortal } from "./mortal.js";
import { requirement } from "./requirements.js";
import { streamTransport } from "./stream-transport.js";

const firmware = "/usr/share/firmware-microbit-micropython/firmware.hex";

/**
 * Why there is no micro:bit on this machine, null when there is one: for `test.skipIf(missingMicrobit() !== null)`.
 *
 * @throws with CI set, so that a build server without it fails rather than skips
 */
export function missingMicrobit(): string | null {
  const missing = !existsSync(firmware) ? firmware : !hasQemu() ? "qemu-system-arm" : null;
  return requirement(
    missing &&
      `no micro:bit: ${missing} is missing (apt-get install qemu-system-arm firmware-microbit-micropython)`,
  );
}

/** A micro:bit with its UART as a transport; closing that switches it off. */
export function startMicrobit(): Transport {
  const qemu = startQemu("stdio");
  const { stdin, stdout } = qemu;
  if (stdin === null || stdout === null) throw new Error("QEMU was started without pipes");
  const transport = streamTransport("micro:bit", stdout, stdin);
  return { ...transport, close: () => transport.close().finally(() => stop(qemu)) };
}

/** A micro:bit behind a PTY. */
export interface PtyMicrobit extends AsyncDisposable {
  /** The PTY, for a serial driver. */
  readonly path: string;
}

/** Starts a micro:bit behind a PTY. */
export async function startPtyMicrobit(): Promise<PtyMicrobit> {
  const qemu = startQemu("pty");
  const path = await announcedPath(qemu);
  execFileSync("stty", ["-F", path, "raw", "-echo"]);
  return { path, [Symbol.asyncDispose]: () => stop(qemu) };
}

function startQemu(serial: "stdio" | "pty"): ChildProcess {
  const board = ["-M", "microbit", "-device", `loader,file=${firmware}`, "-serial", serial];
  return spawnMortal("qemu-system-arm", [...board, "-display", "none", "-monitor", "none"], {
    stdio: [serial === "stdio" ? "pipe" : "ignore", "pipe", serial === "stdio" ? "ignore" : "pipe"],
  });
}

async function stop(qemu: ChildProcess): Promise<void> {
  if (qemu.exitCode !== null || qemu.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => qemu.once("exit", () => resolve()));
  qemu.kill("SIGKILL");
  await exited;
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
