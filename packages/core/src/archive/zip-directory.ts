// The directory of a zip, read and held against everything that a hostile one tries. All readers of zips go through here:
// what comes out can be read without another look. Format: APPNOTE 6.3.10, 4.3.12 (zip64 included).

import type { RandomAccess, ReadOptions } from "./random-access.js";
import { checkZipRecords } from "./zip-checks.js";
import { brokenZip, zipTooLarge } from "./zip-error.js";
import type { KnownLimits } from "./zip-limits.js";
import { findDirectory, wholeNumber, type DirectoryPlace } from "./zip-tail.js";

/** One entry of the directory. */
export interface ZipRecord {
  /** As the zip has it; once {@link readZipDirectory} returns it, a safe path. */
  readonly path: string;
  readonly isFolder: boolean;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  /** General purpose bits. */
  readonly flags: number;
  readonly crc: number;
  /** Bytes when read. */
  readonly size: number;
  readonly packedSize: number;
  /** Of the local header, in the file. */
  readonly offset: number;
  /** Bytes of its name as the zip has it. */
  readonly nameSize: number;
  /** Unix mode; 0 when the zip was made elsewhere. */
  readonly mode: number;
}

const signature = 0x02014b50;
const headerSize = 46;
const none32 = 0xffffffff;
const zip64Extra = 1;
const unicodePathExtra = 0x7075;

/**
 * The files of a zip, sorted by path, every one safe to list and to read.
 * @throws `invalid-package`, `too-large`, and what reading throws
 */
export async function readZipDirectory(
  file: RandomAccess,
  limits: KnownLimits,
  options: ReadOptions = {},
): Promise<ZipRecord[]> {
  const place = await findDirectory(file, options);
  if (place.count > limits.maxEntries) {
    throw zipTooLarge(
      file.name,
      `it has ${place.count} entries, more than ${limits.maxEntries}`,
      "maxEntries",
    );
  }
  if (place.count * headerSize > place.size || place.size > place.count * 2048 + 65_536) {
    throw brokenZip(file.name, "its directory cannot have the size it says");
  }
  const bytes = place.size === 0 ? new Uint8Array(0) : await file.read(place.offset, place.size, options);
  const records = readRecords(bytes, place, file.name);
  checkZipRecords(records, { name: file.name, end: place.offset, limits, fileSize: file.size });
  return filesByPath(records);
}

/** Sorted as texts, which takes a tenth of the time of sorting with a function; each path is there once. */
function filesByPath(records: readonly ZipRecord[]): ZipRecord[] {
  const files = new Map<string, ZipRecord>();
  for (const record of records) if (!record.isFolder) files.set(record.path, record);
  return [...files.keys()].sort().flatMap((path) => files.get(path) ?? []);
}

function readRecords(bytes: Uint8Array, { count }: DirectoryPlace, name: string): ZipRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const directory = { view, text: new TextDecoder("latin1").decode(bytes) };
  const records: ZipRecord[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + headerSize > bytes.length || view.getUint32(at, true) !== signature) {
      throw brokenZip(name, `entry ${index + 1} of its directory is missing`);
    }
    const nameSize = view.getUint16(at + 28, true);
    const extraSize = view.getUint16(at + 30, true);
    const next = at + headerSize + nameSize + extraSize + view.getUint16(at + 32, true);
    if (next > bytes.length) throw brokenZip(name, `entry ${index + 1} of its directory breaks off`);
    records.push(readRecord(directory, { at, nameSize, extraSize }, name));
    at = next;
  }
  if (at !== bytes.length) throw brokenZip(name, "its directory has more in it than it says");
  return records;
}

interface RecordPlace {
  readonly at: number;
  readonly nameSize: number;
  readonly extraSize: number;
}

/** The directory as bytes, and decoded at once with a character for each byte: names of ASCII are cut out of it. */
interface DirectoryBytes {
  readonly view: DataView;
  readonly text: string;
}

/** A record without spreading or copying: a bundle has thousands, and they are read before the engine has warmed up. */
function readRecord(directory: DirectoryBytes, place: RecordPlace, name: string): ZipRecord {
  const { view } = directory;
  const { at, nameSize, extraSize } = place;
  const path = nameOf(directory, place, name);
  if (view.getUint16(at + 34, true) !== 0) throw brokenZip(name, "it is one part of a zip of several");
  const maker = view.getUint8(at + 5);
  const sizes = {
    size: view.getUint32(at + 24, true),
    packedSize: view.getUint32(at + 20, true),
    offset: view.getUint32(at + 42, true),
  };
  const isPlain = extraSize === 0 && Math.max(sizes.size, sizes.packedSize, sizes.offset) < none32;
  const { size, packedSize, offset } = isPlain ? sizes : wideSizes(sizes, { view, place }, name);
  return {
    path,
    isFolder: path.endsWith("/"),
    method: view.getUint16(at + 10, true),
    flags: view.getUint16(at + 8, true),
    crc: view.getUint32(at + 16, true),
    size,
    packedSize,
    offset,
    nameSize,
    mode: maker === 3 || maker === 19 ? view.getUint16(at + 40, true) : 0,
  };
}

function nameOf({ view, text }: DirectoryBytes, { at, nameSize }: RecordPlace, name: string): string {
  const start = at + headerSize;
  const cut = text.slice(start, start + nameSize);
  return beyondAscii.test(cut)
    ? decodeName(new Uint8Array(view.buffer, view.byteOffset + start, nameSize), name)
    : cut;
}

type Sizes = Pick<ZipRecord, "size" | "packedSize" | "offset">;

/** Sizes and offset, from the zip64 field where the directory says so. */
function wideSizes(
  { size, packedSize, offset }: Sizes,
  { view, place: { at, nameSize, extraSize } }: { view: DataView; place: RecordPlace },
  name: string,
): Sizes {
  const extra = extraFields(view, { start: at + headerSize + nameSize, size: extraSize }, name);
  if (extra.has(unicodePathExtra)) throw brokenZip(name, "an entry has two names");
  let from = extra.get(zip64Extra) ?? null;
  const wide = (value: number): number => {
    if (value !== none32) return value;
    if (from === null || from.at + 8 > from.end) throw brokenZip(name, "the size of an entry is missing");
    const found = wholeNumber(view, from.at, name);
    from = { ...from, at: from.at + 8 };
    return found;
  };
  // In the order in which the field has them.
  const wideSize = wide(size);
  return { size: wideSize, packedSize: wide(packedSize), offset: wide(offset) };
}

interface Span {
  readonly at: number;
  readonly end: number;
}

/** The extra fields of an entry by their id. */
function extraFields(
  view: DataView,
  { start, size }: { start: number; size: number },
  name: string,
): ReadonlyMap<number, Span> {
  const fields = new Map<number, Span>();
  const end = start + size;
  for (let at = start; at + 4 <= end;) {
    const next = at + 4 + view.getUint16(at + 2, true);
    if (next > end) throw brokenZip(name, "an extra field breaks off");
    const id = view.getUint16(at, true);
    if (id === zip64Extra && fields.has(id)) throw brokenZip(name, "an entry has two sizes");
    fields.set(id, { at: at + 4, end: next });
    at = next;
  }
  return fields;
}

// eslint-disable-next-line no-control-regex -- all of ASCII is meant
const beyondAscii = /[^\u0000-\u007f]/;

/** Made once: making one takes longer than most names. */
let utf8: TextDecoder | undefined;

/** Names are taken for UTF-8 whatever the flag says: plain ones are ASCII, and other code pages are nobody's guess. */
function decodeName(raw: Uint8Array, name: string): string {
  try {
    return (utf8 ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })).decode(raw);
  } catch (cause) {
    throw brokenZip(name, "the name of an entry is not UTF-8", cause);
  }
}
