// A growable run of bytes: the text of the token at hand, names, string literals. It knows nothing of Python.

/** Bytes that grow at their end. `bytes` may be longer than what is used: see `length`. */
export class ByteBuffer {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 64) {
    this.bytes = new Uint8Array(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  /** The last byte, or -1. */
  last(): number {
    return this.length > 0 ? (this.bytes[this.length - 1] as number) : -1;
  }

  push(byte: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = byte;
  }

  /** Appends `source[start, end)`. */
  append(source: Uint8Array, start: number, end: number): void {
    const count = end - start;
    if (this.length + count > this.bytes.length) this.grow(count);
    if (count > 32) this.bytes.set(source.subarray(start, end), this.length);
    else for (let i = 0; i < count; i++) this.bytes[this.length + i] = source[start + i] as number;
    this.length += count;
  }

  appendAscii(text: string): void {
    for (let i = 0; i < text.length; i++) this.push(text.charCodeAt(i));
  }

  /** Appends a code point as UTF-8, surrogates too. */
  pushCodePoint(code: number): void {
    if (code < 0x80) {
      this.push(code);
      return;
    }
    if (code < 0x800) {
      this.push(0xc0 | (code >> 6));
    } else {
      if (code < 0x10000) {
        this.push(0xe0 | (code >> 12));
      } else {
        this.push(0xf0 | (code >> 18));
        this.push(0x80 | ((code >> 12) & 0x3f));
      }
      this.push(0x80 | ((code >> 6) & 0x3f));
    }
    this.push(0x80 | (code & 0x3f));
  }

  /** Puts `other` before what is there. */
  prepend(other: ByteBuffer): void {
    const count = other.length;
    if (this.length + count > this.bytes.length) this.grow(count);
    this.bytes.copyWithin(count, 0, this.length);
    this.bytes.set(other.bytes.subarray(0, count), 0);
    this.length += count;
  }

  /** A copy of what is used. */
  slice(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private grow(count: number): void {
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
  }
}
