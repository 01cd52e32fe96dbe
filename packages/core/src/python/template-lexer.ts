// t-strings, which MicroPython rewrites into `__template__(…)` before they are read again. Follows py/lexer.c, MicroPython 1.28.

import { ByteBuffer } from "./byte-buffer.js";
import {
  NEWLINE,
  OPEN_PAREN,
  CLOSE_PAREN,
  COMMA,
  COLON,
  EQUALS,
  BACKSLASH,
  LOWER_N,
  OPEN_BRACE,
  CLOSE_BRACE,
  RAW,
} from "./characters.js";
import { FormatLexer } from "./format-lexer.js";
import { TOKEN_LONELY_STRING_OPEN, TOKEN_MALFORMED_FSTRING } from "./tokens.js";

/** The part of the lexer that reads t-strings. */
export abstract class TemplateLexer extends FormatLexer {
  /** A t-string: its parts into `text` as arguments of `__template__`, its interpolations into `formatArguments`. */
  protected readTemplate(flags: number): void {
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
  protected finishTemplate(): void {
    const { text } = this;
    text.appendAscii(",),");
    this.formatArguments.prepend(text);
    if (this.kind > TOKEN_MALFORMED_FSTRING) {
      this.kind = TEMPLATE_NAME;
      text.clear();
      text.appendAscii("__template__");
    }
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
