// A zip as an Archive, from anything that can be read at any place.

import { UpyError } from "../errors.js";
import type { Archive } from "./archive.js";
import { bytesAccess, type RandomAccess, type ReadOptions } from "./random-access.js";
import { readZipDirectory, type ZipRecord } from "./zip-directory.js";
import { readZipEntry } from "./zip-entry.js";
import { knownLimits, type ArchiveLimits, type KnownLimits } from "./zip-limits.js";

/** What {@link zipArchive} takes. */
export interface ZipArchiveOptions extends ArchiveLimits, ReadOptions {
  /** For messages, and for what the name of a bundle tells. Default "the zip". */
  readonly name?: string | undefined;
}

/** A zip in memory. @throws `invalid-package` for what is damaged or hostile; `too-large` */
export function zipArchive(bytes: Uint8Array, options: ZipArchiveOptions = {}): Promise<Archive> {
  return openZipFrom(bytesAccess(options.name ?? "the zip", bytes), options);
}

/** A zip that is read through `file`, which the archive closes; it is closed too when this rejects. */
export async function openZipFrom(
  file: RandomAccess,
  options: ArchiveLimits & ReadOptions,
): Promise<Archive> {
  const limits = knownLimits(options);
  const records = await readOrClose(file, limits, options);
  return recordsArchive(records, {
    name: file.name,
    read: (record, call) => readZipEntry({ file, limits }, record, call),
    close: () => file.close(),
  });
}

/** How the entries of an archive are read. */
export interface EntryReader {
  readonly name: string;
  read(record: ZipRecord, options: ReadOptions | undefined): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The archive of a directory that was read. */
export function recordsArchive(records: readonly ZipRecord[], reader: EntryReader): Archive {
  const byPath = new Map(records.map((record) => [record.path, record]));
  return {
    name: reader.name,
    entries: records.map(({ path, size }) => ({ path, size })),
    read: async (path, options) => {
      options?.signal?.throwIfAborted();
      const record = byPath.get(path);
      if (record === undefined) throw new UpyError("file-not-found", `${reader.name} has no ${path}`);
      return reader.read(record, options);
    },
    close: () => reader.close(),
  };
}

/** The directory; closes the file when it cannot be read. */
export async function readOrClose(
  file: RandomAccess,
  limits: KnownLimits,
  options: ReadOptions,
): Promise<ZipRecord[]> {
  try {
    return await readZipDirectory(file, limits, options);
  } catch (error) {
    await file.close();
    throw error;
  }
}
