// Arithmetic on constants, with MicroPython's results: big integers exact, floats as C's doubles. What would raise an
// exception, or give a complex number, is not folded. Follows mp_binary_op() of py/runtime.c, py/objint_mpz.c and
// py/objfloat.c, MicroPython 1.28.

import * as tokens from "@upykit/core/python/tokens";
import { power } from "./power.js";

/** An int; `big` as in the parse tree. */
export interface FoldedInt {
  readonly type: "int";
  readonly value: bigint;
  readonly big?: true;
}

/** An int or a float. */
export type FoldedNumber = FoldedInt | { readonly type: "float"; readonly value: number };

/** Results with more bits are left to the board: mpy-cross runs out of memory on them. */
const MOST_BITS = 1 << 20;
const SMALL_INT_LIMIT = 1n << 62n;

/** `left operator right`; undefined where it cannot be folded. The operator is a token. */
export function fold(operator: number, left: FoldedNumber, right: FoldedNumber): FoldedNumber | undefined {
  if (left.type === "int" && right.type === "int") return foldIntegers(operator, left.value, right.value);
  const value = foldFloats(operator, toFloat(left), toFloat(right));
  return value === undefined ? undefined : { type: "float", value };
}

function toFloat(number: FoldedNumber): number {
  return number.type === "float" ? number.value : integerToFloat(number.value);
}

/** Big integers are converted digit by digit of 32 bits, each step rounded. */
function integerToFloat(value: bigint): number {
  if (value >= -SMALL_INT_LIMIT && value < SMALL_INT_LIMIT) return Number(value);
  let rest = value < 0n ? -value : value;
  const digits: number[] = [];
  for (; rest > 0n; rest >>= 32n) digits.push(Number(rest & 0xffffffffn));
  let result = 0;
  for (const digit of digits.reverse()) result = result * 4294967296 + digit;
  return value < 0n ? -result : result;
}

function foldIntegers(operator: number, left: bigint, right: bigint): FoldedNumber | undefined {
  if (operator === tokens.OP_SLASH) {
    return right === 0n ? undefined : { type: "float", value: integerToFloat(left) / integerToFloat(right) };
  }
  if (operator === tokens.OP_DBL_STAR && right < 0n) {
    const value = foldFloats(operator, integerToFloat(left), integerToFloat(right));
    return value === undefined ? undefined : { type: "float", value };
  }
  const value = integerResult(operator, left, right);
  return value === undefined ? undefined : { type: "int", value };
}

function integerResult(operator: number, left: bigint, right: bigint): bigint | undefined {
  switch (operator) {
    case tokens.OP_PIPE:
      return left | right;
    case tokens.OP_CARET:
      return left ^ right;
    case tokens.OP_AMPERSAND:
      return left & right;
    case tokens.OP_PLUS:
      return left + right;
    case tokens.OP_MINUS:
      return left - right;
    case tokens.OP_STAR:
      return bitsOf(left) + bitsOf(right) > MOST_BITS ? undefined : left * right;
    case tokens.OP_DBL_LESS:
      return shiftLeft(left, right);
    case tokens.OP_DBL_MORE:
      return isShiftCount(right)
        ? left >> (right > BigInt(MOST_BITS) ? BigInt(MOST_BITS) : right)
        : undefined;
    case tokens.OP_DBL_SLASH:
      return right === 0n ? undefined : (left - modulo(left, right)) / right;
    case tokens.OP_PERCENT:
      return right === 0n ? undefined : modulo(left, right);
    case tokens.OP_DBL_STAR:
      return raise(left, right);
    default:
      return undefined;
  }
}

/** A shift's count must fit a machine word. */
function isShiftCount(value: bigint): boolean {
  return value >= 0n && value < 1n << 63n;
}

function shiftLeft(left: bigint, right: bigint): bigint | undefined {
  if (!isShiftCount(right)) return undefined;
  if (left === 0n) return 0n;
  return right + BigInt(bitsOf(left)) > BigInt(MOST_BITS) ? undefined : left << right;
}

function raise(left: bigint, right: bigint): bigint | undefined {
  const trivial = left === 0n || left === 1n || left === -1n;
  if (trivial) return left === -1n ? ((right & 1n) === 1n ? -1n : 1n) : right === 0n ? 1n : left;
  return right * BigInt(bitsOf(left)) > BigInt(MOST_BITS) ? undefined : left ** right;
}

/** The remainder with the sign of the divisor. */
function modulo(left: bigint, right: bigint): bigint {
  const rest = left % right;
  return rest !== 0n && rest < 0n !== right < 0n ? rest + right : rest;
}

/** About how many bits an integer has. */
export function bitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

function foldFloats(operator: number, left: number, right: number): number | undefined {
  switch (operator) {
    case tokens.OP_PLUS:
      return left + right;
    case tokens.OP_MINUS:
      return left - right;
    case tokens.OP_STAR:
      return left * right;
    case tokens.OP_SLASH:
      return right === 0 ? undefined : left / right;
    case tokens.OP_DBL_SLASH:
      return right === 0 ? undefined : floorDivide(left, right);
    case tokens.OP_PERCENT:
      return right === 0 ? undefined : floatModulo(left, right);
    case tokens.OP_DBL_STAR:
      return floatPower(left, right);
    default:
      return undefined;
  }
}

function floatModulo(left: number, right: number): number {
  const rest = left % right;
  if (rest === 0) return copySign(0, right);
  return rest < 0 !== right < 0 ? rest + right : rest;
}

function floorDivide(left: number, right: number): number {
  const rest = left % right;
  let quotient = (left - rest) / right;
  if (rest !== 0 && rest < 0 !== right < 0) quotient -= 1;
  if (quotient === 0) return copySign(0, left / right);
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function copySign(size: number, sign: number): number {
  return sign < 0 || Object.is(sign, -0) ? -size : size;
}

function floatPower(left: number, right: number): number | undefined {
  if (left === 0 && right < 0 && right !== -Infinity) return undefined;
  if (left < 0 && right !== Math.floor(right) && !Number.isNaN(right)) return undefined;
  return power(left, right);
}
