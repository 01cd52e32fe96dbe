// Starts a program that does not outlive the test run: when the run is killed, nobody is left to stop it.

import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";

/** Whether the kernel can be asked to end a child with its parent: setpriv of util-linux, 2.33 or newer. */
const canBind = spawnSync("setpriv", ["--pdeathsig", "KILL", "true"], { stdio: "ignore" }).status === 0;

/** As `spawn`; on Linux the program is killed when this process ends, however it ends. */
export function spawnMortal(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return canBind
    ? spawn("setpriv", ["--pdeathsig", "KILL", "--", program, ...args], options)
    : spawn(program, args, options);
}
