// A growing byte buffer with MicroPython's variable-length integers. It does not know what is written.

/** Bytes that grow at the end. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** An unsigned integer below 2^53, 7 bits a byte, highest first, bit 7 set on all but the last. */
  uint(value: number): void {
    let size = 1;
    for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) size++;
    this.#reserve(size);
    let rest = value;
    for (let at = this.#length + size - 1; at >= this.#length; at--) {
      this.#bytes[at] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#length += size;
    this.#bytes[this.#length - 1] = value % 128;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
