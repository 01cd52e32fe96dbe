// String literals: prefixes, plain text, and adjacent literals as one token. Follows parse_string_literal() of
// py/lexer.c, MicroPython 1.28.

import { NEWLINE, DOUBLE_QUOTE, SINGLE_QUOTE, BACKSLASH, RAW, FORMAT, TEMPLATE } from "./characters.js";
import { TemplateLexer } from "./template-lexer.js";
import { TOKEN_BYTES, TOKEN_END, TOKEN_STRING } from "./tokens.js";

/** The part of the lexer that reads string literals. */
export abstract class StringLexer extends TemplateLexer {
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
}
