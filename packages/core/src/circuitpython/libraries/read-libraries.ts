// Reads from a target what is needed to tell the versions of its libraries: all of what nobody recorded, and one .mpy
// file of each recorded library, whose header says whether the board of today still loads it.

import { readFiles } from "../../imports/import-graph.js";
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
  /** Absolute paths of recorded files that are not as the record says. */
  readonly changed: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** Larger files are no code. */
const largest = 1 << 20;
const batchSize = 64 << 10;

/** Contents by path below the root. */
export async function readLibraries(
  target: Target,
  libraries: readonly FoundLibrary[],
  { root, record, changed, signal, onProgress }: ReadOptions,
): Promise<Map<string, Uint8Array>> {
  const recorded = new Set(
    record.packages
      .flatMap((one) => one.files.map((file) => file.path))
      .filter((path) => !changed.has(joinPath(root, path))),
  );
  const files = libraries.flatMap((library) => filesToRead(library, recorded));
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const contents = new Map<string, Uint8Array>();
  let done = 0;
  for (const batch of batches(files)) {
    const absolute = batch.map((file) => joinPath(root, file.path));
    const read = await readFiles(target, absolute, signal);
    for (const [index, { path, size }] of batch.entries()) {
      const content = read[index];
      if (content != null) contents.set(path, content);
      done += size;
      onProgress?.({ type: "read", path: joinPath(root, path), done, total });
    }
  }
  return contents;
}

/** Files in groups that are worth one round trip each. */
function batches(files: readonly FileEntry[]): FileEntry[][] {
  const groups: FileEntry[][] = [];
  let size = Infinity;
  for (const file of files) {
    if (size + file.size > batchSize) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(file);
    size += file.size;
  }
  return groups;
}

/** `recorded`: files that are as the record says; one of them tells for which board all were made. */
function filesToRead({ files }: FoundLibrary, recorded: ReadonlySet<string>): readonly FileEntry[] {
  const sample = files.find((file) => recorded.has(file.path) && file.path.endsWith(".mpy"));
  const others = files.filter((file) => !recorded.has(file.path) && file.size <= largest);
  return sample === undefined ? others : [sample, ...others];
}
