// str() and repr() of every value, as CPython prints them.

import { Refused } from "./exceptions.js";
import { viewItems } from "./iterate.js";
import { typeName } from "./types.js";
import { PyTuple, type PyException, type PyObject, type PyRange, type Value } from "./values.js";

/** Values may hold values this deep. */
export const MAX_NESTING = 50;

/** As Python's str(). */
export function toText(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && value.kind === "exception") return exceptionText(value);
  return toRepr(value);
}

/** How much may still be printed. */
interface Room {
  left: number;
}

/** Characters that the repr of one value may have. */
const MAX_REPR = 1_000_000;

/** As Python's repr(). @throws Refused for values that are nested too deep, or too large to print */
export function toRepr(value: Value, depth = 0, room: Room = { left: MAX_REPR }): string {
  if (depth > MAX_NESTING) throw new Refused("too-large", "a value is nested too deep to print");
  room.left -= typeof value === "string" ? value.length + 2 : 2;
  if (room.left < 0) throw new Refused("too-large", "a value is too large to print");
  if (value === null) return "None";
  switch (typeof value) {
    case "boolean":
      return value ? "True" : "False";
    case "bigint":
      return value.toString();
    case "number":
      return floatRepr(value);
    case "string":
      return textRepr(value);
    default:
      return objectRepr(value, (item) => toRepr(item, depth + 1, room));
  }
}

type Printer = (item: Value) => string;

function objectRepr(value: PyObject, print: Printer): string {
  switch (value.kind) {
    case "list":
      return `[${value.items.map(print).join(", ")}]`;
    case "tuple":
      return `(${value.items.map(print).join(", ")}${value.items.length === 1 ? "," : ""})`;
    case "dict":
      return `{${[...value.entries.values()].map((item) => `${print(item.key)}: ${print(item.value)}`).join(", ")}}`;
    case "view":
      return `dict_${value.of}([${[...viewItems(value)].map(print).join(", ")}])`;
    case "set":
      return setRepr([...value.entries.values()].map(print).join(", "), value.frozen);
    case "exception":
      return `${value.type.name}(${value.args.map(print).join(", ")})`;
    case "range":
      return rangeRepr(value);
    case "type":
      return `<class '${value.name}'>`;
    case "function":
      return `<function ${value.name}>`;
    case "builtin":
      return `<built-in function ${value.name}>`;
    case "module":
      return `<module '${value.name}'>`;
    case "instance":
      return value.text();
    default:
      return `<${typeName(value)} object>`;
  }
}

function setRepr(items: string, frozen: boolean): string {
  if (items === "") return frozen ? "frozenset()" : "set()";
  return frozen ? `frozenset({${items}})` : `{${items}}`;
}

function rangeRepr(range: PyRange): string {
  const step = range.step === 1n ? "" : `, ${range.step.toString()}`;
  return `range(${range.start.toString()}, ${range.stop.toString()}${step})`;
}

/** The text of an exception for who reports it, whatever it holds. */
export function reportText(exception: PyException): string {
  try {
    return exceptionText(exception);
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

/** The text of an exception: what `except … as e` prints. */
export function exceptionText(exception: PyException): string {
  const { args, attributes, type } = exception;
  const filename = attributes.get("filename");
  if (filename !== undefined)
    return `[Errno ${toText(args[0] ?? null)}] ${toText(args[1] ?? null)}: ${toRepr(filename)}`;
  const [first = null] = args;
  if (args.length === 0) return "";
  if (args.length > 1) return toRepr(new PyTuple(args));
  return type.name === "KeyError" ? toRepr(first) : toText(first);
}

const escapes: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** The text as a Python literal. */
export function textRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\'"]|(?! )[\p{C}\p{Z}]/gu, (character) => {
    if (character === "'" || character === '"') return character === quote ? `\\${character}` : character;
    return escapes.get(character) ?? escaped(character);
  });
  return quote + body + quote;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const [letter, digits] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).padStart(digits, "0")}`;
}

/** As Python's ascii(). @throws as {@link toRepr} */
export function toAscii(value: Value): string {
  return toRepr(value).replace(/[\u{80}-\u{10ffff}]/gu, escaped);
}

/** The shortest text that reads back as the same float. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const exponent = value === 0 ? 0 : Number(value.toExponential().split("e")[1]);
  if (exponent < -4 || exponent >= 16) return exponential(value);
  const text = plainDecimal(value);
  return text.includes(".") ? text : `${text}.0`;
}

function plainDecimal(value: number): string {
  const text = String(value);
  if (!text.includes("e")) return text;
  const [digits = "", exponent = "0"] = text.split("e");
  return value.toFixed(Math.min(100, digits.replace(/^-?\d\.?/, "").length - Number(exponent)));
}

function exponential(value: number): string {
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}
