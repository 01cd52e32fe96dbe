// What all literals share: their text, their quotes, and escapes. Follows py/lexer.c, MicroPython 1.28.

import type { ByteBuffer } from "./byte-buffer.js";
import { NEWLINE, BACKSLASH, RAW } from "./characters.js";
import type { Scratch } from "./scratch.js";
import { SourceBuffer } from "./source-buffer.js";
import { PythonSyntaxError } from "./syntax-error.js";
import { TOKEN_BYTES, TOKEN_END, TOKEN_INVALID, TOKEN_LONELY_STRING_OPEN, TOKEN_STRING } from "./tokens.js";

/** Escapes of one letter, by the letter; 0 for all else. */
const SIMPLE_ESCAPES = /* @__PURE__ */ Uint8Array.from({
  length: 256,
  92: 92,
  39: 39,
  34: 34,
  97: 7,
  98: 8,
  116: 9,
  110: 10,
  118: 11,
  102: 12,
  114: 13,
});

/**
 * How a dialect of MicroPython reads sources.
 * @internal
 */
export interface Dialect {
  /** t-strings, and f-strings nested in f-strings (MicroPython from 1.27 on; not CircuitPython 10). */
  readonly templateStrings: boolean;
}

/** The part of the lexer that reads the insides of literals. */
export abstract class EscapeLexer extends SourceBuffer {
  /** The kind of the token at hand. */
  kind: number = TOKEN_END;
  /** The text of the token at hand, where it has one. */
  readonly text: ByteBuffer;
  /** The code that the f-strings and t-strings of this token become. */
  protected readonly formatArguments: ByteBuffer;
  protected quote = 0;
  protected quotes = 1;

  constructor(
    source: Uint8Array,
    protected readonly dialect: Dialect,
    protected readonly scratch: Scratch,
  ) {
    super(source, !dialect.templateStrings, scratch);
    this.text = scratch.text;
    this.formatArguments = scratch.formatArguments;
    this.text.clear();
    this.formatArguments.clear();
  }

  /** Reads the escape at the cursor. */
  protected readEscape(flags: number): void {
    this.position++;
    let code = this.bytes[this.position] as number;
    if ((flags & RAW) !== 0) {
      this.text.push(BACKSLASH);
    } else {
      if (code === NEWLINE) {
        this.advance();
        return;
      }
      code = this.unescape(code);
    }
    if (code < 0x110000 && this.kind === TOKEN_STRING) this.text.pushCodePoint(code);
    else if (code < 0x100 && this.kind === TOKEN_BYTES) this.text.push(code);
    else this.kind = TOKEN_INVALID;
    this.advance();
  }

  private unescape(code: number): number {
    const simple = SIMPLE_ESCAPES[code];
    if (simple) return simple;
    if (code >= 48 && code <= 55) return this.readOctal(code);
    switch (code) {
      case 117: // u
      case 85: // U
        if (this.kind === TOKEN_BYTES) break;
        return this.readHex(code === 117 ? 4 : 8);
      case 120: // x
        return this.readHex(2);
      case 78: // N
        throw new PythonSyntaxError("unicode name escapes", {
          type: "NotImplementedError",
          line: this.line,
          column: this.columnOf(this.position) - 1,
          hint: "MicroPython has no table of character names: write the character or its \\u escape.",
        });
    }
    this.text.push(BACKSLASH);
    return code;
  }

  private readOctal(first: number): number {
    let value = first - 48;
    for (let i = 0; i < 2; i++) {
      const next = this.bytes[this.position + 1] as number;
      if (next < 48 || next > 55) break;
      this.position++;
      value = value * 8 + next - 48;
    }
    return value;
  }

  private readHex(digits: number): number {
    let value = 0;
    for (let i = 0; i < digits; i++) {
      const digit = hexValue(this.bytes[++this.position] as number);
      if (digit < 0) {
        this.kind = TOKEN_INVALID;
        return 0;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  /** Copies the byte at the cursor. */
  protected take(): void {
    this.text.push(this.bytes[this.position] as number);
    this.advance();
  }

  protected advance(): void {
    if (this.bytes[this.position] === NEWLINE) {
      this.line++;
      this.lineStart = this.position + 1;
    }
    this.position++;
  }

  protected closeLiteral(closing: number): void {
    if (closing < this.quotes) this.kind = TOKEN_LONELY_STRING_OPEN;
    this.text.length -= closing;
  }
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
