// The format specification mini-language, as format(), str.format() and f-strings apply it.

import { outside, typeError, valueError } from "./exceptions.js";
import type { Meter } from "./meter.js";
import { characters } from "./sequences.js";
import { toFloat } from "./numbers.js";
import { floatRepr, toText } from "./repr.js";
import { typeName } from "./types.js";
import type { Value } from "./values.js";

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | null;
  readonly type: string;
}

/** A value in the form that `spec` asks for. @throws Raised ValueError */
export function formatValue(meter: Meter, value: Value, spec: string): string {
  if (spec === "") return meter.text(toText(value));
  const plain = typeof value === "object";
  if (plain) throw typeError(`unsupported format string passed to ${typeName(value)}.__format__`);
  const parsed = parseSpec(meter, spec, value);
  if (typeof value === "string") return padded(meter, textBody(value, parsed), parsed, "<");
  return padded(
    meter,
    numberBody(typeof value === "boolean" ? (value ? 1n : 0n) : value, parsed),
    parsed,
    ">",
  );
}

function parseSpec(meter: Meter, spec: string, value: Value): Spec {
  const match = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su.exec(spec);
  if (match === null)
    throw valueError(`Invalid format specifier '${spec}' for object of type '${typeName(value)}'`);
  const [, fill, align, sign, alternate, zero, width, grouping, precision, type] = match as (
    string | undefined
  )[];
  meter.size(Number(width ?? 0));
  meter.size(Number(precision ?? 0));
  const zeroAlign = typeof value === "string" ? "<" : "=";
  return {
    fill: fill ?? (zero === undefined ? " " : "0"),
    align: align ?? (zero === undefined ? "" : zeroAlign),
    sign: sign ?? "",
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    grouping: grouping ?? "",
    precision: precision === undefined ? null : Number(precision),
    type: type ?? "",
  };
}

function textBody(text: string, spec: Spec): readonly [string, string] {
  if (spec.type !== "" && spec.type !== "s") throw unknownCode(spec.type, "str");
  if (spec.sign !== "" || spec.alternate || spec.grouping !== "")
    throw valueError("Sign, alternate form or grouping not allowed in string format specifier");
  if (spec.align === "=") throw valueError("'=' alignment not allowed in string format specifier");
  const taken =
    spec.precision === null ? text : Array.from(characters(text)).slice(0, spec.precision).join("");
  return ["", taken];
}

function unknownCode(code: string, type: string): Error {
  return valueError(`Unknown format code '${code}' for object of type '${type}'`);
}

/** Sign and prefix, and the digits. */
function numberBody(value: bigint | number, spec: Spec): readonly [string, string] {
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? "-" : spec.sign.replace("-", "");
  if (spec.grouping !== "" && spec.fill === "0" && spec.width > 0)
    throw outside("zeros before a number with separators", "Leave one of them out.");
  const size = negative ? -value : value;
  if (typeof size === "bigint" && "bcdoxXn".includes(spec.type)) return integerBody(sign, size, spec);
  return [sign, grouped(floatBody(toFloat(size), spec, typeof value === "bigint"), spec.grouping, 3)];
}

const radixes: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["b", 2],
  ["o", 8],
  ["x", 16],
  ["X", 16],
]);

function integerBody(sign: string, size: bigint, spec: Spec): readonly [string, string] {
  if (spec.precision !== null) throw valueError("Precision not allowed in integer format specifier");
  if (spec.type === "c" && (sign !== "" || spec.alternate || spec.grouping !== ""))
    throw valueError("Sign, alternate form or grouping not allowed with integer format specifier 'c'");
  if (spec.type === "c") return ["", String.fromCodePoint(Number(size <= 0x10ffffn ? size : 0xfffdn))];
  const radix = radixes.get(spec.type) ?? 10;
  if (spec.type === "n" ? spec.grouping !== "" : spec.grouping === "," && radix !== 10)
    throw valueError(`Cannot specify '${spec.grouping}' with '${spec.type}'.`);
  const digits = grouped(size.toString(radix), spec.grouping, radix === 10 ? 3 : 4);
  const prefix = spec.alternate && radix !== 10 ? `0${spec.type}` : "";
  return [sign + prefix, spec.type === "X" ? digits.toUpperCase() : digits];
}

function floatBody(size: number, spec: Spec, isInteger: boolean): string {
  const precision = spec.precision ?? 6;
  if (spec.alternate) throw outside("the alternate form of a float", "Leave the # out.");
  const special = Number.isFinite(size) ? null : floatRepr(size);
  switch (spec.type) {
    case "f":
    case "F":
      return special ?? fixed(size, precision);
    case "%":
      return `${special ?? fixed(size * 100, precision)}%`;
    case "e":
    case "E":
      return cased(
        special ?? exponential(size, Math.min(100, precision)).replace(/e([+-])(\d)$/, "e$10$2"),
        spec.type,
      );
    case "g":
    case "G":
    case "n":
      return cased(special ?? general(size, precision), spec.type);
    case "":
      return spec.precision === null ? floatRepr(size) : (special ?? general(size, precision, true));
    default:
      throw unknownCode(spec.type, isInteger ? "int" : "float");
  }
}

function fixed(size: number, precision: number): string {
  if (size >= 1e21) throw outside("a float of more than 21 digits in a format", "Use an int.");
  return toFixed(size, Math.min(100, precision));
}

/** As JavaScript's, but of two digits that are as near it takes the even one, as Python does. */
export function toFixed(size: number, digits: number): string {
  const text = size.toFixed(digits);
  return isTie(size, digits) ? even(text) : text;
}

/** True where `size` is in the middle between two numbers of so many digits behind the point. */
function isTie(size: number, digits: number): boolean {
  if (digits >= 0) return Math.abs((size * 2 ** (digits + 1)) % 2) === 1;
  const unit = 10n ** BigInt(-digits);
  return Number.isInteger(size) && BigInt(Math.abs(size)) % unit === unit / 2n;
}

/** The text with its last digit one lower where it is odd. */
function even(text: string): string {
  return text.replace(/[13579]$/, (digit) => String(Number(digit) - 1));
}

function exponential(size: number, digits: number): string {
  const [mantissa = "0", exponent = "0"] = size.toExponential(digits).split("e");
  return `${isTie(size, digits - Number(exponent)) ? even(mantissa) : mantissa}e${exponent}`;
}

function cased(text: string, type: string): string {
  return type === type.toUpperCase() ? text.toUpperCase() : text;
}

/** `isPlain` is where no type is given: then there is a digit behind the point. */
function general(size: number, precision: number, isPlain = false): string {
  const digits = Math.min(100, Math.max(1, precision));
  const [mantissa = "0", exponent = "0"] = exponential(size, digits - 1).split("e");
  const place = Number(exponent);
  if (place >= -4 && place < digits - (isPlain ? 1 : 0)) {
    const text = trimZeros(toFixed(size, Math.min(100, digits - 1 - place)));
    return isPlain && !text.includes(".") ? `${text}.0` : text;
  }
  return `${trimZeros(mantissa)}e${place < 0 ? "-" : "+"}${String(Math.abs(place)).padStart(2, "0")}`;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function grouped(text: string, separator: string, size: number): string {
  if (separator === "") return text;
  const [, digits = "", rest = ""] = /^([0-9a-f]*)(.*)$/i.exec(text) ?? [];
  let out = "";
  for (let end = digits.length; end > 0; end -= size) {
    out = digits.slice(Math.max(0, end - size), end) + (out === "" ? "" : separator) + out;
  }
  return out + rest;
}

function padded(
  meter: Meter,
  body: string | readonly [string, string],
  spec: Spec,
  otherwise: string,
): string {
  const [head, tail] = typeof body === "string" ? ["", body] : body;
  const missing = Math.max(0, spec.width - characters(head + tail).length);
  meter.size(head.length + tail.length + missing);
  const fill = (count: number): string => spec.fill.repeat(count);
  switch (spec.align === "" ? otherwise : spec.align) {
    case "<":
      return head + tail + fill(missing);
    case "=":
      return head + fill(missing) + tail;
    case "^":
      return fill(missing >> 1) + head + tail + fill(missing - (missing >> 1));
    default:
      return fill(missing) + head + tail;
  }
}
