// What stands before the bytecode of a scope: stack sizes, flags, arguments, and the sizes of what follows.
// Follows MP_BC_PRELUDE_SIG_ENCODE and MP_BC_PRELUDE_SIZE_ENCODE of py/bc.h, MicroPython 1.28.

import type { ByteWriter } from "@upykit/core/mpy";

/** What the first bytes of a scope say. */
export interface Signature {
  readonly stateSize: number;
  readonly exceptionStackSize: number;
  readonly flags: number;
  readonly positionalCount: number;
  readonly keywordOnlyCount: number;
  readonly defaultCount: number;
}

/** `xSSSSEAA`, then `xFSSKAED` as often as needed. */
export function writeSignature(sink: ByteWriter, signature: Signature): void {
  let s = signature.stateSize - 1;
  let e = signature.exceptionStackSize;
  let f = signature.flags;
  let a = signature.positionalCount;
  let k = signature.keywordOnlyCount;
  let d = signature.defaultCount;
  let z = ((s & 0xf) << 3) | ((e & 1) << 2) | (a & 3);
  s >>= 4;
  e >>= 1;
  a >>= 2;
  while ((s | e | f | a | k | d) !== 0) {
    sink.byte(0x80 | z);
    z = ((f & 1) << 6) | ((s & 3) << 4) | ((k & 1) << 3) | ((a & 1) << 2) | ((e & 1) << 1) | (d & 1);
    s >>= 2;
    e >>= 1;
    f >>= 1;
    a >>= 1;
    k >>= 1;
    d >>= 1;
  }
  sink.byte(z);
}

/** How many bytes {@link writeSizes} writes. */
export function sizesSize(infoSize: number, cellCount: number): number {
  let size = 1;
  for (let i = infoSize >> 6, c = cellCount >> 1; (c | i) !== 0; i >>= 6, c >>= 1) size++;
  return size;
}

/** `xIIIIIIC` as often as needed: the sizes of names and lines, and the number of cells. */
export function writeSizes(sink: ByteWriter, infoSize: number, cellCount: number): void {
  let i = infoSize;
  let c = cellCount;
  do {
    const z = ((i & 0x3f) << 1) | (c & 1);
    c >>= 1;
    i >>= 6;
    sink.byte((c | i) !== 0 ? z | 0x80 : z);
  } while ((c | i) !== 0);
}
