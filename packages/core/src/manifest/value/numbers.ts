// Arithmetic on int, float and bool, by Python's rules, with a bound on how long an int may get.

import { raised, Refused, typeError, valueError } from "./exceptions.js";
import { asNumber } from "./compare.js";
import { typeName } from "./types.js";
import type { Value } from "./values.js";

/** Bits of the largest int. */
const MAX_BITS = 16_384;
/** Digits of the longest text that int() reads: Python's own limit. */
const MAX_DIGITS = 4300;

/** The result of a binary operator on two numbers; undefined when they are none. */
export function arithmetic(operator: string, a: Value, b: Value): Value | undefined {
  const [left, right] = [asNumber(a), asNumber(b)];
  if (left === null || right === null) return undefined;
  if (typeof a === "boolean" && typeof b === "boolean" && "|&^".includes(operator)) {
    return operator === "|" ? a || b : operator === "&" ? a && b : a !== b;
  }
  if (typeof left === "bigint" && typeof right === "bigint" && !(operator === "**" && right < 0n)) {
    return operator === "/"
      ? floatResult("/", Number(left), Number(right))
      : bounded(intResult(operator, left, right));
  }
  return floatResult(operator, Number(left), Number(right));
}

function intResult(operator: string, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "//":
      return floorDivide(a, b);
    case "%":
      return a - b * floorDivide(a, b);
    case "**":
      return power(a, b);
    default:
      return bitResult(operator, a, b);
  }
}

function bitResult(operator: string, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case "|":
      return a | b;
    case "&":
      return a & b;
    case "^":
      return a ^ b;
    case "<<":
    case ">>":
      if (b < 0n) throw valueError("negative shift count");
      if (operator === "<<" && a !== 0n) checkBits(b);
      return operator === "<<" ? (a === 0n ? 0n : a << b) : b > MAX_BITS ? (a < 0n ? -1n : 0n) : a >> b;
    default:
      return undefined;
  }
}

function floorDivide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw raised("ZeroDivisionError", "integer division or modulo by zero");
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function power(a: bigint, b: bigint): bigint {
  if (a === 0n || a === 1n || a === -1n) return b === 0n ? 1n : b % 2n === 0n ? a * a : a;
  checkBits(BigInt(a.toString(16).length - 1) * 4n * b);
  checkBits(b);
  return a ** b;
}

function checkBits(bits: bigint): void {
  if (bits > MAX_BITS)
    throw new Refused("too-large", `the manifest asks for a number of more than ${MAX_BITS} bits`);
}

function bounded(value: bigint | undefined): bigint | undefined {
  if (value !== undefined && (value > 0xffffffffn || value < -0xffffffffn)) {
    checkBits(BigInt(value.toString(16).length) * 4n - 3n);
  }
  return value;
}

function floatResult(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "**":
      return a ** b;
    case "/":
    case "//":
    case "%":
      return quotient(operator, a, b);
    default:
      return undefined;
  }
}

function quotient(operator: string, a: number, b: number): number {
  if (b === 0)
    throw raised("ZeroDivisionError", operator === "/" ? "division by zero" : "float floor division by zero");
  if (operator === "/") return a / b;
  if (operator === "//") return Math.floor(a / b);
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** As Python's int(text, base). @throws Raised ValueError */
export function parseInteger(text: string, base: number): bigint {
  const failed = (): never => {
    throw valueError(
      `invalid literal for int() with base ${base}: ${JSON.stringify(text).replace(/^"|"$/g, "'")}`,
    );
  };
  const match = /^\s*([+-]?)(?:0([xob]))?([0-9a-z]+(?:_[0-9a-z]+)*)\s*$/i.exec(text);
  if (match === null || text.length > MAX_DIGITS) return failed();
  const [, sign = "", prefix = "", digits = ""] = match;
  const radix = { x: 16, o: 8, b: 2, "": base === 0 ? 10 : base }[prefix.toLowerCase()] ?? 10;
  if (prefix !== "" && base !== 0 && base !== radix) return failed();
  let value = 0n;
  for (const character of digits.replaceAll("_", "")) {
    const digit = parseInt(character, 36);
    if (digit >= radix) return failed();
    value = value * BigInt(radix) + BigInt(digit);
  }
  return sign === "-" ? -value : value;
}

/** As Python's float(text). @throws Raised ValueError */
export function parseFloatText(text: string): number {
  const plain = text.trim().replaceAll("_", "");
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return Number(plain);
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(plain);
  if (special === null) throw valueError(`could not convert string to float: '${text}'`);
  const value = special[2]?.toLowerCase() === "nan" ? NaN : Infinity;
  return special[1] === "-" ? -value : value;
}

/** An int as an index or count. @throws Raised TypeError when it is none */
export function toIndex(value: Value, what = "an integer is required"): bigint {
  const number = asNumber(value);
  if (typeof number === "bigint") return number;
  throw typeError(what === "" ? `'${typeName(value)}' object cannot be interpreted as an integer` : what);
}
