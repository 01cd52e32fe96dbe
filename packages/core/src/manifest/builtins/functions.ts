// The built-in functions of Python that manifests may call.

import { positional, textArgument } from "../value/arguments.js";
import { asNumber, isTrue, order } from "../value/compare.js";
import { exceptionTypes, outside, raised, Raised, typeError, valueError } from "../value/exceptions.js";
import { formatValue, toFixed } from "../value/format-spec.js";
import { iteratorOver, toItems, toIterator } from "../value/iterate.js";
import { arithmetic, toIndex, wholeNumber } from "../value/numbers.js";
import { toAscii, toRepr, toText } from "../value/repr.js";
import type { Runtime } from "../value/runtime.js";
import { characters, sequenceArithmetic } from "../value/sequences.js";
import { typeName, typeOf, types } from "../value/types.js";
import {
  exhausted,
  native,
  PyBuiltin,
  PyIterator,
  PyList,
  PyTuple,
  type Arguments,
  type Run,
  type Value,
} from "../value/values.js";
import { sorted } from "./sequence-methods.js";

type Native = (rt: Runtime, args: Arguments) => Value;
type Running = (rt: Runtime, args: Arguments) => Run<Value>;

/** The built-in scope of a manifest. */
export function builtinScope(rt: Runtime): Map<string, Value> {
  const scope = new Map<string, Value>([["__name__", "builtins"]]);
  for (const type of Object.values(types)) if (type.name !== "object") scope.set(type.name, type);
  for (const [name, type] of exceptionTypes) if (!name.startsWith("Manifest")) scope.set(name, type);
  scope.set("IOError", exceptionTypes.get("OSError") ?? null);
  for (const [name, call] of natives)
    scope.set(
      name,
      native(name, (args) => call(rt, args)),
    );
  for (const [name, call] of running) scope.set(name, new PyBuiltin(name, (args) => call(rt, args)));
  return scope;
}

function length(_: Runtime, args: Arguments): Value {
  const [value = null] = positional("len", args, 1, 1);
  if (typeof value === "string") return BigInt(characters(value).length);
  if (typeof value === "object" && value !== null) {
    if (value.kind === "list" || value.kind === "tuple") return BigInt(value.items.length);
    if (value.kind === "dict" || value.kind === "set") return BigInt(value.entries.size);
    if (value.kind === "view") return BigInt(value.dict.entries.size);
    if (value.kind === "range") return value.length;
  }
  throw typeError(`object of type '${typeName(value)}' has no len()`);
}

function isInstance(_: Runtime, args: Arguments): Value {
  const [value = null, expected = null] = positional("isinstance", args, 2, 2);
  return isOf(value, expected);
}

function isOf(value: Value, expected: Value): boolean {
  if (typeof expected === "object" && expected?.kind === "type") return typeOf(value).isA(expected);
  if (typeof expected === "object" && expected?.kind === "tuple")
    return expected.items.some((each) => isOf(value, each));
  throw typeError("isinstance() arg 2 must be a type, a tuple of types, or a union");
}

function print(rt: Runtime, args: Arguments): Value {
  const separator = args.keywords.get("sep") ?? " ";
  const end = args.keywords.get("end") ?? "\n";
  positional("print", { ...args, positional: [] }, 0, 0, ["sep", "end", "file", "flush"]);
  rt.print(
    rt.meter.text(
      args.positional.map((value) => rt.meter.text(toText(value))).join(toText(separator)) + toText(end),
    ),
  );
  return null;
}

function round(_: Runtime, args: Arguments): Value {
  const [value = null, digits = null] = positional("round", args, 1, 2);
  const number = asNumber(value);
  if (number === null) throw typeError(`type ${typeName(value)} doesn't define __round__ method`);
  const places = digits === null ? 0n : toIndex(digits, "");
  if (places < 0n) throw outside("round() to tens", "Round to 0 or more digits.");
  if (typeof number === "bigint") return number;
  if (digits === null && Math.abs(number) >= 2 ** 52) return wholeNumber(number);
  if (!Number.isFinite(number) || number === 0) return digits === null ? wholeNumber(number) : number;
  const rounded = Number(toFixed(number, Number(places > 100n ? 100n : places)));
  return digits === null ? BigInt(rounded) : rounded;
}

function getAttribute(rt: Runtime, args: Arguments): Value {
  const [value = null, name = null, otherwise] = positional("getattr", args, 2, 3);
  try {
    return rt.attribute(value, textArgument(name, "attribute name"));
  } catch (error) {
    if (otherwise !== undefined && isAttributeError(error)) return otherwise;
    throw error;
  }
}

function hasAttribute(rt: Runtime, args: Arguments): Value {
  const [value = null, name = null] = positional("hasattr", args, 2, 2);
  try {
    rt.attribute(value, textArgument(name, "attribute name"));
    return true;
  } catch (error) {
    if (isAttributeError(error)) return false;
    throw error;
  }
}

function isAttributeError(error: unknown): boolean {
  return error instanceof Raised && error.exception.type.name === "AttributeError";
}

function isCallable(_: Runtime, args: Arguments): Value {
  const [value = null] = positional("callable", args, 1, 1);
  return typeof value === "object" && value !== null && ["function", "builtin", "type"].includes(value.kind);
}

function character(_: Runtime, args: Arguments): Value {
  const code = toIndex(positional("chr", args, 1, 1)[0] ?? null);
  if (code < 0n || code > 0x10ffffn) throw valueError("chr() arg not in range(0x110000)");
  return String.fromCodePoint(Number(code));
}

function ordinal(_: Runtime, args: Arguments): Value {
  const text = textArgument(positional("ord", args, 1, 1)[0], "ord() argument");
  const { length: size } = characters(text);
  if (size !== 1) throw typeError(`ord() expected a character, but string of length ${size} found`);
  return BigInt(text.codePointAt(0) ?? 0);
}

const inRadix =
  (name: string, spec: string): Native =>
  (rt, args) =>
    formatValue(rt.meter, toIndex(positional(name, args, 1, 1)[0] ?? null, ""), spec);

function* reversed(rt: Runtime, args: Arguments): Run<Value> {
  const [value = null] = positional("reversed", args, 1, 1);
  const kind = typeof value === "object" ? value?.kind : typeof value;
  if (!["list", "tuple", "dict", "view", "range", "string"].includes(String(kind)))
    throw typeError(`'${typeName(value)}' object is not reversible`);
  return iteratorOver("reversed", (yield* toItems(rt.meter, value)).reverse());
}

function computed(operator: string, a: Value, b: Value): Value {
  const result = arithmetic(operator, a, b);
  if (result !== undefined) return result;
  throw typeError(`unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`);
}

const natives: readonly (readonly [string, Native])[] = [
  ["len", length],
  ["isinstance", isInstance],
  ["print", print],
  ["round", round],
  ["getattr", getAttribute],
  ["hasattr", hasAttribute],
  ["callable", isCallable],
  ["chr", character],
  ["ord", ordinal],
  ["hex", /* @__PURE__ */ inRadix("hex", "#x")],
  ["oct", /* @__PURE__ */ inRadix("oct", "#o")],
  ["bin", /* @__PURE__ */ inRadix("bin", "#b")],
  ["repr", (rt, args) => rt.meter.text(toRepr(positional("repr", args, 1, 1)[0] ?? null))],
  ["ascii", (rt, args) => rt.meter.text(toAscii(positional("ascii", args, 1, 1)[0] ?? null))],
  ["iter", (_, args) => toIterator(positional("iter", args, 1, 1)[0] ?? null)],
  [
    "format",
    (rt, args) => {
      const [value = null, spec = ""] = positional("format", args, 1, 2);
      return formatValue(rt.meter, value, textArgument(spec, "format() argument 2"));
    },
  ],
  [
    "abs",
    (_, args) => {
      const number = asNumber(positional("abs", args, 1, 1)[0] ?? null);
      if (number === null) throw typeError("bad operand type for abs()");
      return typeof number === "number" ? Math.abs(number) : number < 0n ? -number : number;
    },
  ],
  [
    "pow",
    (_, args) => {
      const [base = null, exponent = null] = positional("pow", args, 2, 2);
      return computed("**", base, exponent);
    },
  ],
  [
    "divmod",
    (_, args) => {
      const [a = null, b = null] = positional("divmod", args, 2, 2);
      return new PyTuple([computed("//", a, b), computed("%", a, b)]);
    },
  ],
];

const extreme =
  (name: string, sign: number): Running =>
  (rt, args) =>
    findExtreme(rt, args, name, sign);

function* findExtreme(rt: Runtime, args: Arguments, name: string, sign: number): Run<Value> {
  const single = args.positional.length === 1;
  const items = single ? yield* toItems(rt.meter, args.positional[0] ?? null) : args.positional;
  const otherwise = args.keywords.get("default");
  const by = args.keywords.get("key") ?? null;
  let best: { key: Value; item: Value } | undefined;
  for (const item of items) {
    const key = by === null ? item : yield* rt.call(by, [item]);
    if (best === undefined || sign * order(rt.meter, key, best.key, sign < 0 ? "<" : ">") > 0)
      best = { key, item };
  }
  if (best !== undefined) return best.item;
  if (otherwise !== undefined) return otherwise;
  throw valueError(`${name}() arg is an empty sequence`);
}

function* sum(rt: Runtime, args: Arguments): Run<Value> {
  const [items = null, start] = positional("sum", args, 1, 2, ["start"]);
  let total: Value = start ?? args.keywords.get("start") ?? 0n;
  for (const item of yield* toItems(rt.meter, items)) {
    if (typeof total === "string") throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
    total = sequenceArithmetic(rt.meter, "+", total, item) ?? computed("+", total, item);
  }
  return total;
}

const test =
  (name: string, stop: boolean): Running =>
  (rt, args) =>
    findTruth(rt, args, name, stop);

function* findTruth(rt: Runtime, args: Arguments, name: string, stop: boolean): Run<Value> {
  const iterator = toIterator(positional(name, args, 1, 1)[0] ?? null);
  for (let item = yield* iterator.next(); item !== exhausted; item = yield* iterator.next()) {
    rt.meter.step();
    if (isTrue(item) === stop) return stop;
  }
  return !stop;
}

/** A lazy iterator that makes each item of the items before it. */
function lazy(name: string, make: () => Run<Value | typeof exhausted>): PyIterator {
  return new PyIterator(name, make);
}

function enumerate(rt: Runtime, args: Arguments): Value {
  const [items = null, start] = positional("enumerate", args, 1, 2, ["start"]);
  const iterator = toIterator(items);
  let index = toIndex(start ?? args.keywords.get("start") ?? 0n, "");
  return lazy("enumerate", function* () {
    rt.meter.step();
    const item = yield* iterator.next();
    return item === exhausted ? item : new PyTuple([index++, item]);
  });
}

function iteratorsOf(rt: Runtime, values: readonly Value[]): PyIterator[] {
  rt.meter.step(values.length);
  return values.map(toIterator);
}

/** One item of each iterator, or null when one has none left. */
function* nextOfEach(rt: Runtime, iterators: readonly PyIterator[]): Run<Value[] | null> {
  const items: Value[] = [];
  for (const iterator of iterators) {
    rt.meter.step();
    const item = yield* iterator.next();
    if (item === exhausted) return null;
    items.push(item);
  }
  return iterators.length === 0 ? null : items;
}

function zip(rt: Runtime, args: Arguments): Value {
  positional("zip", { ...args, positional: [] }, 0, 0);
  const iterators = iteratorsOf(rt, args.positional);
  return lazy("zip", function* () {
    const items = yield* nextOfEach(rt, iterators);
    return items === null ? exhausted : new PyTuple(items);
  });
}

function map(rt: Runtime, args: Arguments): Value {
  const [callee = null, ...sources] = args.positional;
  if (sources.length === 0) throw typeError("map() must have at least two arguments.");
  const iterators = iteratorsOf(rt, sources);
  return lazy("map", function* () {
    const items = yield* nextOfEach(rt, iterators);
    return items === null ? exhausted : yield* rt.call(callee, items);
  });
}

function filter(rt: Runtime, args: Arguments): Value {
  const [test = null, items = null] = positional("filter", args, 2, 2);
  const iterator = toIterator(items);
  return lazy("filter", function* () {
    for (;;) {
      rt.meter.step();
      const item = yield* iterator.next();
      if (item === exhausted) return item;
      if (isTrue(test === null ? item : yield* rt.call(test, [item]))) return item;
    }
  });
}

function* next(_: Runtime, args: Arguments): Run<Value> {
  const [iterator = null, otherwise] = positional("next", args, 1, 2);
  if (!(iterator instanceof PyIterator)) throw typeError(`'${typeName(iterator)}' object is not an iterator`);
  const item = yield* iterator.next();
  if (item !== exhausted) return item;
  if (otherwise !== undefined) return otherwise;
  throw raised("StopIteration", "");
}

function* sortedList(rt: Runtime, args: Arguments): Run<Value> {
  const [items = null] = positional("sorted", args, 1, 1, ["key", "reverse"]);
  return new PyList(yield* sorted(rt, yield* toItems(rt.meter, items), args.keywords));
}

/** A function that gives its value at once, among those that may wait. */
const atOnce = (call: Native): Running =>
  // eslint-disable-next-line require-yield -- it has nothing to wait for
  function* (rt, args) {
    return call(rt, args);
  };

const running: readonly (readonly [string, Running])[] = [
  ["min", /* @__PURE__ */ extreme("min", -1)],
  ["max", /* @__PURE__ */ extreme("max", 1)],
  ["sum", sum],
  ["reversed", reversed],
  ["any", /* @__PURE__ */ test("any", true)],
  ["all", /* @__PURE__ */ test("all", false)],
  ["enumerate", /* @__PURE__ */ atOnce(enumerate)],
  ["zip", /* @__PURE__ */ atOnce(zip)],
  ["map", /* @__PURE__ */ atOnce(map)],
  ["filter", /* @__PURE__ */ atOnce(filter)],
  ["next", next],
  ["sorted", sortedList],
];
