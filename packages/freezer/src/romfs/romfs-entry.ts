// What is in a ROMFS image, as values.

import type { ManifestPlace } from "@upykit/core/manifest";

/** A file, or an empty directory (which a file list could not say), in a ROMFS image. */
export type RomfsEntry = RomfsFile | RomfsDirectory;

/** A file. `path` is POSIX and relative to the image's root: "lib/aiohttp/__init__.mpy". */
export interface RomfsFile {
  readonly path: string;
  readonly content: Uint8Array;
  /** Where a manifest names the file: errors about it then say so. */
  readonly place?: ManifestPlace | undefined;
}

/** A directory, to be there even when nothing is in it. */
export interface RomfsDirectory {
  readonly path: string;
  readonly directory: true;
}

/** Whether an entry is a directory. */
export function isDirectory(entry: RomfsEntry): entry is RomfsDirectory {
  return "directory" in entry;
}
