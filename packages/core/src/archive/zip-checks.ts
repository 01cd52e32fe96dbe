// What is refused of a zip before anything is read from it. One bad entry condemns the archive: who makes one has
// something in mind. It does not know packages; what may be installed is checked again, more strictly, where it is.

import { findClash } from "../path-clash.js";
import { pathProblem } from "./entry-path.js";
import type { ZipRecord } from "./zip-directory.js";
import { localHeaderSize } from "./zip-entry.js";
import { brokenZip, shownName, zipTooLarge } from "./zip-error.js";
import type { KnownLimits } from "./zip-limits.js";

/** What {@link checkZipRecords} takes besides the records. */
export interface CheckedZip {
  readonly name: string;
  /** Where the entries end and the directory starts. */
  readonly end: number;
  readonly fileSize: number;
  readonly limits: KnownLimits;
}

const encrypted = 0x0001;
const patched = 0x0020;
const strongEncryption = 0x0040;
const maskedHeader = 0x2000;
const linkMode = 0xa000;
const kindMask = 0xf000;
const plainKinds: readonly number[] = [0, 0x4000, 0x8000];
/** Deflate cannot pack tighter than this. */
const deflateRatio = 1032;

/** @throws `invalid-package`, `too-large` */
export function checkZipRecords(records: readonly ZipRecord[], zip: CheckedZip): void {
  for (const record of records) {
    checkPath(record.path, zip.name);
    checkKind(record, zip.name);
    checkSizes(record, zip);
  }
  checkNames(records, zip.name);
  checkOverlaps(records, zip);
  checkTotal(records, zip);
}

function checkPath(path: string, name: string): void {
  const problem = pathProblem(path);
  if (problem !== null) throw brokenZip(name, `the entry ${shownName(path)} ${problem}`);
}

function checkKind({ path, flags, mode, method, isFolder, size }: ZipRecord, name: string): void {
  const kind = mode & kindMask;
  if (kind === linkMode) throw brokenZip(name, `the entry ${shownName(path)} is a symbolic link`);
  if (!plainKinds.includes(kind)) throw brokenZip(name, `the entry ${shownName(path)} is a device or a pipe`);
  if ((flags & (encrypted | strongEncryption | maskedHeader)) !== 0)
    throw brokenZip(name, `the entry ${shownName(path)} is encrypted`);
  if ((flags & patched) !== 0)
    throw brokenZip(name, `the entry ${shownName(path)} is a patch of another file`);
  if (method !== 0 && method !== 8)
    throw brokenZip(name, `the entry ${shownName(path)} is packed by method ${method}, which is not known`);
  if (isFolder && size > 0) throw brokenZip(name, `the folder ${shownName(path)} has contents`);
}

function checkSizes(
  { path, method, size, packedSize, offset, nameSize }: ZipRecord,
  { name, end }: CheckedZip,
): void {
  if (offset + localHeaderSize + nameSize + packedSize > end) {
    throw brokenZip(name, `the entry ${shownName(path)} is not inside the archive`);
  }
  const isPossible =
    method === 0 ? size === packedSize : size <= packedSize * deflateRatio && packedSize <= size * 2 + 1024;
  if (!isPossible) throw brokenZip(name, `the entry ${shownName(path)} lies about its size`);
}

/** Each path once, also where case does not count, and no file that is a folder too. */
function checkNames(records: readonly ZipRecord[], name: string): void {
  const clash = findClash(records.map(({ path }) => path));
  if (clash !== null) throw brokenZip(name, `it has ${shownName(clash[0])} beside ${shownName(clash[1])}`);
}

/** Entries that share bytes are how a small file is made to hold a large tree. */
function checkOverlaps(records: readonly ZipRecord[], { name }: CheckedZip): void {
  const sorted = [...records].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { path, offset, nameSize, packedSize } of sorted) {
    if (offset < end) throw brokenZip(name, `the entry ${shownName(path)} shares bytes with another`);
    end = offset + localHeaderSize + nameSize + packedSize;
  }
}

function checkTotal(records: readonly ZipRecord[], { name, fileSize, limits }: CheckedZip): void {
  const total = records.reduce((sum, { size }) => sum + size, 0);
  if (total > limits.maxTotalSize) throw zipTooLarge(name, `it unpacks to ${total} bytes`, "maxTotalSize");
  if (total > 1024 * 1024 && total > fileSize * limits.maxRatio) {
    throw zipTooLarge(
      name,
      `it unpacks to ${total} bytes, more than ${limits.maxRatio} times its own size`,
      "maxRatio",
    );
  }
}
