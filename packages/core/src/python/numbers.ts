// Number tokens to values. Integers are exact; floats are JavaScript's, which the compiler replaces by MicroPython's own
// reading. Follows py/parsenum.c, MicroPython 1.28.

import type { Lexer } from "./lexer.js";
import type { Constant } from "./parse-tree.js";
import { PythonSyntaxError } from "./syntax-error.js";

/** The value of the integer token at hand; a bigint where it does not fit 2**53. */
export function parseIntegerToken(lexer: Lexer): number | bigint {
  const { bytes, length } = lexer.text;
  const base = baseOf(bytes, length);
  const start = base === 10 || base === 1 ? 0 : 2;
  let value = 0;
  let end = start;
  for (; end < length; end++) {
    const digit = digitOf(bytes[end] as number);
    if (digit >= base) break;
    value = value * base + digit;
  }
  if (end !== length || end === start) failInteger(lexer, bytes.subarray(start, length), base);
  return Number.isSafeInteger(value) ? value : bigIntegerOf(bytes, length, base);
}

/** 1 stands for a decimal number that starts with 0: only zeros may follow. */
function baseOf(bytes: Uint8Array, length: number): number {
  if (length <= 1 || bytes[0] !== 48) return 10;
  switch ((bytes[1] as number) | 0x20) {
    case 120:
      return 16;
    case 111:
      return 8;
    case 98:
      return 2;
    default:
      return 1;
  }
}

function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 122 ? lower - 87 : 255;
}

function bigIntegerOf(bytes: Uint8Array, length: number, base: number): bigint {
  const digits = asciiText(bytes, base === 10 ? 0 : 2, length);
  const prefix = base === 16 ? "0x" : base === 8 ? "0o" : base === 2 ? "0b" : "";
  return BigInt(prefix + digits);
}

function failInteger(lexer: Lexer, digits: Uint8Array, base: number): never {
  const shown = base === 1 ? 0 : base;
  throw new PythonSyntaxError(
    `invalid syntax for integer with base ${shown}: '${asciiText(digits, 0, digits.length)}'`,
    {
      line: lexer.tokenLine,
      column: lexer.tokenColumn,
    },
  );
}

/**
 * What is left of a float token, checked: its digits, and whether `j` follows.
 * @internal
 */
export interface FloatText {
  readonly text: string;
  readonly imaginary: boolean;
}

/**
 * Checks the float or imaginary token at hand.
 * @internal
 */
export function readFloatToken(lexer: Lexer): FloatText {
  const { bytes, length } = lexer.text;
  let end = skipDigits(bytes, length, 0);
  if (end < length && bytes[end] === 46) end = skipDigits(bytes, length, end + 1);
  let complete = true;
  if (end < length && ((bytes[end] as number) | 0x20) === 101) {
    end++;
    if (end < length && (bytes[end] === 43 || bytes[end] === 45)) end++;
    complete = end < length;
    end = skipDigits(bytes, length, end);
  }
  const imaginary = end === length - 1 && ((bytes[end] as number) | 0x20) === 106;
  if (!complete || (end !== length && !imaginary)) {
    throw new PythonSyntaxError("invalid syntax for number", {
      line: lexer.tokenLine,
      column: lexer.tokenColumn,
    });
  }
  return { text: asciiText(bytes, 0, end), imaginary };
}

function skipDigits(bytes: Uint8Array, length: number, start: number): number {
  let end = start;
  while (end < length && (bytes[end] as number) >= 48 && (bytes[end] as number) <= 57) end++;
  return end;
}

/** The value of the float or imaginary token at hand. */
export function parseFloatToken(lexer: Lexer): Constant {
  const { text, imaginary } = readFloatToken(lexer);
  // An exponent without digits is none.
  const value = Number(/[e+-]$/.test(text) ? text.replace(/e.*/, "") : text);
  return imaginary ? { type: "complex", imaginary: value } : { type: "float", value };
}

function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i += 4096) {
    text += String.fromCharCode(...bytes.subarray(i, Math.min(end, i + 4096)));
  }
  return text;
}
