// Everything a program imports, across the files of a target: who imports what in which line, what that loads, and what
// nothing provides. It does not run code and does not judge; explain-imports.ts does.

import type { Environment } from "../environment.js";
import { isUpyError } from "../errors.js";
import type { Target, TargetCallOptions } from "../targets/target.js";
import { entryFiles } from "./entry-files.js";
import { type FileIndex, indexFiles } from "./file-index.js";
import { GraphBuilder } from "./graph-builder.js";
import type { ImportLocation } from "./resolve-import.js";
import type { ScanProblem } from "./scan-file.js";

/** One import in one file. A `from a import b` counts once for `a`, and once for `b` where that is a module too. */
export interface GraphImport {
  /** The file that it stands in. */
  readonly from: string;
  readonly line: number;
  /** Bytes of the line, from 1; 0 in an .mpy file. */
  readonly column: number;
  readonly kind: "statement" | "call";
  /** The absolute dotted name; null for a relative import that leads out of the topmost package. */
  readonly name: string | null;
  /** As the file says it, with leading dots: "..a.b". */
  readonly written: string;
  /** It may not run: it stands in a function, branch, loop or `try`. */
  readonly conditional: boolean;
  /** When it fails, the program knows what to do: ImportError is caught, and another import of its `try` works if there is one. */
  readonly optional: boolean;
  /** What is loaded; null when the import fails. */
  readonly found: ImportLocation | null;
  /** What has the name too and is not loaded. */
  readonly hidden: readonly ImportLocation[];
  /** The first part of the name that nothing provides: "a.b" of "a.b.c"; null when nothing is missing, or `name` is null. */
  readonly missing: string | null;
}

/** A file that was read. */
export interface GraphFile {
  readonly path: string;
  /** The name that it is imported under; null for a file that the board starts. */
  readonly module: string | null;
  /** Why its imports are not known; null when they are. */
  readonly problem: FileProblem | null;
}

/** Why the imports of a file are not known. */
export type FileProblem =
  | ScanProblem
  /** It is larger than the limit, or was one file too many. */
  | { readonly code: "too-large"; readonly message: string; readonly line: null }
  /** It was listed, but could not be read. */
  | { readonly code: "unreadable"; readonly message: string; readonly line: null };

/** What {@link importGraph} finds. */
export interface ImportGraph {
  /** The files that it started from, in their order. */
  readonly entries: readonly string[];
  /** Every file that is loaded, in the order in which it was found. */
  readonly files: readonly GraphFile[];
  /** By file, then in the order of the file. */
  readonly imports: readonly GraphImport[];
}

/** What {@link importGraph} takes. */
export interface ImportGraphOptions extends TargetCallOptions {
  /** Files to start from; by default those that the board starts by itself (boot.py, code.py, main.py, …). */
  readonly entries?: readonly string[] | undefined;
  /** What runs the code; the target is asked by default. */
  readonly environment?: Environment | undefined;
  /** Whether names that differ in case only are the same file; by default found out. */
  readonly caseInsensitive?: boolean | undefined;
  /** Most files to read; 2000 by default. */
  readonly maxFiles?: number | undefined;
  /** Most bytes of one file; 1 MiB by default. */
  readonly maxFileSize?: number | undefined;
  /** Called after each batch: files read of all that are known so far. */
  readonly onProgress?: ((progress: GraphProgress) => void) | undefined;
}

/** How far {@link importGraph} is. */
export interface GraphProgress {
  readonly type: "read";
  readonly done: number;
  /** Files known so far; it grows. */
  readonly total: number;
}

/** Follows all imports from the files that the board starts. @throws `file-not-found` for an entry that is not there */
export async function importGraph(target: Target, options: ImportGraphOptions = {}): Promise<ImportGraph> {
  const { signal } = options;
  const environment = options.environment ?? (await target.environment({ signal }));
  const index = await indexFiles(target, environment, options);
  return graphOf(target, index, { ...options, environment });
}

/** {@link importGraph} for a target whose files are known. */
export async function graphOf(
  target: Target,
  index: FileIndex,
  options: ImportGraphOptions & { readonly environment: Environment },
): Promise<ImportGraph> {
  const { environment, signal } = options;
  const entries = options.entries ?? entryFiles((path) => index.lookup(path) === "file", environment);
  const builder = new GraphBuilder(index, environment, {
    files: options.maxFiles ?? 2000,
    bytes: options.maxFileSize ?? 1024 * 1024,
  });
  builder.start(entries);
  for (let batch = builder.nextBatch(); batch.length > 0; batch = builder.nextBatch()) {
    signal?.throwIfAborted();
    const contents = await readFiles(target, batch, signal);
    for (const [at, path] of batch.entries()) builder.add(path, contents[at] ?? null);
    options.onProgress?.({ type: "read", ...builder.progress });
  }
  return builder.finish(entries);
}

/** Contents of files, null where one cannot be read; in few round trips where the target can. */
export async function readFiles(
  { fs }: Target,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<(Uint8Array | null)[]> {
  if (paths.length === 0) return [];
  if (fs.readFiles) return fs.readFiles(paths, { signal });
  return Promise.all(paths.map((path) => readOne(fs, path, signal)));
}

async function readOne(
  fs: Target["fs"],
  path: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | null> {
  try {
    return await fs.readFile(path, { signal });
  } catch (error) {
    if (unreadable.some((code) => isUpyError(error, code))) return null;
    throw error;
  }
}

const unreadable = ["file-not-found", "is-directory", "access-denied", "io-error"] as const;

/** A module that nothing provides, and who wants it. */
export interface MissingModule {
  /** The dotted name: "adafruit_motor.servo". */
  readonly name: string;
  /** True when no import of it has to work. */
  readonly optional: boolean;
  readonly imports: readonly GraphImport[];
}

/** The modules of a graph that nothing provides, sorted by name. */
export function missingModules(graph: ImportGraph): MissingModule[] {
  const byName = new Map<string, GraphImport[]>();
  for (const one of graph.imports) {
    if (one.missing !== null) byName.set(one.missing, [...(byName.get(one.missing) ?? []), one]);
  }
  return [...byName]
    .map(([name, imports]) => ({ name, optional: imports.every(({ optional }) => optional), imports }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
