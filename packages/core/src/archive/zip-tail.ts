// The end of a zip: where its directory is. Format: APPNOTE 6.3.10, 4.3.14–4.3.16 (zip64 included).
// An end record counts only when its comment reaches exactly to the end of the file, and there must be only one that
// anybody could take for it: two readers that disagree about it would see two different archives.

import type { RandomAccess, ReadOptions } from "./random-access.js";
import { brokenZip } from "./zip-error.js";

/** Where the directory is. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

const endSignature = 0x06054b50;
const endSize = 22;
const locatorSignature = 0x07064b50;
const locatorSize = 20;
const end64Signature = 0x06064b50;
const end64Size = 56;
const none16 = 0xffff;
const none32 = 0xffffffff;

/** The most that the end of a zip can take: the record and the longest comment, and zip64's locator. */
export const longestTail: number = endSize + 0xffff + locatorSize;

/** Finds the directory. @throws `invalid-package` */
export async function findDirectory(file: RandomAccess, options: ReadOptions): Promise<DirectoryPlace> {
  if (file.size < endSize) throw brokenZip(file.name, "it is too short for a zip");
  const length = Math.min(file.size, longestTail);
  const tail = await file.read(file.size - length, length, options);
  const at = findEnd(tail, file.name);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  const place = readEnd(view, at, file.name);
  const endOffset = file.size - length + at;
  const isZip64 = place.count === none16 || place.size === none32 || place.offset === none32;
  const hasLocator = at >= locatorSize && view.getUint32(at - locatorSize, true) === locatorSignature;
  if (isZip64 && hasLocator) return readEnd64(file, { view, at: at - locatorSize, endOffset }, options);
  return placed(place, endOffset, file.name);
}

function findEnd(tail: Uint8Array, name: string): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  const at = lastSignature(tail, tail.length - endSize);
  if (at < 0) throw brokenZip(name, "it is no zip, or its end is missing");
  if (at + endSize + view.getUint16(at + 20, true) !== tail.length) {
    throw brokenZip(name, "it has an end record that is not at its end: bytes are missing or added");
  }
  refuseSecondEnd(tail, at, name);
  return at;
}

/** Where the last end record at or before `from` seems to start; -1 when there is none. Searching is faster than looking. */
function lastSignature(tail: Uint8Array, from: number): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  let at = from < 0 ? -1 : tail.lastIndexOf(0x50, from);
  while (at >= 0 && view.getUint32(at, true) !== endSignature)
    at = at === 0 ? -1 : tail.lastIndexOf(0x50, at - 1);
  return at;
}

/** A reader that looks from the front, or does not look at the comment's length, would take another record. */
function refuseSecondEnd(tail: Uint8Array, last: number, name: string): void {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  for (let at = lastSignature(tail, last - endSize); at >= 0; at = lastSignature(tail, at - 1)) {
    if (at + endSize + view.getUint16(at + 20, true) === view.byteLength) {
      throw brokenZip(name, "it has two ends, and shows other files to other programs");
    }
  }
}

function readEnd(view: DataView, at: number, name: string): { offset: number; size: number; count: number } {
  const disks = [view.getUint16(at + 4, true), view.getUint16(at + 6, true)];
  const counts = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)] as const;
  if (disks.some((disk) => disk !== 0 && disk !== none16) || counts[0] !== counts[1]) {
    throw brokenZip(name, "it is one part of a zip of several");
  }
  return { count: counts[1], size: view.getUint32(at + 12, true), offset: view.getUint32(at + 16, true) };
}

interface Locator {
  readonly view: DataView;
  readonly at: number;
  /** Of the end record, in the file. */
  readonly endOffset: number;
}

async function readEnd64(
  file: RandomAccess,
  { view, at, endOffset }: Locator,
  options: ReadOptions,
): Promise<DirectoryPlace> {
  const where = wholeNumber(view, at + 8, file.name);
  if (view.getUint32(at + 4, true) !== 0 || view.getUint32(at + 16, true) > 1) {
    throw brokenZip(file.name, "it is one part of a zip of several");
  }
  if (where + end64Size > endOffset - locatorSize)
    throw brokenZip(file.name, "its zip64 record is not where it says");
  const bytes = await file.read(where, end64Size, options);
  const record = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (record.getUint32(0, true) !== end64Signature)
    throw brokenZip(file.name, "its zip64 record is not where it says");
  const count = wholeNumber(record, 32, file.name);
  if (
    record.getUint32(16, true) !== 0 ||
    record.getUint32(20, true) !== 0 ||
    wholeNumber(record, 24, file.name) !== count
  ) {
    throw brokenZip(file.name, "it is one part of a zip of several");
  }
  const place = {
    count,
    size: wholeNumber(record, 40, file.name),
    offset: wholeNumber(record, 48, file.name),
  };
  return placed(place, where, file.name);
}

/** The directory ends where the end record starts, and nothing is around that belongs to nothing. */
function placed(
  { count, size, offset }: { count: number; size: number; offset: number },
  end: number,
  name: string,
): DirectoryPlace {
  const extra = end - size - offset;
  if (extra < 0) throw brokenZip(name, "its directory is not where it says: bytes are missing");
  if (extra > 0) throw brokenZip(name, `it has ${extra} bytes that belong to nothing`);
  return { count, size, offset };
}

/** 64 bits as a number. @throws `invalid-package` above 2**53 */
export function wholeNumber(view: DataView, at: number, name: string): number {
  const value = view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
  if (!Number.isSafeInteger(value)) throw brokenZip(name, "a size in it cannot be one");
  return value;
}
