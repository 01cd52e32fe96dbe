// Reads from a target what is needed to tell the versions of its libraries: all of what nobody recorded, and one .mpy
// file of each recorded library, whose header says whether the board of today still loads it.

import { joinPath } from "../../install/paths.js";
import type { InstallRecord } from "../../install/record.js";
import type { FileEntry, Target } from "../../targets/target.js";
import type { FoundLibrary } from "./find-libraries.js";

/** Bytes read from the target; `done` only grows. */
export interface ReadProgress {
  readonly type: "read";
  /** Absolute. */
  readonly path: string;
  readonly done: number;
  readonly total: number;
}

/** What {@link readLibraries} takes besides target and libraries. */
export interface ReadOptions {
  readonly root: string;
  readonly record: InstallRecord;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** Larger files are no code. */
const largest = 1 << 20;

/** Contents by path below the root. */
export async function readLibraries(
  target: Target,
  libraries: readonly FoundLibrary[],
  { root, record, signal, onProgress }: ReadOptions,
): Promise<Map<string, Uint8Array>> {
  const files = libraries.flatMap((library) => filesToRead(library, record));
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const contents = new Map<string, Uint8Array>();
  let done = 0;
  for (const { path, size } of files) {
    const absolute = joinPath(root, path);
    contents.set(path, await target.fs.readFile(absolute, { signal }));
    done += size;
    onProgress?.({ type: "read", path: absolute, done, total });
  }
  return contents;
}

function filesToRead({ files }: FoundLibrary, record: InstallRecord): readonly FileEntry[] {
  const recorded = new Set(record.packages.flatMap((one) => one.files.map((file) => file.path)));
  const own = files.filter((file) => recorded.has(file.path));
  const sample = own.find((file) => file.path.endsWith(".mpy"));
  const others = files.filter((file) => !recorded.has(file.path) && file.size <= largest);
  return sample === undefined ? others : [sample, ...others];
}
