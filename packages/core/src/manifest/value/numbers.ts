// Arithmetic on int, float and bool, by Python's rules, with a bound on how long an int may get.

import { outside, raised, Refused, typeError, valueError } from "./exceptions.js";
import { asNumber } from "./compare.js";
import { typeName } from "./types.js";
import type { Value } from "./values.js";

/** Bits of the largest int. */
const MAX_BITS = 4096;
/** Digits of the longest text that int() reads: about as many. */
const MAX_DIGITS = 1300;

/** The result of a binary operator on two numbers; undefined when they are none. */
export function arithmetic(operator: string, a: Value, b: Value): Value | undefined {
  const [left, right] = [asNumber(a), asNumber(b)];
  if (left === null || right === null) return undefined;
  if (typeof a === "boolean" && typeof b === "boolean" && "|&^".includes(operator)) {
    return operator === "|" ? a || b : operator === "&" ? a && b : a !== b;
  }
  if (typeof left === "bigint" && typeof right === "bigint" && !(operator === "**" && right < 0n)) {
    if (operator !== "/") return bounded(intResult(operator, left, right));
    if (!isExact(left) || !isExact(right)) throw outside("a division of ints beyond 2**53", "Use //.");
  }
  return floatResult(operator, toFloat(left), toFloat(right));
}

function isExact(value: bigint): boolean {
  return Number.isSafeInteger(Number(value));
}

/** An int or float as a float. @throws Raised OverflowError */
export function toFloat(value: bigint | number): number {
  const float = Number(value);
  if (typeof value === "bigint" && !Number.isFinite(float))
    throw raised("OverflowError", "int too large to convert to float");
  return float;
}

/** A float without what is behind its point, as int() takes it. @throws Raised OverflowError, ValueError */
export function wholeNumber(number: bigint | number): bigint {
  if (typeof number === "bigint") return number;
  if (Number.isNaN(number)) throw valueError("cannot convert float NaN to integer");
  if (!Number.isFinite(number)) throw raised("OverflowError", "cannot convert float infinity to integer");
  return BigInt(Math.trunc(number));
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
      return floatPower(a, b);
    case "/":
    case "//":
    case "%":
      return quotient(operator, a, b);
    default:
      return undefined;
  }
}

function floatPower(a: number, b: number): number {
  if (a === 0 && b < 0) throw raised("ZeroDivisionError", "0.0 cannot be raised to a negative power");
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
  const isFinite = Number.isFinite(a) && Number.isFinite(b);
  if (isFinite && a < 0 && !Number.isInteger(b))
    throw outside("manifests cannot use complex numbers", "Use abs().");
  const result = a ** b;
  if (isFinite && !Number.isFinite(result)) throw raised("OverflowError", "Numerical result out of range");
  return result;
}

function quotient(operator: string, a: number, b: number): number {
  if (b === 0)
    throw raised("ZeroDivisionError", operator === "/" ? "division by zero" : "float floor division by zero");
  if (operator === "/") return a / b;
  const rest = a % b;
  const isOff = rest !== 0 && rest < 0 !== b < 0;
  if (operator === "%") return isOff ? rest + b : rest === 0 ? signed(0, b) : rest;
  const whole = (a - rest) / b - (isOff ? 1 : 0);
  const floor = Math.floor(whole);
  return whole === 0 ? signed(0, a / b) : whole - floor > 0.5 ? floor + 1 : floor;
}

function signed(size: number, sign: number): number {
  return sign < 0 || Object.is(sign, -0) ? -size : size;
}

/** As Python's int(text, base). @throws Raised ValueError */
export function parseInteger(text: string, base: number): bigint {
  const failed = (): never => {
    throw valueError(
      `invalid literal for int() with base ${base}: ${JSON.stringify(text).replace(/^"|"$/g, "'")}`,
    );
  };
  if (base !== 0 && (base < 2 || base > 36)) throw valueError("int() base must be >= 2 and <= 36, or 0");
  const match = /^\s*([+-]?)(0[xob]_?)?([0-9a-z]+(?:_[0-9a-z]+)*)\s*$/i.exec(text);
  if (match === null || text.length > MAX_DIGITS) return failed();
  const [, sign = "", prefix = "", rest = ""] = match;
  const prefixed = { x: 16, o: 8, b: 2 }[prefix.charAt(1).toLowerCase()];
  const isPrefix = prefixed !== undefined && (base === 0 || base === prefixed);
  const radix = isPrefix ? prefixed : base === 0 ? 10 : base;
  const digits = isPrefix ? rest : prefix + rest;
  if (base === 0 && !isPrefix && /^0[0_]*[1-9]/.test(digits)) return failed();
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
  const plain = text.trim().replace(/(?<=\d)_(?=\d)/g, "");
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return Number(plain);
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
