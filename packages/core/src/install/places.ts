// Where an install root is on a target, and where upykit keeps its own files there: the record in the root, and the
// transaction's directory in the nearest directory that exists, so that a root made by an install can be unmade.

import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";
import type { FileEntry, Target, TargetCallOptions } from "../targets/target.js";
import { parentPath } from "../targets/parent-path.js";
import { checkRoot, joinPath } from "./paths.js";

/**
 * The root to install in: `root` where it is given, else the first entry of `sys.path` that ends in "/lib", can be
 * written and is not in ROM. Whether it can be written is asked only where there is a choice.
 */
export async function findRoot(
  target: Target,
  root: string | undefined,
  options: TargetCallOptions,
): Promise<string> {
  if (root !== undefined) return checkRoot(root);
  if (!target.fs.hasDirectories) return "/";
  const roots = possibleRoots(await target.environment(options), target.name);
  if (roots.length > 1) {
    for (const possible of roots)
      if ((await target.fs.space(possible, { signal: options.signal }))?.readOnly !== true) return possible;
  }
  return roots[0] ?? "/";
}

/** The entries of `sys.path` that end in "/lib" and are not in ROM, as mip chooses among them. @throws `invalid-argument` */
function possibleRoots({ sysPath }: Environment, targetName: string): string[] {
  const roots = [...new Set(sysPath.filter(isLib).map(checkRoot))];
  if (roots.length > 0) return roots;
  throw new UpyError("invalid-argument", `sys.path of ${targetName} has no entry that ends in "/lib".`, {
    hint: 'Say where to install with the option root, like root: "/lib".',
  });
}

function isLib(entry: string): boolean {
  return entry.startsWith("/") && entry.endsWith("/lib") && !entry.startsWith("/rom");
}

/** Where the record of a root is. */
export interface RecordPlace {
  readonly path: string;
  /** The directory that holds it; null on a file system without directories. */
  readonly directory: string | null;
}

/** Where the record of `root` is. */
export function recordPlace(root: string, hasDirectories: boolean): RecordPlace {
  if (!hasDirectories) return { path: "/.upykit-record", directory: null };
  const directory = joinPath(root, ".upykit");
  return { path: `${directory}/record.json`, directory };
}

/** Where a transaction keeps its files. */
export interface TransactionPlace {
  /** Every path of the transaction starts with it. */
  readonly prefix: string;
  /** The directory; null on a file system without directories. */
  readonly directory: string | null;
  /** The journal once committed, and before that. */
  readonly journal: string;
  readonly draft: string;
  /** The new record. */
  readonly record: string;
}

/** Where a transaction keeps its files when it is staged in the directory `base`. */
export function transactionPlace(base: string, hasDirectories: boolean): TransactionPlace {
  const directory = hasDirectories ? joinPath(base, ".upykit-tx") : null;
  const prefix = directory === null ? "/.upykit-tx-" : `${directory}/`;
  return {
    prefix,
    directory,
    journal: `${prefix}journal`,
    draft: `${prefix}draft`,
    record: `${prefix}record`,
  };
}

/** The n-th staged file. */
export function stagedPath(place: TransactionPlace, index: number): string {
  return `${place.prefix}${index}`;
}

/** Where a transaction of `root` can be: in it, or in a directory above it if it was not there when the install began. */
export function possibleBases(root: string): string[] {
  const bases = [root];
  for (let base = root; base !== "/";) {
    base = parentPath(base);
    bases.push(base);
  }
  return bases;
}

/** The nearest of the possible bases that exists, by what `stat` said about each. */
export function existingBase(bases: readonly string[], entries: readonly (FileEntry | null)[]): string {
  for (const [index, base] of bases.entries()) {
    const entry = entries[index];
    if (entry?.type === "directory") return base;
    if (entry?.type === "file") throw new UpyError("not-directory", `${base} is a file, not a directory.`);
  }
  return "/";
}

/** Paths that are there when a transaction of `root` was interrupted; one `stat` of all of them tells. */
export function pendingPaths(root: string, hasDirectories: boolean): string[] {
  return possibleBases(root).flatMap((base) => {
    const place = transactionPlace(base, hasDirectories);
    return place.directory === null
      ? [place.journal, place.draft, place.record, stagedPath(place, 0)]
      : [place.directory];
  });
}

/** The error for a target on which an install was interrupted. */
export function interruptedInstall(targetName: string, path: string): UpyError {
  return new UpyError(
    "interrupted-install",
    `An install on ${targetName} did not finish (${path} is there).`,
    {
      hint: "Call recover(target), which finishes it or undoes it, or pass recover: true.",
    },
  );
}

/** True for what a transaction keeps on a target with directories: nothing is believed of it before its journal is there. */
export function isTransactionPath(path: string): boolean {
  return path.includes("/.upykit-tx/");
}
