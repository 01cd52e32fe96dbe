// From what boot_out.txt (or the web workflow) says to a whole environment, without asking an interpreter.
// Sources: main.c (start_mp) for sys.path, py/persistentcode.h for .mpy, tags 3.1.1 to 10.2.1 of CircuitPython.

import type { Environment, MpyAbi } from "../environment.js";
import { findFirmware, type KnownBoards } from "./boards.js";
import type { BootOut } from "./boot-out.js";

/** What of a {@link BootOut} decides about an environment. */
export type BootIdentity = Pick<BootOut, "version" | "boardName" | "chip" | "boardId">;

/** What {@link environmentFromBootOut} takes. */
export interface BootEnvironmentOptions {
  /** circuitpython.org's boards, see `parseBoards`: without them, frozen and built-in modules are unknown. */
  readonly boards?: KnownBoards | undefined;
  /** The board's id where boot_out.txt does not say it (before CircuitPython 7). */
  readonly boardId?: string | undefined;
}

/** The environment that a boot_out.txt describes. */
export function environmentFromBootOut(
  bootOut: BootIdentity,
  options: BootEnvironmentOptions = {},
): Environment {
  const boardId = options.boardId ?? bootOut.boardId;
  const firmware =
    boardId === null || options.boards === undefined
      ? null
      : findFirmware(options.boards, boardId, bootOut.version);
  return {
    implementation: "circuitpython",
    version: bootOut.version,
    mpy: mpyAbiOf(bootOut.version),
    sysPath: ["", "/", ".frozen", "/lib"],
    platform: null,
    machine: machineOf(bootOut),
    boardId,
    // Which modules a frozen library has, the list does not tell.
    frozenModules: firmware?.frozenLibraries.flatMap((name) => [name, `${name}.*`]) ?? null,
    builtinModules: firmware?.builtinModules ?? null,
    heapFree: null,
  };
}

/** As `os.uname().machine` has it. */
function machineOf({ boardName, chip }: BootIdentity): string | null {
  if (boardName === null) return null;
  return chip === null ? boardName : `${boardName} with ${chip}`;
}

/** All but a few community boards run no native code, without which the sub-version decides nothing. */
function mpyAbiOf(version: string): MpyAbi {
  const [, major = 0, minor = 0] = /^(\d+)\.(\d+)/u.exec(version)?.map(Number) ?? [];
  const abi = { architecture: "none", archFlags: 0, smallIntBits: 31 } as const;
  if (major < 7) return { version: 3, subVersion: 0, ...abi };
  if (major < 9) return { version: 5, subVersion: 0, ...abi };
  return { version: 6, subVersion: major === 9 && minor < 2 ? 1 : 3, ...abi };
}
