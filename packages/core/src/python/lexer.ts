// Bytes to tokens, with MicroPython's rules for lines, blanks and brackets. It holds one token at a time and makes no
// objects. Follows py/lexer.c, MicroPython 1.28.

import { HASH_SEED, type NameId, type NameTable } from "./name-table.js";
import type { Dialect } from "./escape-lexer.js";
import { enlarged, Scratch } from "./scratch.js";
import { StringLexer } from "./string-lexer.js";
import { TEMPLATE_NAME } from "./template-lexer.js";
import * as token from "./tokens.js";

const NEWLINE = 10;
const HASH = 35;
const BACKSLASH = 92;
const UNDERSCORE = 95;
const TAB_SIZE = 8;
/** Bytes of a name. */
const LONGEST_NAME = 255;

const IDENTIFIER_HEAD = 1;
const IDENTIFIER_TAIL = 2;
const SPACE = 4;
const DIGIT = 8;
const LETTER = 16;
/** May stand before the quote of a string. */
const STRING_PREFIX = 32;
/** Starts a token, unlike blanks, ends of lines, comments and the zero behind the source. */
const TOKEN_START = 64;
const BLANK = 32;
const KEYWORD_COUNT = token.KW_YIELD - token.KW_FALSE + 1;

/** What a byte can be. Every byte of a multi-byte character may be part of a name. */
const CLASSES: Uint8Array = /* @__PURE__ */ byteClasses();

function byteClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const letter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
    if (letter) classes[byte] = LETTER | IDENTIFIER_HEAD | IDENTIFIER_TAIL;
    else if (byte === UNDERSCORE || byte >= 0x80) classes[byte] = IDENTIFIER_HEAD | IDENTIFIER_TAIL;
    else if (byte >= 48 && byte <= 57) classes[byte] = DIGIT | IDENTIFIER_TAIL;
    else if (byte === 32 || (byte >= 9 && byte <= 13)) classes[byte] = SPACE;
  }
  for (const letter of "rubft")
    classes[letter.charCodeAt(0)] = LETTER | IDENTIFIER_HEAD | IDENTIFIER_TAIL | STRING_PREFIX;
  for (let byte = 0; byte < 256; byte++) {
    const lineByte = byte === 0 || byte === HASH || byte === BACKSLASH;
    if ((classes[byte] as number) !== SPACE && !lineByte)
      classes[byte] = (classes[byte] as number) | TOKEN_START;
  }
  return classes;
}

/**
 * How a source is read.
 * @internal
 */
export interface LexerOptions extends Dialect {
  /** What `__debug__` is. */
  readonly debug: boolean;
}

/**
 * Reads a source token by token: `next()` moves on, the fields say what is there.
 * @internal
 */
export class Lexer extends StringLexer {
  /** The number of the token at hand, from 1; `lines` and `columns` are indexed by it. */
  place = 0;
  /** The line of each token, from 1. */
  lines: Int32Array;
  /** The column of each token: bytes, from 1. */
  columns: Int32Array;
  /** The name, where the token is one. */
  name: NameId = 0;
  /** Whether that name is longer than an .mpy file can hold: an error where it is used. */
  nameTooLong = false;
  private readonly debugKind: number;
  private dents = 0;
  private brackets = 0;
  private readonly indents: number[] = [0];

  constructor(
    source: Uint8Array,
    readonly names: NameTable,
    options: LexerOptions,
    scratch: Scratch = new Scratch(),
  ) {
    super(source, options, scratch);
    this.debugKind = options.debug ? token.KW_TRUE : token.KW_FALSE;
    this.lines = scratch.lines;
    this.columns = scratch.columns;
    this.next();
    // A first line that is indented has no line it belongs to.
    if (this.tokenColumn !== 1 && this.kind !== token.TOKEN_NEWLINE) this.kind = token.TOKEN_INDENT;
  }

  /** The line of the token at hand. */
  get tokenLine(): number {
    return this.lines[this.place] as number;
  }

  /** The column of the token at hand: bytes, from 1. */
  get tokenColumn(): number {
    return this.columns[this.place] as number;
  }

  /**
   * Moves on to the next token. Long, though names alone are read here: it is called from a hundred places, and is to be
   * compiled once, not once for each of them.
   */
  next(): void {
    const { bytes } = this;
    let position = this.position;
    while (bytes[position] === BLANK) position++;
    this.position = position;
    this.text.length = 0;
    const group = CLASSES[bytes[position] as number] as number;
    if ((group & TOKEN_START) === 0 || this.dents !== 0) {
      this.nextLine();
      return;
    }
    const place = ++this.place;
    if (place >= this.lines.length) this.growPlaces();
    this.lines[place] = this.line;
    this.columns[place] = this.columnOf(position);
    if ((group & IDENTIFIER_HEAD) === 0 || ((group & STRING_PREFIX) !== 0 && this.atString())) {
      this.readToken();
      return;
    }
    const start = position;
    let hash = HASH_SEED;
    let byte = bytes[position] as number;
    do {
      hash = (Math.imul(hash, 33) ^ byte) | 0;
      byte = bytes[++position] as number;
    } while (((CLASSES[byte] as number) & IDENTIFIER_TAIL) !== 0);
    this.position = position;
    const name = this.names.internHashed(bytes, start, position, hash);
    const keyword = name - this.names.firstKeyword;
    if (keyword >= 0 && keyword < KEYWORD_COUNT) {
      // Read where it is not needed: rare as `__debug__` is, meeting it late would cost the code made of this function.
      const { debugKind } = this;
      this.kind = keyword === token.KW_DEBUG - token.KW_FALSE ? debugKind : token.KW_FALSE + keyword;
    } else {
      this.kind = token.TOKEN_NAME;
      this.name = name;
      this.nameTooLong = position - start > LONGEST_NAME;
    }
  }

  /** As {@link next}, where no token starts behind the blanks. */
  private nextLine(): void {
    const newline = this.skipWhitespace(true);
    const place = ++this.place;
    if (place >= this.lines.length) this.growPlaces();
    this.lines[place] = this.line;
    this.columns[place] = this.columnOf(this.position);
    if (this.dents !== 0) this.takeDent();
    else if (newline) this.readNewline();
    else if (this.position >= this.end) this.kind = token.TOKEN_END;
    else this.readToken();
  }

  private growPlaces(): void {
    this.lines = this.scratch.lines = enlarged(this.lines);
    this.columns = this.scratch.columns = enlarged(this.columns);
  }

  private takeDent(): void {
    if (this.dents < 0) {
      this.kind = token.TOKEN_DEDENT;
      this.dents++;
    } else {
      this.kind = token.TOKEN_INDENT;
      this.dents--;
    }
  }

  private readNewline(): void {
    this.skipWhitespace(false);
    this.kind = token.TOKEN_NEWLINE;
    const indents = this.indents;
    const indent = this.indentAt(this.position);
    let top = indents[indents.length - 1] as number;
    if (indent > top) {
      indents.push(indent);
      this.dents = 1;
    } else {
      while (indent < top) {
        indents.pop();
        this.dents--;
        top = indents[indents.length - 1] as number;
      }
      if (indent !== top) this.kind = token.TOKEN_DEDENT_MISMATCH;
    }
  }

  /** The width of the blanks before a place in its line. */
  private indentAt(position: number): number {
    let column = 0;
    for (let i = this.lineStart; i < position; i++) {
      column = this.bytes[i] === 9 ? Math.floor((column + TAB_SIZE) / TAB_SIZE) * TAB_SIZE : column + 1;
    }
    return column;
  }

  protected skipWhitespace(stopAtNewline: boolean): boolean {
    const bytes = this.bytes;
    let position = this.position;
    for (;;) {
      const byte = bytes[position] as number;
      if (byte === NEWLINE) {
        if (stopAtNewline && this.brackets === 0) {
          this.position = position;
          return true;
        }
        position++;
        this.line++;
        this.lineStart = position;
      } else if (byte === 32 || ((CLASSES[byte] as number) & SPACE) !== 0) {
        position++;
      } else if (byte === HASH) {
        position++;
        while (bytes[position] !== NEWLINE && position < this.end) position++;
      } else if (byte === BACKSLASH && bytes[position + 1] === NEWLINE) {
        position += 2;
        this.line++;
        this.lineStart = position;
      } else {
        this.position = position;
        return false;
      }
    }
  }

  private readToken(): void {
    const byte = this.bytes[this.position] as number;
    const group = CLASSES[byte] as number;
    if (byte === 34 || byte === 39 || ((group & STRING_PREFIX) !== 0 && this.atString())) {
      this.readStringToken();
    } else if ((group & IDENTIFIER_HEAD) !== 0) {
      // Only behind blank lines: the token is read again, as the first of its line.
      this.place--;
      this.next();
    } else if ((group & DIGIT) !== 0 || (byte === 46 && this.digitFollows())) {
      this.readNumber(byte);
    } else {
      this.readOperator(byte);
    }
  }

  private digitFollows(): boolean {
    return ((CLASSES[this.bytes[this.position + 1] as number] as number) & DIGIT) !== 0;
  }

  private readStringToken(): void {
    this.readStrings();
    if (this.kind === TEMPLATE_NAME) {
      this.nameTooLong = false;
      this.kind = token.TOKEN_NAME;
      this.name = this.names.intern(this.text.bytes, 0, this.text.length);
    }
  }

  private readNumber(first: number): void {
    const { text, bytes } = this;
    this.kind = first === 46 ? token.TOKEN_FLOAT_OR_IMAG : token.TOKEN_INTEGER;
    const base = (bytes[this.position + 1] as number) | 0x20;
    const forcedInteger = first === 48 && (base === 98 || base === 111 || base === 120);
    text.push(first);
    let position = this.position + 1;
    for (;;) {
      const byte = bytes[position] as number;
      if (!forcedInteger && (byte | 0x20) === 101) {
        this.kind = token.TOKEN_FLOAT_OR_IMAG;
        text.push(101);
        position++;
        const sign = bytes[position] as number;
        if (sign === 43 || sign === 45) {
          text.push(sign);
          position++;
        }
      } else if (((CLASSES[byte] as number) & (LETTER | DIGIT)) !== 0 || byte === 46) {
        if (byte === 46 || (byte | 0x20) === 106) this.kind = token.TOKEN_FLOAT_OR_IMAG;
        text.push(byte);
        position++;
      } else if (byte === UNDERSCORE) {
        position++;
      } else break;
    }
    this.position = position;
  }

  private readOperator(byte: number): void {
    this.position++;
    const kind = byte < 128 ? (OPERATOR_START[byte] as number) : 0;
    if (kind === 0) this.kind = this.readSpecial(byte);
    else if (kind >= token.DEL_PAREN_OPEN && kind <= token.DEL_BRACE_CLOSE) {
      this.kind = kind;
      this.brackets += ((kind - token.DEL_PAREN_OPEN) & 1) === 0 ? 1 : -1;
    } else this.kind = this.longest(byte, kind);
  }

  /** `!=`, `.` and `...`, whose beginnings are no operators; anything else is no token. */
  private readSpecial(byte: number): number {
    const next = this.bytes[this.position];
    if (byte === 33 && next === 61) {
      this.position++;
      return token.OP_NOT_EQUAL;
    }
    if (byte !== 46) return token.TOKEN_INVALID;
    if (next !== 46 || this.bytes[this.position + 1] !== 46) return token.DEL_PERIOD;
    this.position += 2;
    return token.TOKEN_ELLIPSIS;
  }

  /** The longest operator that starts with the byte just read. */
  private longest(byte: number, kind: number): number {
    const doubled = DOUBLED[kind] as number;
    let result = kind;
    if (doubled !== 0 && this.bytes[this.position] === byte) {
      this.position++;
      result = doubled;
    } else if (kind === token.OP_MINUS && this.bytes[this.position] === 62) {
      this.position++;
      return token.DEL_MINUS_MORE;
    }
    const assigned = ASSIGNED[result] as number;
    if (assigned === 0 || this.bytes[this.position] !== 61) return result;
    this.position++;
    return assigned;
  }
}

/** The operator of one byte, by that byte. */
const OPERATOR_START: Uint8Array = /* @__PURE__ */ operatorStarts();
/** The operator written with the byte twice, by the operator written with it once. */
const DOUBLED: Uint8Array = /* @__PURE__ */ pairs([
  [token.OP_LESS, token.OP_DBL_LESS],
  [token.OP_MORE, token.OP_DBL_MORE],
  [token.OP_STAR, token.OP_DBL_STAR],
  [token.OP_SLASH, token.OP_DBL_SLASH],
]);
/** The operator with `=` behind it, by the operator. */
const ASSIGNED: Uint8Array = /* @__PURE__ */ assignments();

function operatorStarts(): Uint8Array {
  const starts = new Uint8Array(128);
  token.OPERATORS.forEach((text, i) => {
    if (text.length === 1 && text !== ".") starts[text.charCodeAt(0)] = token.OP_ASSIGN + i;
  });
  return starts;
}

function assignments(): Uint8Array {
  const table = pairs([
    [token.DEL_COLON, token.OP_ASSIGN],
    [token.DEL_EQUAL, token.OP_DBL_EQUAL],
    [token.OP_LESS, token.OP_LESS_EQUAL],
    [token.OP_MORE, token.OP_MORE_EQUAL],
  ]);
  for (let kind = token.OP_PIPE; kind <= token.OP_DBL_STAR; kind++) {
    table[kind] = kind + token.DEL_PIPE_EQUAL - token.OP_PIPE;
  }
  return table;
}

function pairs(entries: readonly (readonly [number, number])[]): Uint8Array {
  const table = new Uint8Array(token.DEL_MINUS_MORE + 1);
  for (const [from, to] of entries) table[from] = to;
  return table;
}
