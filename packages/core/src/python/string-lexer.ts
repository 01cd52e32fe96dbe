// String literals: escapes, and f-strings and t-strings, which MicroPython rewrites into `.format(…)` and
// `__template__(…)` before they are read again. Follows parse_string_literal() of py/lexer.c, MicroPython 1.28.

import { ByteBuffer } from "./byte-buffer.js";
import { SourceBuffer } from "./source-buffer.js";
import { PythonSyntaxError } from "./syntax-error.js";
import {
  TOKEN_BYTES,
  TOKEN_END,
  TOKEN_INVALID,
  TOKEN_LONELY_STRING_OPEN,
  TOKEN_MALFORMED_FSTRING,
  TOKEN_STRING,
} from "./tokens.js";

const NEWLINE = 10;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const OPEN_PAREN = 40;
const CLOSE_PAREN = 41;
const COMMA = 44;
const COLON = 58;
const EQUALS = 61;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const LOWER_N = 110;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** What the letters before a literal say. */
const RAW = 1;
const FORMAT = 2;
const TEMPLATE = 4;

/** Escapes of one letter, by the letter. */
const SIMPLE_ESCAPES: Readonly<Record<number, number>> = {
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
};

/**
 * How a dialect of MicroPython reads sources.
 * @internal
 */
export interface Dialect {
  /** t-strings, and f-strings nested in f-strings (MicroPython from 1.27 on; not CircuitPython 10). */
  readonly templateStrings: boolean;
}

/** The part of the lexer that reads string literals. */
export abstract class StringLexer extends SourceBuffer {
  /** The kind of the token at hand. */
  kind: number = TOKEN_END;
  /** The text of the token at hand, where it has one. */
  readonly text: ByteBuffer = new ByteBuffer(256);
  /** The code that the f-strings and t-strings of this token become. */
  private readonly formatArguments = new ByteBuffer(64);
  private quote = 0;
  private quotes = 1;

  constructor(
    source: Uint8Array,
    private readonly dialect: Dialect,
  ) {
    super(source, !dialect.templateStrings);
  }

  /** Skips blanks; true where it stops at the end of a line (asked to, and outside brackets). */
  protected abstract skipWhitespace(stopAtNewline: boolean): boolean;

  /** Reads one string or bytes token: adjacent literals are one. */
  protected readStrings(): void {
    const start = this.columnOf(this.position);
    const consumingInjected = this.position < this.injectedEnd;
    let template = false;
    this.kind = TOKEN_END;
    do {
      const prefix = this.readPrefix();
      const kind = prefix.bytes ? TOKEN_BYTES : TOKEN_STRING;
      template ||= (prefix.flags & TEMPLATE) !== 0;
      if (this.kind === TOKEN_END) this.kind = kind;
      else if (this.kind !== kind) break;
      this.position += prefix.length;
      this.readLiteral(prefix.flags);
      this.skipWhitespace(true);
    } while (this.atString());
    if (template) this.finishTemplate();
    if (this.formatArguments.length > 0) this.finishFormat(start, consumingInjected);
  }

  /** True where a string literal starts at the cursor. */
  protected atString(): boolean {
    const first = this.bytes[this.position] as number;
    if (first === SINGLE_QUOTE || first === DOUBLE_QUOTE) return true;
    return this.prefixLength(first) > 0;
  }

  /** The number of letters before the quote at the cursor: 0 where there is no such prefix. */
  private prefixLength(first: number): number {
    if (!this.isPrefixLetter(first)) return 0;
    const second = this.bytes[this.position + 1] as number;
    if (second === SINGLE_QUOTE || second === DOUBLE_QUOTE) return 1;
    const third = this.bytes[this.position + 2] as number;
    if (third !== SINGLE_QUOTE && third !== DOUBLE_QUOTE) return 0;
    if (first === 117 || !this.isPrefixLetter(second) || second === 117) return 0;
    return (first === 114) !== (second === 114) ? 2 : 0;
  }

  /** r, u, b, f, t */
  private isPrefixLetter(byte: number): boolean {
    if (byte === 116) return this.dialect.templateStrings;
    return byte === 114 || byte === 117 || byte === 98 || byte === 102;
  }

  private readPrefix(): { length: number; flags: number; bytes: boolean } {
    const length = this.prefixLength(this.bytes[this.position] as number);
    let flags = 0;
    let bytes = false;
    for (let i = 0; i < length; i++) {
      const letter = this.bytes[this.position + i];
      if (letter === 114) flags |= RAW;
      else if (letter === 102) flags |= FORMAT;
      else if (letter === 116) flags |= TEMPLATE;
      else if (letter === 98) bytes = true;
    }
    return { length, flags, bytes };
  }

  private readLiteral(flags: number): void {
    this.quote = this.bytes[this.position] as number;
    this.position++;
    this.quotes = 1;
    if (this.bytes[this.position] === this.quote && this.bytes[this.position + 1] === this.quote) {
      this.position += 2;
      this.quotes = 3;
    }
    if ((flags & (FORMAT | TEMPLATE)) === 0) this.readPlain(flags);
    else if ((flags & TEMPLATE) === 0) this.readFormat(flags);
    else this.readTemplate(flags);
  }

  /** A literal without interpolation. */
  private readPlain(flags: number): void {
    const { quote, quotes } = this;
    let closing = 0;
    while (this.position < this.end && closing < quotes) {
      const byte = this.bytes[this.position] as number;
      if (byte === quote) {
        closing++;
        this.text.push(byte);
        this.position++;
        continue;
      }
      if (byte === NEWLINE && quotes === 1) break;
      closing = 0;
      if (byte === BACKSLASH) this.readEscape(flags);
      else this.readRun();
    }
    this.closeLiteral(closing);
  }

  /** Bytes up to the next that means something. */
  private readRun(): void {
    const bytes = this.bytes;
    const start = this.position;
    let position = start;
    for (;;) {
      const byte = bytes[position] as number;
      if (byte === NEWLINE) {
        if (this.quotes === 1) break;
        this.line++;
        this.lineStart = position + 1;
      } else if (byte === this.quote || byte === BACKSLASH || position >= this.end) break;
      position++;
    }
    this.text.append(bytes, start, position);
    this.position = position;
  }

  private closeLiteral(closing: number): void {
    if (closing < this.quotes) this.kind = TOKEN_LONELY_STRING_OPEN;
    this.text.length -= closing;
  }

  /** An f-string: its text into `text`, its expressions into `formatArguments`. */
  private readFormat(flags: number): void {
    if (this.formatArguments.length === 0 && !this.readsLegacyInjected())
      this.formatArguments.appendAscii(".format(");
    let closing = 0;
    while (this.position < this.end && closing < this.quotes) {
      if (this.quotes === 1 && this.bytes[this.position] === NEWLINE) break;
      if (this.bytes[this.position] === this.quote) {
        closing++;
        this.take();
        continue;
      }
      closing = 0;
      if (this.bytes[this.position] === OPEN_BRACE) {
        this.readReplacement();
        // Older lexers went on with the next byte whatever it was, even the closing quote.
        if (this.dialect.templateStrings) continue;
        while (this.bytes[this.position] === OPEN_BRACE) this.readReplacement();
      }
      if (this.bytes[this.position] === BACKSLASH) this.readEscape(flags);
      else this.take();
    }
    this.closeLiteral(closing);
  }

  /** CircuitPython 10 appends the arguments of an f-string in an f-string to those of the outer. */
  private readsLegacyInjected(): boolean {
    return !this.dialect.templateStrings && this.position < this.injectedEnd;
  }

  /** `{{`, or the expression of a replacement field. */
  private readReplacement(): void {
    this.advance();
    if (this.bytes[this.position] === OPEN_BRACE) {
      this.text.push(OPEN_BRACE);
      this.advance();
    } else {
      const start = this.readExpression();
      const { formatArguments, text } = this;
      if (formatArguments.last() === EQUALS) {
        text.append(formatArguments.bytes, start, formatArguments.length);
        formatArguments.length--;
      }
      if (this.dialect.templateStrings && formatArguments.length === start)
        this.kind = TOKEN_MALFORMED_FSTRING;
      formatArguments.push(CLOSE_PAREN);
      formatArguments.push(COMMA);
    }
    this.text.push(OPEN_BRACE);
  }

  /** Copies an expression, unaware of Python's syntax but for brackets, up to `:`, `}` or a conversion. */
  private readExpression(): number {
    const { formatArguments } = this;
    formatArguments.push(OPEN_PAREN);
    const start = formatArguments.length;
    let nested = 0;
    while (this.position < this.end && (nested !== 0 || !this.atExpressionEnd())) {
      const byte = this.bytes[this.position] as number;
      if (byte === OPEN_BRACKET || byte === OPEN_BRACE) nested++;
      else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) nested--;
      formatArguments.push(byte);
      this.advance();
    }
    return start;
  }

  private atExpressionEnd(): boolean {
    const byte = this.bytes[this.position] as number;
    if (byte === COLON || byte === CLOSE_BRACE) return true;
    if (byte !== 33) return false;
    const conversion = this.bytes[this.position + 1];
    const after = this.bytes[this.position + 2];
    return (conversion === 114 || conversion === 115) && (after === COLON || after === CLOSE_BRACE);
  }

  /** A t-string: its parts into `text` as arguments of `__template__`, its interpolations into `formatArguments`. */
  private readTemplate(flags: number): void {
    const { text, formatArguments } = this;
    if (formatArguments.length === 0) {
      text.appendAscii("((");
      for (let i = 0; i < this.quotes; i++) text.push(this.quote);
    }
    const state = new TemplateState();
    let closing = 0;
    while (this.position < this.end && closing < this.quotes) {
      const byte = this.bytes[this.position] as number;
      if (this.quotes === 1 && byte === NEWLINE) break;
      if (byte === this.quote) {
        closing++;
        this.take();
        continue;
      }
      if (byte === NEWLINE) {
        text.push(BACKSLASH);
        text.push(LOWER_N);
        this.advance();
        continue;
      }
      closing = 0;
      this.readTemplateByte(byte, flags, state);
    }
    if (closing < this.quotes) this.kind = TOKEN_LONELY_STRING_OPEN;
    if (state.nested > 0) this.kind = TOKEN_MALFORMED_FSTRING;
    if (1 + state.count * 4 > 255) {
      const open = new ByteBuffer(1);
      open.push(OPEN_PAREN);
      formatArguments.prepend(open);
      formatArguments.push(CLOSE_PAREN);
    }
  }

  private readTemplateByte(byte: number, flags: number, state: TemplateState): void {
    if (byte === OPEN_BRACE) {
      if (state.nested === 0) {
        this.readInterpolation(state);
        return;
      }
      state.nested++;
    }
    if (byte === BACKSLASH) this.copyTemplateEscape(flags);
    else if (state.nested > 0 && byte === CLOSE_BRACE) this.closeInterpolation(state);
    else {
      this.text.push(byte);
      if (byte === CLOSE_BRACE) {
        if (this.bytes[this.position + 1] === CLOSE_BRACE) this.advance();
        else this.kind = TOKEN_MALFORMED_FSTRING;
      }
    }
    this.advance();
  }

  /** It will be read again as a string. */
  private copyTemplateEscape(flags: number): void {
    this.text.push(BACKSLASH);
    if ((flags & RAW) !== 0) this.text.push(BACKSLASH);
    else {
      this.advance();
      this.text.push(this.bytes[this.position] as number);
    }
  }

  private readInterpolation(state: TemplateState): void {
    const { text, formatArguments, quote } = this;
    this.advance();
    if (this.bytes[this.position] === OPEN_BRACE) {
      this.advance();
      text.push(OPEN_BRACE);
      return;
    }
    const start = this.readExpression();
    const debug = formatArguments.last() === EQUALS;
    if (debug) {
      text.append(formatArguments.bytes, start, formatArguments.length);
      formatArguments.length--;
    }
    while (isSpace(formatArguments.last())) formatArguments.length--;
    if (formatArguments.length === start) this.kind = TOKEN_MALFORMED_FSTRING;
    formatArguments.push(CLOSE_PAREN);
    formatArguments.push(COMMA);
    this.quoteExpression(start);
    for (let i = 0; i < this.quotes; i++) text.push(quote);
    text.push(COMMA);
    for (let i = 0; i < this.quotes; i++) text.push(quote);
    this.readConversion(debug);
    if (this.bytes[this.position] === COLON) this.advance();
    state.nested = 1;
    state.formatStart = text.length;
    text.push(OPEN_BRACE);
  }

  /** The expression once more, as a string. */
  private quoteExpression(start: number): void {
    const { formatArguments, quote } = this;
    formatArguments.push(quote);
    const length = formatArguments.length - start - 3;
    for (let i = 0; i < length; i++) {
      const byte = formatArguments.bytes[start + i] as number;
      if (byte === quote || byte === BACKSLASH) formatArguments.push(BACKSLASH);
      formatArguments.push(byte);
    }
    formatArguments.push(quote);
    formatArguments.push(COMMA);
  }

  private readConversion(debug: boolean): void {
    const { formatArguments, quote } = this;
    if (this.bytes[this.position] === 33) {
      this.advance();
      formatArguments.push(quote);
      formatArguments.push(this.bytes[this.position] as number);
      this.advance();
      formatArguments.push(quote);
      formatArguments.push(COMMA);
    } else if (debug && this.bytes[this.position] !== COLON) formatArguments.appendAscii("'r',");
    else formatArguments.appendAscii("None,");
  }

  private closeInterpolation(state: TemplateState): void {
    const { text, formatArguments, quote } = this;
    if (--state.nested > 0) {
      state.needsFormat = true;
      text.push(CLOSE_BRACE);
      return;
    }
    state.count++;
    if (state.needsFormat) {
      formatArguments.push(102);
      state.needsFormat = false;
    }
    formatArguments.push(quote);
    formatArguments.append(text.bytes, state.formatStart + 1, text.length);
    text.length = state.formatStart;
    formatArguments.push(quote);
    formatArguments.push(COMMA);
  }

  /** The token becomes the name `__template__`, with its arguments behind it. */
  private finishTemplate(): void {
    const { text } = this;
    text.appendAscii(",),");
    this.formatArguments.prepend(text);
    if (this.kind > TOKEN_MALFORMED_FSTRING) {
      this.kind = TEMPLATE_NAME;
      text.clear();
      text.appendAscii("__template__");
    }
  }

  private finishFormat(column: number, consumingInjected: boolean): void {
    const { formatArguments } = this;
    if (consumingInjected && !this.dialect.templateStrings) {
      this.appendToInjected(formatArguments.bytes, formatArguments.length);
    } else {
      formatArguments.push(CLOSE_PAREN);
      // At the end of the source the lexer ends the line once more.
      if (this.dialect.templateStrings && this.position >= this.end) formatArguments.push(NEWLINE);
      this.inject(formatArguments.bytes, formatArguments.length, column);
    }
    formatArguments.clear();
  }

  /** Reads the escape at the cursor. */
  private readEscape(flags: number): void {
    this.advance();
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
    if (simple !== undefined) return simple;
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
      this.advance();
      const digit = hexValue(this.bytes[this.position] as number);
      if (digit < 0) {
        this.kind = TOKEN_INVALID;
        return 0;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  /** Copies the byte at the cursor. */
  private take(): void {
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
}

/** Marks that the token is `__template__`: the lexer turns it into a name. */
export const TEMPLATE_NAME = 1000;

/** Where the reading of a t-string is. */
class TemplateState {
  count = 0;
  nested = 0;
  formatStart = 0;
  needsFormat = false;
}

function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
