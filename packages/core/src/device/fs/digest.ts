// The digest by which a written file is verified, in the kind that the board can compute.

import type { FileSnippetVariant } from "../snippets/files.js";
import { sha256 } from "./sha256.js";

/** The digest of `data` as the board's H() computes it. */
export async function digest(data: Uint8Array, kind: FileSnippetVariant["hash"]): Promise<Uint8Array> {
  if (kind === "sha256") return sha256(data);
  return kind === "crc32" ? littleEndian(crc32(data), 4) : littleEndian(sum(data), 3);
}

/** Bytes of a digest. */
export function digestLength(kind: FileSnippetVariant["hash"]): number {
  return { sha256: 32, crc32: 4, sum: 3 }[kind];
}

/** The sum of all bytes, as Python's sum() gives it: enough to notice a lost or changed byte of a name. */
export function byteSum(data: Uint8Array): number {
  return data.reduce((total, byte) => total + byte, 0);
}

function sum(data: Uint8Array): number {
  let hash = 5381;
  for (const byte of data) hash = ((hash * 33) ^ byte) & 0xffffff;
  return hash;
}

function crc32(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function littleEndian(value: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (value >>> (8 * index)) & 255);
}
