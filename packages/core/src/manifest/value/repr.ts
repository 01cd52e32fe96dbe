// str() and repr() of every value, as CPython prints them.

import { Refused } from "./exceptions.js";
import { typeName } from "./types.js";
import type { PyException, PyObject, PyRange, Value } from "./values.js";

/** Values may hold values this deep. */
export const MAX_NESTING = 50;

/** As Python's str(). */
export function toText(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && value.kind === "exception") return exceptionText(value);
  return toRepr(value);
}

/** As Python's repr(). @throws Refused for values nested too deep */
export function toRepr(value: Value, depth = 0): string {
  if (depth > MAX_NESTING) throw new Refused("too-large", "a value is nested too deep to print");
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
      return objectRepr(value, depth + 1);
  }
}

function objectRepr(value: PyObject, depth: number): string {
  switch (value.kind) {
    case "list":
      return `[${joined(value.items, depth)}]`;
    case "tuple":
      return `(${joined(value.items, depth)}${value.items.length === 1 ? "," : ""})`;
    case "dict":
      return `{${[...value.entries.values()].map((item) => `${toRepr(item.key, depth)}: ${toRepr(item.value, depth)}`).join(", ")}}`;
    case "set":
      return setRepr([...value.entries.values()], value.frozen, depth);
    case "exception":
      return `${value.type.name}(${joined(value.args, depth)})`;
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

function joined(items: readonly Value[], depth: number): string {
  return items.map((item) => toRepr(item, depth)).join(", ");
}

function setRepr(items: readonly Value[], frozen: boolean, depth: number): string {
  if (items.length === 0) return frozen ? "frozenset()" : "set()";
  const text = `{${joined(items, depth)}}`;
  return frozen ? `frozenset(${text})` : text;
}

function rangeRepr(range: PyRange): string {
  const step = range.step === 1n ? "" : `, ${range.step.toString()}`;
  return `range(${range.start.toString()}, ${range.stop.toString()}${step})`;
}

/** The text of an exception: what `except … as e` prints. */
export function exceptionText(exception: PyException): string {
  const { args, attributes, type } = exception;
  const filename = attributes.get("filename");
  if (filename !== undefined)
    return `[Errno ${toText(args[0] ?? null)}] ${toText(args[1] ?? null)}: ${toRepr(filename)}`;
  const [first = null] = args;
  if (args.length === 0) return "";
  if (args.length > 1) return `(${joined(args, 0)})`;
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
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  const body = text.replace(/[\\\x00-\x1f\x7f-\xa0\xad]|['"]/g, (character) => {
    if (character === "'" || character === '"') return character === quote ? `\\${character}` : character;
    return escapes.get(character) ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return quote + body + quote;
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
