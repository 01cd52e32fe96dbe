// circuitpython.org's list of boards: what is frozen and built into the firmware of each. The caller brings the text.
// Format: _data/files.json of adafruit/circuitpython-org (also served as boards.json), end of 2024.

import * as z from "zod/mini";
import { alwaysBuiltin } from "../builtin-modules.js";
import { UpyError } from "../errors.js";
import { parseJson } from "../specs/json-text.js";

/** What one release of the firmware has in it. */
export interface BoardFirmware {
  /** "9.2.1" */
  readonly version: string;
  readonly isStable: boolean;
  /** Names of libraries that are frozen in, as bundles name them; sorted. */
  readonly frozenLibraries: readonly string[];
  /** Names of built-in modules; sorted. */
  readonly builtinModules: readonly string[];
}

/** What is known of one board. */
export interface KnownBoard {
  readonly id: string;
  /** In the list's order; empty when there is no release for the board. */
  readonly firmware: readonly BoardFirmware[];
}

/** The boards of the list, by their id. */
export type KnownBoards = ReadonlyMap<string, KnownBoard>;

const names = z.array(z.string().check(z.maxLength(200)));

const schema = z.array(
  z.object({
    id: z.string(),
    versions: z.array(
      z.object({
        version: z.string(),
        stable: z._default(z.boolean(), true),
        frozen_libraries: z._default(names, []),
        modules: z._default(names, []),
      }),
    ),
  }),
);

/**
 * Reads circuitpython.org's list of boards.
 * @throws `invalid-package` when the text is not such a list
 */
export function parseBoards(json: string | Uint8Array): KnownBoards {
  const parsed = schema.safeParse(parseJson(json, "The list of boards"));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join(".") ?? "";
    throw new UpyError(
      "invalid-package",
      `The list of boards is not one: ${place}: ${issue?.message ?? ""}`,
      {
        hint: "It is _data/files.json of github.com/adafruit/circuitpython-org.",
      },
    );
  }
  return new Map(parsed.data.map(({ id, versions }) => [id, { id, firmware: versions.map(toFirmware) }]));
}

type Version = z.infer<typeof schema>[number]["versions"][number];

function toFirmware(version: Version): BoardFirmware {
  return {
    version: version.version,
    isStable: version.stable,
    frozenLibraries: [...new Set(version.frozen_libraries)].sort(),
    builtinModules: [...new Set([...alwaysBuiltin, ...version.modules.filter(isModule)])].sort(),
  };
}

/** The list has features among its modules, too, under dotted names: "busio.SPI", "builtins.pow3". */
function isModule(name: string): boolean {
  return /^\w+$/u.test(name);
}

/**
 * The firmware of a board that is nearest to a version: the same one, else the newest of its minor version, else of its
 * major version; null when the list has none, as what is frozen changes between major versions.
 */
export function findFirmware(boards: KnownBoards, id: string, version: string): BoardFirmware | null {
  const firmware = [...(boards.get(id)?.firmware ?? [])].sort((a, b) =>
    compareVersions(b.version, a.version),
  );
  const [major, minor] = numbersOf(version);
  return (
    firmware.find((one) => one.version === version) ??
    firmware.find((one) => numbersOf(one.version)[0] === major && numbersOf(one.version)[1] === minor) ??
    firmware.find((one) => numbersOf(one.version)[0] === major) ??
    null
  );
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const differing = left.findIndex((number, index) => number !== right[index]);
  if (differing >= 0) return (left[differing] ?? 0) - (right[differing] ?? 0);
  return Number(b.includes("-")) - Number(a.includes("-")) || (a < b ? -1 : Number(a > b));
}

/** Major, minor and patch number. */
function numbersOf(version: string): readonly [number, number, number] {
  const [, major, minor, patch] = /^(\d+)\.(\d+)(?:\.(\d+))?/u.exec(version) ?? [];
  return [Number(major ?? -1), Number(minor ?? -1), Number(patch ?? 0)];
}
