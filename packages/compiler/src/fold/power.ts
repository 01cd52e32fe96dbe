// pow() of C for doubles. Where the exponent is a whole number the result is exact, rounded once, as glibc's is in all
// but a few cases in a thousand million; other exponents are left to JavaScript.

/** Beyond this the exact way costs too much. */
const LARGEST_EXACT = 2048;

/** `base ** exponent` */
export function power(base: number, exponent: number): number {
  if (base === 1 || exponent === 0) return 1;
  const exact = Number.isInteger(exponent) && Math.abs(exponent) <= LARGEST_EXACT;
  if (!exact || !Number.isFinite(base) || base === 0) return base ** exponent;
  const size = exactPower(Math.abs(base), Math.abs(exponent), exponent < 0);
  return base < 0 && exponent % 2 !== 0 ? -size : size;
}

function exactPower(base: number, exponent: number, inverse: boolean): number {
  let mantissa = base;
  let shift = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    shift--;
  }
  const value = BigInt(mantissa) ** BigInt(exponent);
  return inverse ? ratio(1n, value, -shift * exponent) : ratio(value, 1n, shift * exponent);
}

/** `numerator / denominator * 2**shift`, rounded to the nearest double. */
function ratio(numerator: bigint, denominator: bigint, shift: number): number {
  const length = numerator.toString(2).length - denominator.toString(2).length;
  if (length + shift > 1025) return Infinity;
  if (length + shift < -1080) return 0;
  // Two bits more than a double has, or as many as a subnormal number can show; a last one for what is cut.
  const scale = Math.min(56 - length, 1078 + shift);
  const scaled = scale >= 0 ? numerator << BigInt(scale) : numerator;
  const divisor = scale >= 0 ? denominator : denominator << BigInt(-scale);
  const quotient = scaled / divisor;
  const sticky = quotient * divisor === scaled ? 0n : 1n;
  return scaleDouble((quotient << 1n) | sticky, shift - scale - 1);
}

/** `value * 2**exponent` rounded once. */
function scaleDouble(value: bigint, exponent: number): number {
  const length = value.toString(2).length;
  const excess = Math.max(length - 53, -1074 - exponent);
  if (excess <= 0) return Number(value) * 2 ** exponent;
  const shift = BigInt(excess);
  const quotient = value >> shift;
  const rest = value - (quotient << shift);
  const half = 1n << (shift - 1n);
  const up = rest > half || (rest === half && (quotient & 1n) === 1n) ? 1n : 0n;
  const whole = exponent + excess;
  return whole > 970
    ? Number(quotient + up) * 2 ** 970 * 2 ** (whole - 970)
    : Number(quotient + up) * 2 ** whole;
}
