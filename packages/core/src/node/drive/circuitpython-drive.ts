// A mounted CIRCUITPY drive as a target: what runs there is what boot_out.txt says.

import { resolve } from "node:path";
import { type BootEnvironmentOptions, environmentFromBootOut } from "../../circuitpython/boot-environment.js";
import { parseBootOut } from "../../circuitpython/boot-out.js";
import type { Environment } from "../../environment.js";
import { isUpyError, UpyError } from "../../errors.js";
import type { Target, TargetCallOptions, TargetFileSystem } from "../../targets/target.js";
import { directoryTarget } from "../directory-target.js";
import { RootedPaths } from "../rooted-paths.js";
import { DriveFileSystem } from "./drive-file-system.js";
import { DriveGuard } from "./drive-guard.js";

/** What {@link circuitPythonDrive} takes. */
export interface CircuitPythonDriveOptions extends BootEnvironmentOptions {
  /** For messages. Default: "CircuitPython drive <path>". */
  readonly name?: string | undefined;
  /** CircuitPython's version, where it is not what boot_out.txt says, or there is none. */
  readonly version?: string | undefined;
  /** What is known better than by boot_out.txt. */
  readonly environment?: Partial<Environment> | undefined;
}

/**
 * A mounted drive of a CircuitPython board as a target; see `findCircuitPythonDrives` for its path. Nothing is read
 * before the first call. Its calls reject with `link-lost` when the drive goes away, `read-only` when the board or the
 * system does not let it be written, `no-space` before anything is written that would not fit in its clusters,
 * `invalid-path` and `conflict` for names that FAT cannot hold or tell apart.
 */
export function circuitPythonDrive(path: string, options: CircuitPythonDriveOptions = {}): Target {
  const root = resolve(path);
  const fs = new DriveFileSystem({
    paths: new RootedPaths(root),
    plain: directoryTarget(root).fs,
    guard: new DriveGuard(root),
  });
  return {
    name: options.name ?? `CircuitPython drive ${path}`,
    fs,
    environment: (call) => readEnvironment(fs, options, call),
  };
}

async function readEnvironment(
  fs: TargetFileSystem,
  options: CircuitPythonDriveOptions,
  call: TargetCallOptions | undefined,
): Promise<Environment> {
  const bootOut = parseBootOut(await readBootOut(fs, call));
  const version = options.version ?? bootOut?.version ?? options.environment?.version;
  if (version === undefined || version === null) {
    throw new UpyError("unsupported", "boot_out.txt does not say which CircuitPython runs the drive.", {
      hint: "Press the board's reset button, which writes boot_out.txt, or say the version with the option version.",
    });
  }
  const identity = { boardName: null, chip: null, boardId: null, ...bootOut, version };
  return { ...environmentFromBootOut(identity, options), ...options.environment };
}

async function readBootOut(fs: TargetFileSystem, call: TargetCallOptions | undefined): Promise<string> {
  try {
    return new TextDecoder().decode(await fs.readFile("/boot_out.txt", call));
  } catch (error) {
    if (isUpyError(error, "file-not-found") && (await fs.stat(["/"], call))[0] !== null) return "";
    throw error;
  }
}
