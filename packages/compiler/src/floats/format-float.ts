// A double to text, with MicroPython's digits: the fewest from 16 on that read back as the same double, zeros cut.
// Follows mp_format_float() of py/formatfloat.c (1.28) for repr(), as built for x86-64.

import { fromDouble, roundExtended, roundHalfUp, scaleByPowerOfTen, toDouble } from "./extended.js";
import { parseFloat64 } from "./parse-float.js";

const FIRST_DIGITS = 16;
const MOST_DIGITS = 19;
/** From this power of ten on an exponent is written. */
const EXPONENT_FROM = 16;
const ONE = roundExtended(1n, 0);

/** The text of a float in an .mpy file. */
export function formatFloat64(value: number): string {
  const text = formatNumber(value);
  return /[.en]/.test(text) ? text : `${text}.0`;
}

/** The text of a number without a real part. */
export function formatImaginary(value: number): string {
  return `${formatNumber(value)}j`;
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}inf`;
  return sign + (size === 0 ? "0" : formatPositive(size));
}

function formatPositive(value: number): string {
  const exponent = decimalExponent(value);
  const exact = fromDouble(value);
  for (let digits = FIRST_DIGITS; ; digits++) {
    const mantissa = roundHalfUp(scaleByPowerOfTen(exact, digits - exponent - 1));
    const text = layOut(mantissa, digits, exponent);
    if (digits === MOST_DIGITS || parseFloat64(text) === value) return text;
  }
}

/** The power of ten of the first digit. */
function decimalExponent(value: number): number {
  let exponent = Math.trunc(binaryExponent(value) * 0.3010299956639812);
  const step = value < 1 ? -1 : 1;
  const positive = step === 1;
  const above = positive ? 1 : 0;
  while (value >= powerOfTen(exponent + above) === positive) exponent += step;
  return exponent;
}

/** The exponent as the format stores it; that of all subnormal numbers is the same. */
function binaryExponent(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return ((view.getUint32(0) >>> 20) & 0x7ff) - 1023;
}

function powerOfTen(power: number): number {
  return toDouble(scaleByPowerOfTen(ONE, power));
}

/** Digits, point and exponent, as format `g` has them. */
function layOut(mantissa: bigint, count: number, exponent: number): string {
  let digits = mantissa.toString();
  let power = exponent;
  if (digits.length > count) {
    digits = digits.slice(0, -1);
    power++;
  }
  digits = digits.padStart(count, "0");
  if (power < 0 && power >= -4) return `0.${"0".repeat(-power - 1)}${digits}`.replace(/0+$/, "");
  const whole = power > 0 && power < EXPONENT_FROM ? power + 1 : 1;
  const text = `${digits.slice(0, whole)}.${digits.slice(whole)}`.replace(/0+$/, "").replace(/\.$/, "");
  return whole > 1 || power === 0 ? text : text + exponentText(power);
}

function exponentText(power: number): string {
  return `e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
