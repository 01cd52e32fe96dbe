// The source as the lexer reads it: one buffer of bytes with a cursor. Text that an f-string turns into is written in
// place, over what was read already, so that reading on is all it takes. Follows next_char() of py/lexer.c, MicroPython 1.28.

import type { Scratch } from "./scratch.js";

/** Room before the source, for f-strings that become longer than they were. */
const HEADROOM = 64;
/** Zeros behind it. */
const TAIL = 64;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** The bytes of a source, its line ends made `\n`, with a cursor. */
export class SourceBuffer {
  /** The bytes; those before `position` have been read and may be overwritten. */
  protected bytes: Uint8Array;
  protected position: number = HEADROOM;
  /** Where the source ends. Zeros follow. */
  protected end: number;
  /** The line at the cursor, from 1. */
  protected line = 1;
  /** Where that line starts. */
  protected lineStart: number = HEADROOM;
  /** Where text put in by an f-string ends, and the column of that f-string. */
  protected injectedEnd = 0;
  protected injectedColumn = 0;

  constructor(source: Uint8Array, keepNul: boolean, scratch: Scratch) {
    const length = HEADROOM + source.length + TAIL;
    if (scratch.source.length < length) scratch.source = new Uint8Array(length * 2);
    this.bytes = scratch.source;
    this.bytes.set(source, HEADROOM);
    this.end = HEADROOM + source.length;
    this.bytes.fill(0, this.end, length);
    if (source.includes(CARRIAGE_RETURN)) this.normaliseLineEnds();
    if (!keepNul && source.includes(0)) this.replaceNul();
    if (this.end > HEADROOM && this.bytes[this.end - 1] !== NEWLINE) this.bytes[this.end++] = NEWLINE;
  }

  /** Puts bytes before the cursor, to be read next. */
  protected inject(text: Uint8Array, length: number, column: number): void {
    if (length > this.position) this.makeRoom(length);
    if (this.position >= this.injectedEnd) {
      this.injectedEnd = this.position;
      this.injectedColumn = column;
    }
    this.position -= length;
    this.bytes.set(text.subarray(0, length), this.position);
  }

  /** Puts bytes behind the text that an f-string put in and that is being read. */
  protected appendToInjected(text: Uint8Array, length: number): void {
    if (length > this.position) this.makeRoom(length);
    this.bytes.copyWithin(this.position - length, this.position, this.injectedEnd);
    this.position -= length;
    this.lineStart -= length;
    this.bytes.set(text.subarray(0, length), this.injectedEnd - length);
  }

  /** The column of a place in the line at hand: bytes, from 1. */
  protected columnOf(position: number): number {
    if (position < this.injectedEnd) return this.injectedColumn;
    return Math.max(1, position - this.lineStart + 1);
  }

  private makeRoom(length: number): void {
    const room = length + this.bytes.length;
    const bytes = new Uint8Array(room + this.bytes.length);
    bytes.set(this.bytes, room);
    this.bytes = bytes;
    this.position += room;
    this.end += room;
    this.lineStart += room;
    this.injectedEnd += this.injectedEnd === 0 ? 0 : room;
  }

  private normaliseLineEnds(): void {
    const bytes = this.bytes;
    let to = HEADROOM;
    for (let from = HEADROOM; from < this.end; from++) {
      let byte = bytes[from] as number;
      if (byte === CARRIAGE_RETURN) {
        byte = NEWLINE;
        if (bytes[from + 1] === NEWLINE && from + 1 < this.end) from++;
      }
      bytes[to++] = byte;
    }
    bytes.fill(0, to, this.end);
    this.end = to;
  }

  /** MicroPython reads a zero byte as 1, which no token may hold. */
  private replaceNul(): void {
    for (let i = HEADROOM; i < this.end; i++) if (this.bytes[i] === 0) this.bytes[i] = 1;
  }
}
