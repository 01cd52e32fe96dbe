// What is in a ROMFS image, as values.

/** A file, or an empty directory (which a file list could not say), in a ROMFS image. */
export type RomfsEntry = RomfsFile | RomfsDirectory;

/** A file. `path` is POSIX and relative to the image's root: "lib/aiohttp/__init__.mpy". */
export interface RomfsFile {
  readonly path: string;
  readonly content: Uint8Array;
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
