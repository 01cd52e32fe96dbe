// What stands before the bytecode of a scope: stack sizes, flags, arguments, and the sizes of what follows.
// Follows MP_BC_PRELUDE_SIG_ENCODE and MP_BC_PRELUDE_SIZE_ENCODE of py/bc.h, MicroPython 1.28.

/** Below this many bytes a loop is faster than a view. */
const FEW_BYTES = 64;

/** Bytes that are written from start to end; `clear` makes it fit for others. */
export class ByteSink {
  length = 0;
  private buffer: Uint8Array;

  constructor(capacity = 16) {
    this.buffer = new Uint8Array(capacity);
  }

  byte(value: number): void {
    if (this.length === this.buffer.length) this.grow(1);
    this.buffer[this.length++] = value;
  }

  /** An unsigned integer, 7 bits a byte, highest first. */
  uint(value: number): void {
    if (value >= 0x80) this.high(value >> 7);
    this.byte(value & 0x7f);
  }

  private high(value: number): void {
    if (value >= 0x80) this.high(value >> 7);
    this.byte((value & 0x7f) | 0x80);
  }

  /** Adds `source[from, to)`. Makes no views for few bytes: a large source has some hundred thousand such pieces. */
  copy(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    if (this.length + count > this.buffer.length) this.grow(count);
    const { buffer, length } = this;
    if (count > FEW_BYTES) buffer.set(source.subarray(from, to), length);
    else for (let i = 0; i < count; i++) buffer[length + i] = source[from + i] as number;
    this.length += count;
  }

  append(other: ByteSink): void {
    this.copy(other.buffer, 0, other.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** What has been written: a view. */
  get used(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private grow(count: number): void {
    const buffer = new Uint8Array(Math.max(this.buffer.length * 2, this.length + count));
    buffer.set(this.buffer.subarray(0, this.length));
    this.buffer = buffer;
  }
}

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
export function writeSignature(sink: ByteSink, signature: Signature): void {
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
export function writeSizes(sink: ByteSink, infoSize: number, cellCount: number): void {
  let i = infoSize;
  let c = cellCount;
  do {
    const z = ((i & 0x3f) << 1) | (c & 1);
    c >>= 1;
    i >>= 6;
    sink.byte((c | i) !== 0 ? z | 0x80 : z);
  } while ((c | i) !== 0);
}
