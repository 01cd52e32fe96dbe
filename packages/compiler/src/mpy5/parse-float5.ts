// Text to floats, to the bit as the compilers of format 5 read them: digits are gathered in a double, the exponent applied at
// the end. Follows mp_parse_num_decimal() of py/parsenum.c, MicroPython 1.18.

/** Up to here digits are gathered; what comes after only moves the exponent. */
const LARGEST = 1e200;
const SMALL_NORMAL = 1e-307;
const SMALL_NORMAL_EXPONENT = -307;
/** The largest power of ten that a double has exactly. */
const EXACT_POWER = 22;

/** The double that a literal stands for, without its sign: "1_000.5e-3". */
export function parseFloat5(text: string): number {
  const [digits = "", power = "0"] = text.toLowerCase().replaceAll("_", "").split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  let value = 0;
  let exponent = clampedExponent(power);
  for (const digit of whole) {
    if (value < LARGEST) value = 10 * value + Number(digit);
    else exponent++;
  }
  for (const digit of fraction) {
    if (value >= LARGEST) break;
    value = 10 * value + Number(digit);
    exponent--;
  }
  return scale(value, exponent);
}

/** Far beyond what a double can have, but no more digits than C's int keeps. */
function clampedExponent(text: string): number {
  const value = Number(text);
  return Math.max(-100_000_000, Math.min(100_000_000, value));
}

function scale(value: number, exponent: number): number {
  let scaled = value;
  let rest = exponent;
  if (rest < SMALL_NORMAL_EXPONENT) {
    rest -= SMALL_NORMAL_EXPONENT;
    scaled *= SMALL_NORMAL;
  }
  return rest < 0 && rest >= -EXACT_POWER ? scaled / powerOfTen(-rest) : scaled * powerOfTen(rest);
}

/** 10 to a power, rounded as C's `pow` does; Math.pow may be off by a bit. */
function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`);
}
