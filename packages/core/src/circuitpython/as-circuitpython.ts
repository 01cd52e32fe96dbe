// Any target as a CircuitPython board: what runs there is read from its boot_out.txt, or said by the caller, as with
// circup's --board-id and --cpy-version. It asks no interpreter.

import { isUpyError } from "../errors.js";
import type { Environment } from "../environment.js";
import type { Target, TargetCallOptions } from "../targets/target.js";
import { environmentFromBootOut } from "./boot-environment.js";
import { type BootOut, parseBootOut } from "./boot-out.js";
import type { KnownBoards } from "./boards.js";

/** What {@link asCircuitPython} takes. */
export interface AsCircuitPythonOptions {
  /** The version of CircuitPython, like "10.0.3"; default: what boot_out.txt says. */
  readonly version?: string | undefined;
  /** The board's id at circuitpython.org; default: what boot_out.txt says. */
  readonly boardId?: string | undefined;
  /** circuitpython.org's boards, see `parseBoards`: without them, frozen and built-in modules are unknown. */
  readonly boards?: KnownBoards | undefined;
}

/** What a target's boot_out.txt says; null when it has none, or one that says nothing. */
export async function readBootOut(target: Target, options: TargetCallOptions = {}): Promise<BootOut | null> {
  try {
    const content = await target.fs.readFile("/boot_out.txt", options);
    return parseBootOut(new TextDecoder().decode(content));
  } catch (error) {
    if (isUpyError(error, "file-not-found") || isUpyError(error, "is-directory")) return null;
    throw error;
  }
}

/** The same files, and the environment that the options or else boot_out.txt describe; without either, the target's own. */
export function asCircuitPython(target: Target, options: AsCircuitPythonOptions = {}): Target {
  const { version, boardId, boards } = options;
  return {
    name: target.name,
    fs: target.fs,
    environment: async (call): Promise<Environment> => {
      const boot = await readBootOut(target, call);
      const named = version ?? boot?.version;
      if (named === undefined) return target.environment(call);
      const unknown = { boardName: null, chip: null, boardId: null };
      return environmentFromBootOut({ ...unknown, ...boot, version: named }, { boards, boardId });
    },
  };
}
