// Which names a FAT file system takes, and which of them are one file to it. CIRCUITPY is FAT whoever writes to it.
// Source: lib/oofatfs/ff.c (create_name) of CircuitPython 10.2; Windows refuses the same names.

import { UpyError } from "../errors.js";
import { foldCase } from "../path-clash.js";

// eslint-disable-next-line no-control-regex -- FAT forbids control characters
const forbidden = /["*:<>?\\|\u0000-\u001f\u007f]/u;

/** Refuses a target path that FAT would not take, or would change silently. @throws `invalid-path` */
export function checkFatPath(path: string): void {
  if (path === "/") return;
  const problem = path.startsWith("/") ? firstProblem(path.split("/").slice(1)) : "is not absolute";
  if (problem === null) return;
  throw new UpyError("invalid-path", `${JSON.stringify(path)} cannot be on a FAT drive: it ${problem}.`, {
    hint: 'FAT takes none of " * : < > ? \\ | in a name, and no dot or space at its end.',
  });
}

function firstProblem(names: readonly string[]): string | null {
  return names.map(problemOf).find((problem) => problem !== null) ?? null;
}

function problemOf(name: string): string | null {
  if (name === "" || name === "." || name === "..") return "has an empty or relative part";
  if (forbidden.test(name)) return "has a character that FAT forbids";
  if (/[. ]$/u.test(name)) return "has a name that ends in a dot or a space, which FAT drops";
  return name.length > 255 ? "has a name of more than 255 characters" : null;
}

/** Refuses files of one call that FAT cannot tell apart. @throws `conflict`, `invalid-path` */
export function checkFatPaths(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    checkFatPath(path);
    const other = seen.get(foldCase(path));
    if (other !== undefined && other !== path) {
      throw new UpyError("conflict", `${other} and ${path} are one file on a FAT drive.`, {
        hint: "FAT does not tell upper from lower case: leave one of them out.",
      });
    }
    seen.set(foldCase(path), path);
  }
}

/**
 * Names that systems and CircuitPython keep in the root of a drive for themselves: no part of anybody's program. Not what
 * computers drop beside files ("._code.py", ".DS_Store"): that takes space, keeps folders from going away, and can go.
 */
export function isSystemName(name: string): boolean {
  return systemNames.has(name.toLowerCase());
}

const systemNames: ReadonlySet<string> = new Set([
  ".fseventsd",
  ".metadata_never_index",
  ".spotlight-v100",
  ".temporaryitems",
  ".trash-1000",
  ".trashes",
  ".trinket_out",
  "$recycle.bin",
  "system volume information",
]);
