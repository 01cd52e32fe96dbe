// One entry of a zip to its contents: the local header held against the directory, unpacked no further than it says,
// and checked by size and CRC.

import { isUpyError } from "../errors.js";
import { crc32 } from "./crc32.js";
import { platformZlib } from "./platform-zlib.js";
import type { RandomAccess, ReadOptions } from "./random-access.js";
import type { ZipRecord } from "./zip-directory.js";
import { brokenZip, shownName, zipTooLarge } from "./zip-error.js";
import type { KnownLimits } from "./zip-limits.js";

const signature = 0x04034b50;
/** Bytes of a local header before its name. */
export const localHeaderSize = 30;
/** What extra fields usually take in a local header: read along, so that one read is enough. */
const usualExtra = 64;
const hasDescriptor = 0x0008;
/** Stands where the zip64 field has the size. */
const none32 = 0xffffffff;
/** Packed bytes at a time: what comes out of so many stays small, however tight they are packed. */
const step = 4096;

/** A zip that was opened. */
export interface OpenZip {
  readonly file: RandomAccess;
  readonly limits: KnownLimits;
}

/** The contents of an entry. @throws `invalid-package`, `too-large`, and what reading throws */
export async function readZipEntry(
  { file, limits }: OpenZip,
  record: ZipRecord,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  checkFileSize(record, file.name, limits);
  return unpackEntry(await readPacked(file, record, options), record, file.name);
}

/** The contents of an entry from its packed bytes, held to what the directory promised. @throws `invalid-package` */
export async function unpackEntry(packed: Uint8Array, record: ZipRecord, name: string): Promise<Uint8Array> {
  const { path, size, crc, method } = record;
  const content = method === 0 ? packed.slice() : await inflate(packed, record, name);
  if (content.length !== size) throw brokenZip(name, `${shownName(path)} has not the size it says`);
  if (crc32(content) !== crc) throw brokenZip(name, `${shownName(path)} is damaged: its checksum is wrong`);
  return content;
}

/** @throws `too-large` */
export function checkFileSize({ path, size }: ZipRecord, name: string, { maxFileSize }: KnownLimits): void {
  if (size > maxFileSize)
    throw zipTooLarge(name, `${shownName(path)} is larger than ${maxFileSize} bytes`, "maxFileSize");
}

async function readPacked(file: RandomAccess, record: ZipRecord, options: ReadOptions): Promise<Uint8Array> {
  const { offset, nameSize, packedSize } = record;
  const guess = Math.min(localHeaderSize + nameSize + usualExtra + packedSize, file.size - offset);
  const bytes = await file.read(offset, guess, options);
  const start = checkLocalHeader(bytes, record, file.name);
  if (start + packedSize <= bytes.length) return bytes.subarray(start, start + packedSize);
  if (offset + start + packedSize > file.size)
    throw brokenZip(file.name, `${shownName(record.path)} breaks off`);
  return file.read(offset + start, packedSize, options);
}

/** Where the contents start behind the local header, which has to say what the directory says. @throws `invalid-package` */
export function checkLocalHeader(bytes: Uint8Array, record: ZipRecord, name: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const differs = (): Error => brokenZip(name, `${shownName(record.path)} is not what the directory says`);
  if (bytes.length < localHeaderSize + record.nameSize || view.getUint32(0, true) !== signature)
    throw differs();
  const path = new TextDecoder().decode(bytes.subarray(localHeaderSize, localHeaderSize + record.nameSize));
  if (view.getUint16(26, true) !== record.nameSize || path !== record.path) throw differs();
  if (view.getUint16(8, true) !== record.method || ((view.getUint16(6, true) ^ record.flags) & 1) !== 0)
    throw differs();
  const isLater = (view.getUint16(6, true) & hasDescriptor) !== 0;
  if (!isLater && view.getUint32(14, true) !== record.crc) throw differs();
  const sizes = [
    [view.getUint32(18, true), record.packedSize],
    [view.getUint32(22, true), record.size],
  ] as const;
  if (!isLater && sizes.some(([local, known]) => local !== known && local !== none32)) throw differs();
  return localHeaderSize + record.nameSize + view.getUint16(28, true);
}

async function inflate(packed: Uint8Array, record: ZipRecord, name: string): Promise<Uint8Array> {
  const zlib = platformZlib();
  if (zlib === undefined) return inflateHere(packed, record, name);
  const { path, size } = record;
  try {
    const limits = { maxOutputLength: Math.max(size, 1), chunkSize: Math.min(Math.max(size, 64), 65_536) };
    return new Uint8Array(zlib.inflateRawSync(packed, limits));
  } catch (error) {
    const isLarger = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw brokenZip(name, `${shownName(path)} is ${isLarger ? "larger than it says" : "damaged"}`, error);
  }
}

/** Where the platform cannot do it at once. */
async function inflateHere(packed: Uint8Array, { path, size }: ZipRecord, name: string): Promise<Uint8Array> {
  // Loaded when an entry is unpacked: most of what this file is part of never meets a zip.
  const { Inflate } = await import("fflate");
  const content = new Uint8Array(size);
  let length = 0;
  const inflater = new Inflate((chunk) => {
    if (length + chunk.length > size) throw brokenZip(name, `${shownName(path)} is larger than it says`);
    content.set(chunk, length);
    length += chunk.length;
  });
  try {
    for (let at = 0; at < packed.length || at === 0; at += step) {
      inflater.push(packed.subarray(at, at + step), at + step >= packed.length);
    }
  } catch (error) {
    if (isUpyError(error)) throw error;
    throw brokenZip(name, `${shownName(path)} is damaged`, error);
  }
  if (length < size) throw brokenZip(name, `${shownName(path)} is smaller than it says`);
  return content;
}
