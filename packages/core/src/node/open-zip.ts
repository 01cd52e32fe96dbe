// A zip on disk as an Archive: opened by its directory, never unpacked whole, however large. node-stream-zip finds and
// reads the entries; what it believes (names twice, sizes, a second end) and where it would hang or throw past its
// caller is settled before, by the same checks that all zips go through, and both have to see the same entries.

import { open, type FileHandle } from "node:fs/promises";
import StreamZip from "node-stream-zip";
import { abortable } from "../abortable.js";
import type { Archive } from "../archive/archive.js";
import type { RandomAccess, ReadOptions } from "../archive/random-access.js";
import { recordsArchive, readOrClose } from "../archive/zip-archive.js";
import type { ZipRecord } from "../archive/zip-directory.js";
import { checkFileSize, checkLocalHeader, localHeaderSize, unpackEntry } from "../archive/zip-entry.js";
import { brokenZip, shownName } from "../archive/zip-error.js";
import { knownLimits, type ArchiveLimits } from "../archive/zip-limits.js";
import { mapErrno } from "./map-errno.js";

/** What {@link openZip} takes. */
export interface OpenZipOptions extends ArchiveLimits, ReadOptions {}

/** Opens a zip on disk; it is held open until closed. @throws `file-not-found`, `access-denied`, `invalid-package`, `too-large` */
export async function openZip(path: string, options: OpenZipOptions = {}): Promise<Archive> {
  const limits = knownLimits(options);
  const file = await fileAccess(path);
  const records = await readOrClose(file, limits, options);
  const entries = new Entries(file, records);
  return recordsArchive(records, {
    name: path,
    read: async (record, call) => {
      checkFileSize(record, path, limits);
      return unpackEntry(await abortable(entries.readPacked(record), call?.signal), record, path);
    },
    close: () => file.close(),
  });
}

interface OpenFile extends RandomAccess {
  readonly handle: FileHandle;
}

async function fileAccess(path: string): Promise<OpenFile> {
  try {
    const handle = await open(path, "r");
    const { size } = await handle.stat();
    return { name: path, size, handle, read: readFrom(handle, path), close: closeOnce(handle) };
  } catch (error) {
    throw mapErrno(error, path) as Error;
  }
}

function readFrom(handle: FileHandle, path: string): RandomAccess["read"] {
  return async (offset, length, options) => {
    options?.signal?.throwIfAborted();
    const bytes = new Uint8Array(length);
    let done = 0;
    try {
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw brokenZip(path, "it became shorter while it was read");
        done += bytesRead;
      }
    } catch (error) {
      throw mapErrno(error, path) as Error;
    }
    return bytes;
  };
}

function closeOnce(handle: FileHandle): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => (closing ??= handle.close());
}

/** The entries as node-stream-zip sees them; found when the first is read. */
class Entries {
  readonly #file: OpenFile;
  readonly #records: readonly ZipRecord[];
  #opening: Promise<StreamZip> | undefined;

  constructor(file: OpenFile, records: readonly ZipRecord[]) {
    this.#file = file;
    this.#records = records;
  }

  async readPacked(record: ZipRecord): Promise<Uint8Array> {
    const zip = await (this.#opening ??= this.#open());
    const entry = this.#same(zip, record);
    await this.#checkLocalHeader(record);
    try {
      return await readAll(await packedStream(zip, entry), record.packedSize);
    } catch (error) {
      const { name } = this.#file;
      const mapped = mapErrno(error, name) as Error;
      throw mapped === error ? brokenZip(name, `${shownName(record.path)} cannot be read`, error) : mapped;
    }
  }

  async #checkLocalHeader(record: ZipRecord): Promise<void> {
    const header = await this.#file.read(record.offset, localHeaderSize + record.nameSize);
    checkLocalHeader(header, record, this.#file.name);
  }

  async #open(): Promise<StreamZip> {
    const { name, handle } = this.#file;
    // Names were checked already, and more strictly. The file stays ours: `zip.close()` is never called.
    const zip = new StreamZip({ fd: handle.fd, skipEntryNameValidation: true });
    try {
      await new Promise<void>((resolve, reject) => {
        zip.on("ready", resolve);
        zip.on("error", reject);
      });
    } catch (error) {
      throw brokenZip(name, "its directory cannot be read", error);
    }
    for (const record of this.#records) this.#same(zip, record);
    return zip;
  }

  /** The entry of a record, which two readers have to see alike. */
  #same(zip: StreamZip, record: ZipRecord): StreamZip.ZipEntry {
    const entry = zip.entry(record.path);
    const isSame =
      entry?.size === record.size &&
      entry.compressedSize === record.packedSize &&
      entry.crc === record.crc &&
      entry.offset === record.offset;
    if (entry !== undefined && isSame) return entry;
    throw brokenZip(this.#file.name, `${shownName(record.path)} is another file to other programs`);
  }
}

/** The bytes of an entry as they are packed: what would be piped on inside would lose errors, and unpack without a limit. */
function packedStream(zip: StreamZip, entry: StreamZip.ZipEntry): Promise<AsyncIterable<unknown>> {
  const raw = Object.create(entry) as StreamZip.ZipEntry;
  const fixed = (value: number): PropertyDescriptor => ({ get: () => value, set: () => undefined });
  // "Stored", and "checksum comes later": both are read from the local header otherwise.
  Object.defineProperties(raw, { method: fixed(0), flags: fixed(8) });
  return new Promise((resolve, reject) => {
    zip.stream(raw, (error, stream) => {
      if (stream === undefined) reject(error instanceof Error ? error : new Error("no stream"));
      else resolve(stream);
    });
  });
}

async function readAll(stream: AsyncIterable<unknown>, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let length = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new Error("no bytes");
    bytes.set(chunk.subarray(0, size - length), length);
    length += chunk.length;
  }
  if (length !== size) throw new Error(`${length} of ${size} bytes are there`);
  return bytes;
}
