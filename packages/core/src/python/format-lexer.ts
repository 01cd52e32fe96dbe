// f-strings, which MicroPython rewrites into `.format(…)` before they are read again. Follows py/lexer.c, MicroPython 1.28.

import {
  NEWLINE,
  OPEN_PAREN,
  CLOSE_PAREN,
  COMMA,
  COLON,
  EQUALS,
  OPEN_BRACKET,
  BACKSLASH,
  CLOSE_BRACKET,
  OPEN_BRACE,
  CLOSE_BRACE,
} from "./characters.js";
import { EscapeLexer } from "./escape-lexer.js";
import { TOKEN_MALFORMED_FSTRING } from "./tokens.js";

/** The part of the lexer that reads f-strings. */
export abstract class FormatLexer extends EscapeLexer {
  /** An f-string: its text into `text`, its expressions into `formatArguments`. */
  protected readFormat(flags: number): void {
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
  protected readExpression(): number {
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

  protected finishFormat(column: number, consumingInjected: boolean): void {
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
}
