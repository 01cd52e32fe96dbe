// Files that keep computers from leaving theirs on a drive. CircuitPython writes the same four when it formats one.
// Source: supervisor/shared/filesystem.c of CircuitPython 10.2.

import type { Target, TargetCallOptions } from "../../targets/target.js";

const files = ["/.fseventsd/no_log", "/.metadata_never_index", "/.Trashes", "/.Trash-1000"] as const;

/** Writes what keeps macOS and Linux from indexing a drive, logging its changes and keeping a trash there. Returns what it wrote. */
export async function preventHostDroppings(
  target: Target,
  options: TargetCallOptions = {},
): Promise<readonly string[]> {
  const found = await target.fs.stat(files, options);
  const missing = files.filter((_, index) => found[index] === null);
  await target.fs.writeFiles(
    missing.map((path) => ({ path, content: new Uint8Array(0) })),
    options,
  );
  return missing;
}
