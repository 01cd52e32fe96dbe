// A picture of the files of a target, taken in few round trips: what is where, in the way that its file system sees
// upper and lower case.

import type { Environment } from "../environment.js";
import type { FileEntry, Target, TargetCallOptions } from "../targets/target.js";
import type { PathLookup } from "./resolve-import.js";

/** The files of a target at one moment. */
export interface FileIndex {
  /** Sorted by path. */
  readonly entries: readonly FileEntry[];
  /** Whether names that differ in case only are the same file, as on FAT. */
  readonly caseInsensitive: boolean;
  /** What is at a path, spelled as the file system would take it; null where nothing is. */
  at(path: string): FileEntry | null;
  readonly lookup: PathLookup;
  /** The entries directly in a directory, by its path as it is listed; "" is the root. */
  children(directory: string): readonly FileEntry[];
}

/** What {@link indexFiles} takes. */
export interface IndexOptions extends TargetCallOptions {
  /** Whether names that differ in case only are the same file. By default: on CircuitPython yes, elsewhere what the target does. */
  readonly caseInsensitive?: boolean | undefined;
}

/** Directories in the root that no import looks into, and that can be large. */
const unrelated = /^\/(sd\d*|sdcard|\.[^/]*|system volume information)$/iu;

/** Looks at everything below the root that an import could find. */
export async function indexFiles(
  target: Target,
  environment: Pick<Environment, "implementation" | "sysPath">,
  options: IndexOptions = {},
): Promise<FileIndex> {
  const { signal } = options;
  const root = await target.fs.list("/", { signal });
  const folders = root.filter(
    ({ type, path }) => type === "directory" && isSearched(path, environment.sysPath),
  );
  const trees = await Promise.all(folders.map(({ path }) => target.fs.walk(path, { signal })));
  const entries = [...root, ...trees.flat()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return fileIndex(
    entries,
    options.caseInsensitive ?? (await ignoresCase(target, environment, entries, signal)),
  );
}

function isSearched(path: string, sysPath: readonly string[]): boolean {
  return !unrelated.test(path) || sysPath.some((entry) => entry === path || entry.startsWith(`${path}/`));
}

/** An index of these entries. */
export function fileIndex(entries: readonly FileEntry[], caseInsensitive: boolean): FileIndex {
  const key = (path: string): string => (caseInsensitive ? path.toUpperCase() : path);
  const byPath = new Map(entries.map((entry) => [key(entry.path), entry]));
  const at = (path: string): FileEntry | null => {
    const plain = path.replaceAll(/\/{2,}/gu, "/");
    if (plain === "/" || plain === "") return { path: "/", type: "directory", size: 0 };
    return byPath.get(key(plain)) ?? null;
  };
  const byDirectory = new Map<string, FileEntry[]>();
  for (const entry of entries) {
    const directory = entry.path.slice(0, entry.path.lastIndexOf("/"));
    const siblings = byDirectory.get(directory);
    if (siblings === undefined) byDirectory.set(directory, [entry]);
    else siblings.push(entry);
  }
  const children = (directory: string): readonly FileEntry[] => byDirectory.get(directory) ?? [];
  return { entries, caseInsensitive, at, lookup: (path) => at(path)?.type ?? null, children };
}

/** Asks for a file by its name in the other case. */
async function ignoresCase(
  target: Target,
  { implementation }: Pick<Environment, "implementation">,
  entries: readonly FileEntry[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (implementation === "circuitpython") return true;
  const paths = new Set(entries.map(({ path }) => path));
  const swapped = entries.map(({ path }) => swapCase(path)).find((path) => !paths.has(path));
  if (swapped === undefined) return false;
  const [found] = await target.fs.stat([swapped], { signal });
  return found !== null;
}

function swapCase(path: string): string {
  return path.replaceAll(/[a-z]/giu, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
