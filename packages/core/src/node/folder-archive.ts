// A folder on disk as an Archive, so that an unpacked bundle is read like a packed one.

import { readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Archive, ArchiveEntry } from "../archive/archive.js";
import { pathProblem } from "../archive/entry-path.js";
import type { ReadOptions } from "../archive/random-access.js";
import { UpyError } from "../errors.js";
import { defaultMaxFileSize } from "../sources/download.js";
import { mapErrno } from "./map-errno.js";
import { readPath } from "./read-local-file.js";

/** What {@link folderArchive} takes. */
export interface FolderArchiveOptions extends ReadOptions {
  /** Most files. Default 50,000. */
  readonly maxEntries?: number | undefined;
  /** Most bytes of one file. Default 16 MiB. */
  readonly maxFileSize?: number | undefined;
}

/**
 * The files of a folder and below, as they are now. Links are left out, and so is what has a name that no archive could
 * have. @throws `file-not-found`, `not-directory`, `access-denied`, `too-large`
 */
export async function folderArchive(path: string, options: FolderArchiveOptions = {}): Promise<Archive> {
  const { maxEntries = 50_000, maxFileSize = defaultMaxFileSize } = options;
  const names = await listFiles(path);
  if (names.length > maxEntries) {
    throw new UpyError("too-large", `${path} has more than ${maxEntries} files`, {
      hint: "Raise maxEntries.",
    });
  }
  options.signal?.throwIfAborted();
  const entries = await Promise.all(names.map((name) => entryOf(path, name)));
  const known = new Map(entries.map((entry) => [entry.path, entry]));
  return {
    name: path,
    entries,
    read: async (name, call) => {
      call?.signal?.throwIfAborted();
      const content = known.has(name) ? await readPath(join(path, name), maxFileSize) : null;
      if (content === null) throw new UpyError("file-not-found", `${path} has no ${name}`);
      return content;
    },
    close: () => Promise.resolve(),
  };
}

async function listFiles(path: string): Promise<string[]> {
  try {
    const found = await readdir(path, { recursive: true, withFileTypes: true });
    return found
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(join(path, "x").length - 1)
          .replaceAll(sep, "/"),
      )
      .filter((name) => pathProblem(name) === null)
      .sort();
  } catch (error) {
    throw mapErrno(error, path) as Error;
  }
}

async function entryOf(path: string, name: string): Promise<ArchiveEntry> {
  try {
    return { path: name, size: (await stat(join(path, name))).size };
  } catch (error) {
    throw mapErrno(error, path) as Error;
  }
}
