// CRC-32 as zip has it (ISO 3309, polynomial 0xEDB88320): Node's where it is, else our own, four bytes a round.

import { platformZlib } from "./platform-zlib.js";

let tables: readonly Uint32Array[] | undefined;

/** The CRC-32 of `bytes`, unsigned. */
export function crc32(bytes: Uint8Array): number {
  return platformZlib()?.crc32?.(bytes) ?? ownCrc32(bytes);
}

function ownCrc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3] = (tables ??= makeTables()) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let crc = 0xffffffff;
  let offset = 0;
  const at = (table: Uint32Array, index: number): number => table[index & 0xff] ?? 0;
  for (const end = bytes.length - 3; offset < end; offset += 4) {
    crc ^= wordAt(bytes, offset);
    crc = at(t3, crc) ^ at(t2, crc >>> 8) ^ at(t1, crc >>> 16) ^ at(t0, crc >>> 24);
  }
  for (; offset < bytes.length; offset++) crc = at(t0, crc ^ (bytes[offset] ?? 0)) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] ?? 0) |
    ((bytes[offset + 1] ?? 0) << 8) |
    ((bytes[offset + 2] ?? 0) << 16) |
    ((bytes[offset + 3] ?? 0) << 24)
  );
}

function makeTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
  const made = [first];
  for (let width = 1; width < 4; width++) {
    const previous = made[width - 1] ?? first;
    made.push(previous.map((crc) => (first[crc & 0xff] ?? 0) ^ (crc >>> 8)));
  }
  return made;
}
