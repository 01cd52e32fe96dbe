// str.format() and the % operator on texts.

import { raised, typeError, valueError } from "./exceptions.js";
import { formatValue } from "./format-spec.js";
import type { Meter } from "./meter.js";
import type { Runtime } from "./runtime.js";
import { dictGet } from "./dict.js";
import { wholeNumber } from "./numbers.js";
import { toAscii, toRepr, toText } from "./repr.js";
import { characters } from "./sequences.js";
import { typeName } from "./types.js";
import type { Arguments, Run, Value } from "./values.js";

interface Field {
  readonly name: string;
  readonly conversion: string | undefined;
  readonly spec: string;
  /** Where the text goes on. */
  readonly end: number;
}

/** Numbers the fields that have no name; below 0 where the text numbers them itself. */
interface Numbering {
  next: number;
}

/** As Python's str.format(). Fields may be `{}`, `{0}`, `{name}`, with `.attribute`, `[item]`, `!r` and a nested spec. */
export function* formatText(
  rt: Runtime,
  text: string,
  args: Arguments,
  numbering: Numbering = { next: 0 },
  depth = 0,
): Run<string> {
  if (depth > 2) throw valueError("Max string recursion exceeded");
  let out = "";
  for (let i = 0; i < text.length;) {
    const character = text.charAt(i);
    if (character !== "{" && character !== "}") {
      const stop = text.slice(i).search(/[{}]/);
      const end = stop < 0 ? text.length : i + stop;
      out += text.slice(i, end);
      i = end;
    } else if (text.charAt(i + 1) === character) {
      out += character;
      i += 2;
    } else {
      const field = readField(text, i);
      out += yield* formatField(rt, field, args, numbering, depth);
      i = field.end;
    }
    rt.meter.step();
  }
  return rt.meter.text(out);
}

function readField(text: string, start: number): Field {
  if (text.charAt(start) === "}") throw valueError("Single '}' encountered in format string");
  let depth = 1;
  let end = start + 1;
  for (; end < text.length && depth > 0; end++) {
    if (text.charAt(end) === "{") depth++;
    else if (text.charAt(end) === "}") depth--;
  }
  if (depth > 0)
    throw valueError(
      start + 1 === text.length
        ? "Single '{' encountered in format string"
        : "expected '}' before end of string",
    );
  const body = text.slice(start + 1, end - 1);
  const [, name = "", conversion, spec = ""] =
    /^((?:\[[^\]]*\]|[^!:[])*)(?:!([^:]*))?(?::([^]*))?$/.exec(body) ?? [];
  return { name, conversion, spec, end };
}

function* formatField(
  rt: Runtime,
  field: Field,
  args: Arguments,
  numbering: Numbering,
  depth: number,
): Run<string> {
  const value = converted(yield* fieldValue(rt, field.name, args, numbering), field.conversion);
  const spec = yield* formatText(rt, field.spec, args, numbering, depth + 1);
  return formatValue(rt.meter, value, spec);
}

/** What `!r` or `!s` makes of a value. */
export function converted(value: Value, conversion: string | undefined): Value {
  if (conversion === undefined) return value;
  if (conversion === "s") return toText(value);
  if (conversion === "r") return toRepr(value);
  if (conversion === "a") return toAscii(value);
  throw valueError(`Unknown conversion specifier '${conversion}'`);
}

function* fieldValue(rt: Runtime, name: string, args: Arguments, numbering: Numbering): Run<Value> {
  const [, first = "", rest = ""] = /^([^.[]*)(.*)$/s.exec(name) ?? [];
  let value = argument(first, args, numbering);
  for (const [, attribute, item] of rest.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
    if (attribute !== undefined) value = rt.attribute(value, attribute);
    else value = yield* rt.subscript(value, /^\d+$/.test(item ?? "") ? BigInt(item ?? "") : (item ?? ""));
  }
  return value;
}

function argument(name: string, args: Arguments, numbering: Numbering): Value {
  if (name !== "" && !/^\d+$/.test(name)) {
    const value = args.keywords.get(name);
    if (value === undefined) throw raised("KeyError", name);
    return value;
  }
  if (name === "" ? numbering.next < 0 : numbering.next > 0)
    throw valueError("cannot mix manual and automatic field numbering");
  const index = name === "" ? numbering.next++ : Number(name);
  if (name !== "") numbering.next = -1;
  const value = args.positional[index];
  if (value === undefined) {
    throw raised("IndexError", `Replacement index ${index} out of range for positional args tuple`);
  }
  return value;
}

/** `%(key)#08.3d`: key, flags, width, precision, type. */
const percentField = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?([^])?/g;

/** As Python's `text % values`. */
export function percentFormat(rt: Runtime, text: string, values: Value): string {
  rt.meter.look(text);
  const single = typeof values !== "object" || values?.kind !== "tuple";
  const items = single ? [values] : values.items;
  let used = 0;
  const next = (): Value => {
    const value = items[used++];
    if (value === undefined) throw typeError("not enough arguments for format string");
    return value;
  };
  const count = (given: string | undefined): string =>
    given === "*" ? toIntegerText(next()) : (given ?? "");
  let out = "";
  let end = 0;
  // One by one, not with replace(): that looks for all of them before the first can fail.
  for (const field of text.matchAll(percentField)) {
    const [whole, key, flags = "", width, precision, type] = field;
    out += text.slice(end, field.index);
    end = field.index + whole.length;
    if (whole === "%%") out += "%";
    else {
      const [wide, precise] = [count(width), count(precision)];
      const value = key === undefined ? next() : namedValue(rt.meter, values, key);
      out += percentValue(rt, value, flags, wide, precise, type);
    }
  }
  out += text.slice(end);
  const isMapping = typeof values === "object" && (values?.kind === "dict" || values?.kind === "list");
  if (used < items.length && !isMapping)
    throw typeError("not all arguments converted during string formatting");
  return rt.meter.text(out);
}

function toIntegerText(value: Value): string {
  if (typeof value === "bigint") return value.toString();
  throw typeError("* wants int");
}

function namedValue(meter: Meter, values: Value, key: string): Value {
  if (typeof values !== "object" || values?.kind !== "dict") throw typeError("format requires a mapping");
  const value = dictGet(meter, values, key);
  if (value === undefined) throw raised("KeyError", key);
  return value;
}

/** Characters of sign and prefix: those of `-0x` in `-0x1f`. */
function signLength(text: string): number {
  return /^[-+ ]?(?:0[xXob])?/.exec(text)?.[0].length ?? 0;
}

/** The number with as many digits at least. */
function withZeros(meter: Meter, text: string, digits: number): string {
  meter.size(Math.max(0, digits));
  const cut = signLength(text);
  return text.slice(0, cut) + text.slice(cut).padStart(digits, "0");
}

function percentValue(
  rt: Runtime,
  value: Value,
  flags: string,
  width: string,
  precision: string,
  type: string | undefined,
): string {
  if (type === undefined) throw valueError("incomplete format");
  if (width.startsWith("-")) return percentValue(rt, value, `-${flags}`, width.slice(1), precision, type);
  const align = flags.includes("-") ? "<" : flags.includes("0") && !"srac".includes(type) ? "=" : ">";
  const fill = align === "=" ? "0" : " ";
  const sign = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const dot = precision === "" ? "" : `.${precision}`;
  if ("sra".includes(type)) {
    return formatValue(rt.meter, converted(value, type), `${fill}${align}${width}${dot}`);
  }
  const number = typeof value === "boolean" ? BigInt(value) : value;
  if (typeof number !== "bigint" && typeof number !== "number") {
    if (type === "c" && typeof value === "string" && characters(value).length === 1)
      return formatValue(rt.meter, value, `${fill}${align}${width}`);
    throw typeError(`%${type} format: a real number is required, not ${typeName(value)}`);
  }
  const alternate = flags.includes("#") ? "#" : "";
  if ("diuxXoc".includes(type)) {
    const letter = "diu".includes(type) ? "d" : type;
    if (letter !== "d" && typeof number !== "bigint")
      throw typeError(`%${type} format: an integer is required, not float`);
    const whole = wholeNumber(number);
    if (precision === "")
      return formatValue(rt.meter, whole, `${fill}${align}${sign}${alternate}${width}${letter}`);
    const digits = withZeros(
      rt.meter,
      formatValue(rt.meter, whole, sign + alternate + letter),
      Number(precision),
    );
    if (align === "=") return withZeros(rt.meter, digits, Number(width) - signLength(digits));
    return formatValue(rt.meter, digits, `${align}${width}`);
  }
  if (!"eEfFgG".includes(type)) throw valueError(`unsupported format character '${type}'`);
  return formatValue(rt.meter, number, `${fill}${align}${sign}${width}${dot}${type}`);
}
