// Numbers with 64 bits of mantissa, as the `long double` of the machines that mpy-cross is built on: it reads and prints
// floats with them, so that both can differ from what JavaScript does in the last digit. Only positive numbers are needed.

/** `mantissa * 2**exponent`; the mantissa has 64 bits, or is 0. */
export interface Extended {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const BITS = 64;

/** The nearest number to `value * 2**exponent` (+ a little, where `sticky`); ties go to even. */
export function roundExtended(value: bigint, exponent: number, sticky = false): Extended {
  if (value === 0n) return { mantissa: 0n, exponent: 0 };
  const excess = bitLength(value) - BITS;
  if (excess <= 0) return { mantissa: value << BigInt(-excess), exponent: exponent + excess };
  const mantissa = roundShift(value, excess, sticky);
  // Rounding up may carry into a 65th bit.
  return mantissa >> 64n === 0n
    ? { mantissa, exponent: exponent + excess }
    : { mantissa: mantissa >> 1n, exponent: exponent + excess + 1 };
}

/** `value / 2**shift`, rounded to nearest, ties to even. */
function roundShift(value: bigint, shift: number, sticky: boolean): bigint {
  const count = BigInt(shift);
  const quotient = value >> count;
  const rest = value - (quotient << count);
  const half = 1n << (count - 1n);
  const up = rest > half || (rest === half && (sticky || (quotient & 1n) === 1n));
  return up ? quotient + 1n : quotient;
}

function multiply(a: Extended, b: Extended): Extended {
  return roundExtended(a.mantissa * b.mantissa, a.exponent + b.exponent);
}

function divide(a: Extended, b: Extended): Extended {
  const scaled = a.mantissa << 130n;
  const quotient = scaled / b.mantissa;
  return roundExtended(quotient, a.exponent - b.exponent - 130, quotient * b.mantissa !== scaled);
}

/** Beyond this power of ten everything is infinite or zero, to a double and to a `long double` on the way to it. */
const LARGEST_POWER = 8191;

/**
 * `number * 10**power` as mp_decimal_exp() of py/parsenum.c computes it, step by step.
 * @returns undefined for infinity
 */
export function scaleByPowerOfTen(number: Extended, power: number): Extended | undefined {
  if (power === 0 || number.mantissa === 0n) return number;
  let rest = Math.abs(power);
  if (rest > LARGEST_POWER) return power > 0 ? undefined : { mantissa: 0n, exponent: 0 };
  let result = number;
  let base = roundExtended(10n, 0);
  while (rest > 0) {
    if ((rest & 1) === 1) result = power < 0 ? divide(result, base) : multiply(result, base);
    rest >>= 1;
    if (rest > 0) base = multiply(base, base);
  }
  return result;
}

/** The exact value of a positive double. */
export function fromDouble(value: number): Extended {
  let exponent = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent--;
  }
  return roundExtended(BigInt(scaled), exponent);
}

/** The nearest double. */
export function toDouble(value: Extended | undefined): number {
  if (value === undefined) return Infinity;
  if (value.mantissa === 0n) return 0;
  const leading = value.exponent + BITS - 1;
  if (leading > 1023) return Infinity;
  const kept = leading >= -1022 ? 53 : 53 - (-1022 - leading);
  if (kept < 0) return 0;
  const shift = BITS - kept;
  return Number(roundShift(value.mantissa, shift, false)) * 2 ** (value.exponent + shift);
}

/** The integer that `value + 0.5` is cut to. */
export function roundHalfUp(value: Extended | undefined): bigint {
  if (value === undefined || value.mantissa === 0n) return 0n;
  const { mantissa, exponent } = value;
  const scale = Math.min(exponent, -1);
  const sum = (mantissa << BigInt(exponent - scale)) + (1n << BigInt(-1 - scale));
  const rounded = roundExtended(sum, scale);
  return rounded.exponent >= 0
    ? rounded.mantissa << BigInt(rounded.exponent)
    : rounded.mantissa >> BigInt(-rounded.exponent);
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
