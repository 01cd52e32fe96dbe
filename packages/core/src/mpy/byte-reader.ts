// Reads bytes and MicroPython's variable-length integers, and never past the end. Every length that a file tells is
// checked against what is left before anything is allocated for it.

import { UpyError } from "../errors.js";

/** The error for a file that is not what its format asks for. */
export function invalidMpy(message: string, hint?: string): UpyError {
  return new UpyError("invalid-mpy", message, {
    hint: hint ?? "The file is damaged, or was cut off: build or download it again.",
  });
}

/** A cursor over bytes. Every read throws `invalid-mpy` rather than pass the end. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** Where the next read starts. */
  offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  /** Bytes left. */
  get left(): number {
    return this.bytes.length - this.offset;
  }

  byte(): number {
    const value = this.bytes[this.offset];
    if (value === undefined) throw this.#cutOff();
    this.offset++;
    return value;
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array {
    if (length > this.left) throw this.#cutOff();
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  /** An unsigned integer of at most 32 bits. */
  uint(): number {
    let value = 0;
    for (;;) {
      const byte = this.byte();
      value = value * 128 + (byte & 0x7f);
      if (value > 0xffffffff) throw invalidMpy(`A number before offset ${this.offset} is beyond 32 bits.`);
      if (byte < 0x80) return value;
    }
  }

  /** A count of things that take at least `size` bytes each. */
  count(size = 1): number {
    const value = this.uint();
    if (value * size > this.left) throw this.#cutOff();
    return value;
  }

  #cutOff(): UpyError {
    return invalidMpy(`The .mpy data ends at byte ${this.bytes.length}, in the middle of what it announces.`);
  }
}
