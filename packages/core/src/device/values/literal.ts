// Python values as text, both ways: what repr() prints becomes a JavaScript value, and strings become literals.
// A closed grammar: names other than None, True, False, inf, nan, set, frozenset and bytearray are refused.
// Output of repr: py/objstr.c, py/objfloat.c of MicroPython 1.28; the forms of 1.9 and CircuitPython are the same.

import { UpyError } from "../../errors.js";

/**
 * A Python value: None is null, an int beyond 2^53 a bigint, bytes and bytearray a Uint8Array, list and tuple an
 * array, dict a Map, set and frozenset a Set.
 */
export type PythonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PythonValue[]
  | Map<PythonValue, PythonValue>
  | Set<PythonValue>;

/** Parses one literal. @throws `unsupported` when the text is not one */
export function parseLiteral(text: string): PythonValue {
  const parser = new LiteralParser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

/** A str literal for any text, in ASCII without control characters. */
export function quote(text: string): string {
  let body = "";
  for (const char of text) body += escapeChar(char.codePointAt(0) ?? 0);
  return `'${body}'`;
}

/** A bytes literal, in ASCII without control characters. */
export function quoteBytes(bytes: Uint8Array): string {
  let body = "";
  for (const byte of bytes) body += byteEscapes[byte] ?? "";
  return `b'${body}'`;
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");

function escapeChar(code: number): string {
  if (code === 0x27 || code === 0x5c) return "\\" + String.fromCharCode(code);
  if (code >= 0x20 && code < 0x7f) return String.fromCharCode(code);
  if (code === 0x0a) return "\\n";
  if (code === 0x0d) return "\\r";
  if (code < 0x80) return "\\x" + hex(code, 2);
  return code < 0x10000 ? "\\u" + hex(code, 4) : "\\U" + hex(code, 8);
}

const byteEscapes: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 ? escapeChar(byte) : "\\x" + hex(byte, 2),
);

const NAMES: Readonly<Record<string, PythonValue>> = {
  None: null,
  True: true,
  False: false,
  inf: Infinity,
  nan: NaN,
};
const MAX_DEPTH = 100;

class LiteralParser {
  #at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): PythonValue {
    if (depth > MAX_DEPTH) this.#fail();
    this.#space();
    const char = this.text[this.#at] ?? "";
    if (char === "'" || char === '"') return this.#string(false);
    if (char === "[") return this.#items("[", "]", depth);
    if (char === "(") return this.#tuple(depth);
    if (char === "{") return this.#braces(depth);
    if (/[-+\d.]/.test(char)) return this.#number();
    return this.#word(depth);
  }

  end(): void {
    this.#space();
    if (this.#at < this.text.length) this.#fail();
  }

  #word(depth: number): PythonValue {
    const word = this.#match(/[A-Za-z_]\w*/y)?.[0] ?? this.#fail();
    if (Object.hasOwn(NAMES, word)) return NAMES[word] ?? null;
    if (word === "b" && /["']/.test(this.text[this.#at] ?? "")) return this.#string(true);
    if (this.text[this.#at] !== "(") this.#fail();
    if (word === "bytearray")
      return this.#call(depth, (inner) => (inner instanceof Uint8Array ? inner : this.#fail()));
    if (word === "set" || word === "frozenset")
      return this.#call(depth, (inner) => toSet(inner) ?? this.#fail());
    return this.#fail();
  }

  #call(depth: number, convert: (inner: PythonValue) => PythonValue): PythonValue {
    const inner = this.#items("(", ")", depth);
    return convert(inner.length === 0 ? [] : (inner[0] ?? null));
  }

  #tuple(depth: number): PythonValue {
    const start = this.#at;
    const items = this.#items("(", ")", depth);
    // A parenthesised value is not a tuple without its comma; repr never prints one.
    if (items.length === 1 && !/,\s*\)$/.test(this.text.slice(start, this.#at))) this.#fail();
    return items;
  }

  #items(open: string, close: string, depth: number): PythonValue[] {
    this.#expect(open);
    const items: PythonValue[] = [];
    while (!this.#skip(close)) {
      items.push(this.value(depth + 1));
      if (this.#skip(",")) continue;
      this.#expect(close);
      break;
    }
    return items;
  }

  #braces(depth: number): PythonValue {
    this.#expect("{");
    const map = new Map<PythonValue, PythonValue>();
    const set = new Set<PythonValue>();
    while (!this.#skip("}")) {
      const key = this.value(depth + 1);
      if (this.#skip(":")) map.set(key, this.value(depth + 1));
      else set.add(key);
      if (this.#skip(",")) continue;
      this.#expect("}");
      break;
    }
    if (map.size > 0 && set.size > 0) this.#fail();
    return set.size > 0 ? set : map;
  }

  #number(): PythonValue {
    const text = this.#match(/[-+]?(?:inf|nan|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)/y)?.[0] ?? this.#fail();
    if (text.endsWith("inf")) return text.startsWith("-") ? -Infinity : Infinity;
    if (text.endsWith("nan")) return NaN;
    if (/[j_A-Za-z\d]/.test(this.text[this.#at] ?? "")) this.#fail();
    const number = Number(text);
    return /[.e]/.test(text) || Number.isSafeInteger(number) ? number : BigInt(text);
  }

  #string(isBytes: boolean): string | Uint8Array {
    const end = this.text[this.#at++] ?? "";
    let text = "";
    for (;;) {
      const char = this.text[this.#at++];
      if (char === undefined) return this.#fail();
      if (char === end) break;
      text += char === "\\" ? this.#escape(isBytes) : char;
    }
    return isBytes ? this.#bytes(text) : text;
  }

  #bytes(text: string): Uint8Array {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 255) this.#fail();
    return bytes;
  }

  #escape(isBytes: boolean): string {
    const char = this.text[this.#at++] ?? "";
    const simple = SIMPLE_ESCAPES[char];
    if (simple !== undefined) return simple;
    const digits =
      char === "x" ? 2 : char === "u" && !isBytes ? 4 : char === "U" && !isBytes ? 8 : this.#fail();
    const code = this.text.slice(this.#at, this.#at + digits);
    if (code.length < digits || !/^[\da-fA-F]+$/.test(code) || parseInt(code, 16) > 0x10ffff) this.#fail();
    this.#at += digits;
    return String.fromCodePoint(parseInt(code, 16));
  }

  #space(): void {
    this.#match(/\s*/y);
  }

  #skip(char: string): boolean {
    this.#space();
    if (this.text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #expect(char: string): void {
    if (!this.#skip(char)) this.#fail();
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (match) this.#at += match[0].length;
    return match;
  }

  #fail(): never {
    const near = this.text.slice(Math.max(0, this.#at - 20), this.#at + 20);
    throw new UpyError("unsupported", `The value has no literal form; near ${JSON.stringify(near)}`, {
      hint: "Ask for None, bool, int, float, str, bytes, or lists, tuples, dicts and sets of those.",
    });
  }
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "0": "\0",
};

function toSet(value: PythonValue): Set<PythonValue> | null {
  if (value instanceof Set) return value;
  if (value instanceof Map && value.size === 0) return new Set();
  return Array.isArray(value) ? new Set(value) : null;
}
