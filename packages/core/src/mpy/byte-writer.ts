// A growing byte buffer with MicroPython's variable-length integers. It does not know what is written.

/** Below this many bytes a loop is faster than a view. */
const FEW_BYTES = 64;

/** Bytes that grow at the end. */
export class ByteWriter {
  /** Bytes written so far. */
  length = 0;
  private buffer: Uint8Array;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
  }

  byte(value: number): void {
    if (this.length === this.buffer.length) this.grow(1);
    this.buffer[this.length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    if (this.length + values.length > this.buffer.length) this.grow(values.length);
    this.buffer.set(values, this.length);
    this.length += values.length;
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

  append(other: ByteWriter): void {
    this.copy(other.buffer, 0, other.length);
  }

  /** An unsigned integer below 2^53, 7 bits a byte, highest first, bit 7 set on all but the last. */
  uint(value: number): void {
    let place = 1;
    while (value >= place * 0x80) place *= 0x80;
    for (; place > 1; place /= 0x80) this.byte((Math.floor(value / place) & 0x7f) | 0x80);
    this.byte(value & 0x7f);
  }

  /** Makes it fit for other bytes. */
  clear(): void {
    this.length = 0;
  }

  /** What was written: a view, good until more is. */
  get used(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private grow(count: number): void {
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + count));
    larger.set(this.used);
    this.buffer = larger;
  }
}
