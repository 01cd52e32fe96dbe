// A zip on disk as an Archive: opened by its directory, never unpacked whole, however large. node-stream-zip reads the
// entries; what it would believe (names twice, sizes, a second end), and where it would hang or throw past its caller, is
// settled before by the checks that all zips go through.

import { open, type FileHandle } from "node:fs/promises";
import { createRequire } from "node:module";
import type StreamZip from "node-stream-zip";
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
  const entries = new Entries(file);
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

/** The entries as node-stream-zip reads them; it is started when the first is read. */
class Entries {
  readonly #file: OpenFile;
  #opening: Promise<Opened> | undefined;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  async readPacked(record: ZipRecord): Promise<Uint8Array> {
    const { name } = this.#file;
    const { zip, kind } = await (this.#opening ??= start(this.#file));
    const header = await this.#file.read(record.offset, localHeaderSize + record.nameSize);
    checkLocalHeader(header, record, name);
    try {
      return await readAll(await packedStream(zip, entryOf(record, kind)), record.packedSize);
    } catch (error) {
      const mapped = mapErrno(error, name) as Error;
      throw mapped === error ? brokenZip(name, `${shownName(record.path)} cannot be read`, error) : mapped;
    }
  }
}

interface Opened {
  readonly zip: StreamZip;
  /** What its entries inherit from. */
  readonly kind: object;
}

/** Thrown to node-stream-zip, to stop it. */
class Enough extends Error {
  readonly kind: object;

  constructor(kind: object) {
    super("enough");
    this.kind = kind;
  }
}

/**
 * node-stream-zip lists all entries before it gives one. The list is known, and was checked as it does not check its own:
 * it is stopped at the first entry, which shows what entries are made of. The file stays ours, and is not closed by it.
 */
async function start({ name, handle }: OpenFile): Promise<Opened> {
  const Zip = await loadStreamZip();
  const zip = new Zip({
    fd: handle.fd,
    storeEntries: false,
    skipEntryNameValidation: true,
    chunkSize: 1024,
  });
  const error = await new Promise<unknown>((resolve) => {
    zip.on("entry", (entry) => {
      throw new Enough(Object.getPrototypeOf(entry) as object);
    });
    zip.on("error", resolve);
    zip.on("ready", () => resolve(null));
  });
  if (error instanceof Enough) return { zip, kind: error.kind };
  throw brokenZip(name, "its directory cannot be read", error);
}

/**
 * Loaded when a file of a zip is read: who reads folders need not wait for it. Required where it lies beside us, which
 * takes a quarter of the time of importing what is CommonJS; imported where a bundler has taken it in.
 */
async function loadStreamZip(): Promise<typeof StreamZip> {
  try {
    // A CommonJS build has no `import.meta`.
    const here = typeof __filename === "string" ? __filename : import.meta.url;
    return createRequire(here)("node-stream-zip") as typeof StreamZip;
  } catch {
    return (await import("node-stream-zip")).default;
  }
}

/**
 * An entry that is read as it is packed: "stored", and "the checksum comes later", whatever its local header says. What
 * node-stream-zip would pipe on inside would lose errors, and unpack without a limit.
 */
function entryOf(record: ZipRecord, kind: object): StreamZip.ZipEntry {
  const fixed = (value: number): PropertyDescriptor => ({ get: () => value, set: () => undefined });
  const entry = Object.create(kind, { method: fixed(0), flags: fixed(8) }) as StreamZip.ZipEntry;
  const { path, offset, crc, size, packedSize } = record;
  return Object.assign(entry, {
    name: path,
    isDirectory: false,
    offset,
    crc,
    size,
    compressedSize: packedSize,
  });
}

function packedStream(zip: StreamZip, entry: StreamZip.ZipEntry): Promise<AsyncIterable<unknown>> {
  return new Promise((resolve, reject) => {
    zip.stream(entry, (error, stream) => {
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
