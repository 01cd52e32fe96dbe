// Which modules the firmware of a CircuitPython board has, from the data that circuitpython.org publishes: for a drive or
// a directory, where no board can be asked. Format: _data/files.json of the repository adafruit/circuitpython-org.

import * as z from "zod/mini";
import { alwaysBuiltin } from "../builtin-modules.js";
import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";

const schema = z.array(
  z.object({
    id: z.string(),
    versions: z.array(
      z.object({
        version: z.string(),
        modules: z._default(z.array(z.string()), []),
        frozen_libraries: z._default(z.array(z.string()), []),
      }),
    ),
  }),
);

/** The modules of one board's firmware. */
export interface BoardModules {
  /** The version of CircuitPython that they are known of. */
  readonly version: string;
  readonly builtinModules: readonly string[];
  /** With "name.*" for each, because the data does not tell what is in a library. */
  readonly frozenModules: readonly string[];
}

/**
 * Finds a board in the data: in this version, or in the nearest of the same major version.
 * @param data - parsed JSON
 * @returns null when the board is not there, or not in that major version
 * @throws `invalid-package` when the data has another form
 */
export function findBoardModules(
  data: unknown,
  boardId: string,
  version: string | null,
): BoardModules | null {
  const boards = schema.safeParse(data);
  if (!boards.success)
    throw new UpyError("invalid-package", "The data about boards has another form than expected.");
  const versions = boards.data.find(({ id }) => id === boardId)?.versions ?? [];
  const candidates = versions.filter((one) => version === null || majorOf(one.version) === majorOf(version));
  const [nearest] = candidates.sort((a, b) => distance(a.version, version) - distance(b.version, version));
  if (nearest === undefined) return null;
  const builtin = nearest.modules.filter((name) => !name.includes("."));
  return {
    version: nearest.version,
    builtinModules: [...new Set([...alwaysBuiltin, ...builtin])].sort(),
    frozenModules: nearest.frozen_libraries.flatMap((name) => [name, `${name}.*`]).sort(),
  };
}

/** The environment with what the data knows, where the target itself did not tell. */
export function withBoardModules(environment: Environment, modules: BoardModules): Environment {
  const told = (names: readonly string[] | null): boolean => names !== null && names.length > 0;
  return {
    ...environment,
    builtinModules: told(environment.builtinModules) ? environment.builtinModules : modules.builtinModules,
    frozenModules: told(environment.frozenModules) ? environment.frozenModules : modules.frozenModules,
  };
}

function majorOf(version: string): string {
  return version.split(".")[0] ?? "";
}

/** How far apart two versions are: minor counts before patch; a pre-release is behind its release. */
function distance(version: string, wanted: string | null): number {
  const [, minor = 0, patch = 0] = numbersOf(version);
  const [, wantedMinor = 0, wantedPatch = 0] = wanted === null ? [0, 1e6, 0] : numbersOf(wanted);
  const isPrerelease = /[a-z]/iu.test(version) ? 0.5 : 0;
  return Math.abs(minor - wantedMinor) * 1000 + Math.abs(patch - wantedPatch) + isPrerelease;
}

function numbersOf(version: string): number[] {
  return version.split(/[.-]/u).map((part) => Number.parseInt(part, 10) || 0);
}
