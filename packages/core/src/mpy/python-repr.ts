// Values as Python's repr() writes them, for text that has to match mpy-tool.py's: str, bytes, numbers, tuples.

import { invalidMpy } from "./byte-reader.js";
import type { MpyObject } from "./mpy-file.js";
import { decodeText } from "./text.js";

/** repr() of a constant, as mpy-tool.py 1.28 prints it. */
export function reprObject(object: MpyObject): string {
  switch (object.type) {
    case "fun-table":
      return "mp_fun_table";
    case "none":
      return "None";
    case "false":
      return "False";
    case "true":
      return "True";
    case "ellipsis":
      return "Ellipsis";
    case "str":
      return reprText(decodeText(object.value));
    case "bytes":
      return reprBytes(object.value);
    case "int":
      return BigInt(object.value).toString();
    case "float":
      return reprFloat(parseFloatText(object.value));
    case "complex":
      return reprComplex(parseComplex(object.value));
    case "tuple":
      return reprTuple(object.items.map(reprObject));
  }
}

/** repr() of a list of texts. */
export function reprTexts(texts: readonly string[]): string {
  return `[${texts.map(reprText).join(", ")}]`;
}

function reprTuple(items: readonly string[]): string {
  return items.length === 1 ? `(${items[0] ?? ""},)` : `(${items.join(", ")})`;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Texts that repr() puts quotes around, and that is all. */
const plainText = /^[ !#-&(-[\]-~]*$/;

/** repr() of a str. */
export function reprText(text: string): string {
  if (plainText.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = "";
  for (const character of text) body += character === quote ? `\\${quote}` : reprCharacter(character);
  return quote + body + quote;
}

/** What str.isprintable() of CPython refuses, but for the space. */
const unprintable = /[\p{C}\p{Z}]/u;

function reprCharacter(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const escape = escapes[character];
  if (escape !== undefined) return escape;
  if (point >= 0x20 && point < 0x7f) return character;
  if (point > 0x7f && !unprintable.test(character)) return character;
  if (point < 0x100) return `\\x${hex(point, 2)}`;
  return point < 0x10000 ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`;
}

/** repr() of bytes. */
export function reprBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let body = "";
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === quote) body += `\\${quote}`;
    else body += escapes[character] ?? (byte >= 0x20 && byte < 0x7f ? character : `\\x${hex(byte, 2)}`);
  }
  return `b${quote}${body}${quote}`;
}

/** repr() of a float: the shortest digits that give it back, with an exponent below 1e-4 and from 1e16 on. */
export function reprFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const [digits = "0", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 16) return withPoint(plainDigits(value, exponent));
  const sign = exponent < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function plainDigits(value: number, exponent: number): string {
  if (exponent >= 0) return String(value);
  const [digits = "0"] = value.toExponential().split("e");
  const decimals = digits.replace("-", "").replace(".", "");
  return `${value < 0 ? "-" : ""}0.${"0".repeat(-exponent - 1)}${decimals}`;
}

function withPoint(text: string): string {
  return text.includes(".") ? text : `${text}.0`;
}

/** A complex number's two parts. */
export interface ComplexParts {
  readonly real: number;
  readonly imaginary: number;
}

/** repr() of a complex number. */
export function reprComplex({ real, imaginary }: ComplexParts): string {
  const imaginaryText = shortFloat(imaginary);
  if (Object.is(real, 0)) return `${imaginaryText}j`;
  const sign = imaginaryText.startsWith("-") ? "" : "+";
  return `(${shortFloat(real)}${sign}${imaginaryText}j)`;
}

function shortFloat(value: number): string {
  return reprFloat(value).replace(/\.0$/, "");
}

/** The number of a float constant's text. */
export function parseFloatText(text: string): number {
  const unsigned = text.replace(/^-/, "");
  const value = unsigned === "inf" ? Infinity : unsigned === "nan" ? NaN : Number(unsigned);
  return text.startsWith("-") ? -value : value;
}

/** The number of a complex constant's text, like "2j" or "(1.5-2j)". */
export function parseComplex(text: string): ComplexParts {
  const inner = text.replace(/^\(|\)$/g, "");
  const parts =
    /^(?<real>-?[^+-]*?(?:e[+-]?\d+)?)(?<imaginary>[+-](?:\d[\d.]*(?:e[+-]?\d+)?|inf|nan))?(?<unit>j?)$/.exec(
      inner,
    );
  if (parts?.groups === undefined) throw invalidMpy(`A constant complex reads ${JSON.stringify(text)}.`);
  const first = parseFloatText(parts.groups["real"] ?? "0");
  const second = parts.groups["imaginary"];
  if (second !== undefined) return { real: first, imaginary: parseFloatText(second.replace(/^\+/, "")) };
  return parts.groups["unit"] === "j" ? { real: 0, imaginary: first } : { real: first, imaginary: 0 };
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}
