// Floats as text, to the digit as the compilers of format 5 write them: 16 digits by repeated multiplication, so that the last
// may be off. Follows mp_format_float() of py/formatfloat.c, MicroPython 1.18, for doubles, format "g" and 16 digits.

const LARGEST_POWER = 256;
const PRECISION = 16;
const ROUNDS_TO_ONE = 0.999999999995;
const POWERS = [1e256, 1e128, 1e64, 1e32, 1e16, 1e8, 1e4, 1e2, 1e1] as const;
const NEGATIVE_POWERS = [1e-256, 1e-128, 1e-64, 1e-32, 1e-16, 1e-8, 1e-4, 1e-2, 1e-1] as const;

/** A number between 1 and 10, and how its digits are to be written. */
interface Scaled {
  /** What is left to write as digits. */
  readonly mantissa: number;
  /** What stands before the digits: "0.00". */
  readonly start: string;
  /** The exponent's sign; empty where no exponent is written. */
  readonly sign: "" | "+" | "-";
  readonly exponent: number;
  readonly digits: number;
  /** The point comes behind the digit of this number; -1 where it has been written. */
  readonly point: number;
}

/**
 * The text of a float.
 * @param withPoint - false for the imaginary part of a complex number, where ".0" is not added
 */
export function formatFloat5(value: number, withPoint = true): string {
  if (Number.isNaN(value)) return "nan";
  const negative = value < 0 || Object.is(value, -0);
  const text = (negative ? "-" : "") + formatPositive(Math.abs(value));
  return withPoint && !/[.en]/.test(text) ? `${text}.0` : text;
}

function formatPositive(value: number): string {
  if (value === Infinity) return "inf";
  if (value === 0) return "0";
  const scaled = value < 1 ? scaleUp(value) : scaleDown(value);
  return withExponent(roundedDigits(scaled), scaled);
}

function scaleUp(value: number): Scaled {
  let f = value;
  let exponent = 0;
  POWERS.forEach((power, i) => {
    if ((NEGATIVE_POWERS[i] as number) > f) {
      exponent += LARGEST_POWER >> i;
      f *= power;
    }
  });
  let sign: "+" | "-" = "-";
  if (f < 1 && f >= ROUNDS_TO_ONE) {
    f = 1;
    if (exponent === 0) sign = "+";
  } else if (f < 1) {
    exponent++;
    f *= 10;
  }
  if (exponent > 4) return { mantissa: f, start: "", sign, exponent, digits: PRECISION, point: 0 };
  // Fixed: the zeros behind the point do not count as digits.
  const zeros = Math.max(0, exponent - 1);
  const first = value >= ROUNDS_TO_ONE ? "1" : "0";
  const digits = PRECISION + exponent - 1 - zeros;
  return { mantissa: f, start: `${first}.${"0".repeat(zeros)}`, sign: "", exponent, digits, point: -1 };
}

function scaleDown(value: number): Scaled {
  let f = value;
  let exponent = 0;
  POWERS.forEach((power, i) => {
    if (power <= f) {
      exponent += LARGEST_POWER >> i;
      f *= NEGATIVE_POWERS[i] as number;
    }
  });
  if (Math.trunc(f) >= 10) {
    exponent += 1;
    f *= 0.1;
  }
  const isFixed = exponent < PRECISION;
  const point = isFixed ? exponent : 0;
  return { mantissa: f, start: "", sign: isFixed ? "" : "+", exponent, digits: PRECISION, point };
}

/** The digits, with what else stands before an exponent; `carried` where 9.99 became 10.0. */
function roundedDigits(scaled: Scaled): { readonly text: string; readonly carried: boolean } {
  let f = scaled.mantissa;
  const text = Array.from(scaled.start);
  let point = scaled.point;
  const hasFraction = scaled.point < 0 || scaled.digits - scaled.point > 1;
  for (let i = 0; i < scaled.digits; i++, point--) {
    const digit = Math.trunc(f);
    text.push(digit < 0 ? "0" : String.fromCharCode(48 + digit));
    if (point === 0 && hasFraction) text.push(".");
    f = (f - digit) * 10;
  }
  const carried = f >= 5 && roundUp(text, scaled.sign !== "");
  return { text: text.join(""), carried };
}

/** Adds one to the last digit. True where the number grew by a digit that moves the exponent. */
function roundUp(text: string[], hasExponent: boolean): boolean {
  let i = text.length - 1;
  for (; i >= 0; i--) {
    if (text[i] === ".") continue;
    if (text[i] !== "9") {
      text[i] = String.fromCharCode((text[i] as string).charCodeAt(0) + 1);
      return false;
    }
    text[i] = "0";
  }
  if (text[1] === "." && hasExponent) {
    text[0] = ".";
    text[1] = "0";
    text.unshift("1");
    text.pop();
    return true;
  }
  text.unshift("1");
  return false;
}

function withExponent(
  { text, carried }: { readonly text: string; readonly carried: boolean },
  { sign, exponent }: Scaled,
): string {
  const digits = text.includes(".") ? text.replace(/\.?0*$/, "") : text;
  if (sign === "") return digits;
  const moved = carried ? (sign === "-" ? exponent - 1 : exponent + 1) : exponent;
  const shown = carried && sign === "-" && moved === 0 ? "+" : sign;
  return `${digits}e${shown}${String(moved).padStart(2, "0")}`;
}
