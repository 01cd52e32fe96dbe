// Decimal text to a double, with MicroPython's rounding. Follows mp_parse_float_internal() of py/parsenum.c (1.28), as
// built for x86-64: a mantissa of 64 bits and `long double` arithmetic.

import { roundExtended, scaleByPowerOfTen, toDouble } from "./extended.js";

const MANTISSA_MAX = 0x1999999999999998n;
const LARGEST_EXPONENT = 107374181;

/** The value of digits with an optional point and exponent: what the lexer takes for a float. */
export function parseFloat64(text: string): number {
  const [digits = "", exponentText] = text.toLowerCase().split("e");
  const reader = new MantissaReader();
  let fraction = false;
  for (const character of digits) {
    if (character === ".") fraction = true;
    else reader.digit(character.charCodeAt(0) - 48, fraction);
  }
  const exponent = parseExponent(exponentText ?? "") + reader.exponent();
  if (exponent === 0 && reader.mantissa < 0x20000000000000n) return Number(reader.mantissa);
  return toDouble(scaleByPowerOfTen(roundExtended(reader.mantissa, 0), exponent));
}

function parseExponent(text: string): number {
  let value = 0;
  for (const character of text) {
    if (character >= "0" && character <= "9" && value < LARGEST_EXPONENT)
      value = 10 * value + Number(character);
  }
  return text.startsWith("-") ? -value : value;
}

/** Collects digits, deferring zeros: those that nothing follows are left out. */
class MantissaReader {
  mantissa = 0n;
  private extra = 0;
  private integerZeros = 0;
  private fractionZeros = 0;

  digit(digit: number, fraction: boolean): void {
    if (digit === 0 || this.mantissa >= MANTISSA_MAX) {
      if (fraction) this.fractionZeros++;
      else this.integerZeros++;
      return;
    }
    for (; this.integerZeros > 0; this.integerZeros--) this.accept(0, false);
    for (; this.fractionZeros > 0; this.fractionZeros--) this.accept(0, true);
    this.accept(digit, fraction);
  }

  /** The power of ten that the mantissa is to be multiplied by. */
  exponent(): number {
    return this.extra + this.integerZeros;
  }

  private accept(digit: number, fraction: boolean): void {
    if (this.mantissa < MANTISSA_MAX) {
      if (fraction) this.extra--;
      this.mantissa = this.mantissa * 10n + BigInt(digit);
    } else if (!fraction) this.extra++;
  }
}
