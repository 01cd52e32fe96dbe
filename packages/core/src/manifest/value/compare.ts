// ==, <, `in` and truth, by Python's rules.

import { raised, typeError } from "./exceptions.js";
import { hashKey, setOf } from "./dict.js";
import { viewItems } from "./iterate.js";
import type { Meter } from "./meter.js";
import { MAX_NESTING } from "./repr.js";
import { typeName } from "./types.js";
import type { PyDict, PyObject, PySet, Value } from "./values.js";

/** An int, float or bool as something JavaScript compares; null for other values. */
export function asNumber(value: Value): bigint | number | null {
  if (typeof value === "boolean") return value ? 1n : 0n;
  return typeof value === "bigint" || typeof value === "number" ? value : null;
}

/** As Python's bool(). */
export function isTrue(value: Value): boolean {
  if (typeof value === "number") return value !== 0;
  if (typeof value !== "object" || value === null) return Boolean(value);
  switch (value.kind) {
    case "list":
    case "tuple":
      return value.items.length > 0;
    case "dict":
    case "set":
      return value.entries.size > 0;
    case "view":
      return value.dict.entries.size > 0;
    case "range":
      return value.length > 0n;
    default:
      return true;
  }
}

/** As Python's ==. */
export function equals(meter: Meter, a: Value, b: Value, depth = 0): boolean {
  meter.spend(8);
  const left = asNumber(a);
  const right = asNumber(b);

  if (left !== null && right !== null) return left == right;
  if (typeof a === "string" && typeof b === "string" && a.length === b.length) meter.spend(a.length);
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (depth > MAX_NESTING) throw raised("RecursionError", "maximum recursion depth exceeded in comparison");
  return objectsEqual(meter, a, b, depth + 1);
}

function objectsEqual(meter: Meter, a: PyObject, b: PyObject, depth: number): boolean {
  if ((a.kind === "list" && b.kind === "list") || (a.kind === "tuple" && b.kind === "tuple")) {
    return (
      a.items.length === b.items.length &&
      a.items.every((item, i) => equals(meter, item, b.items[i] ?? null, depth))
    );
  }
  if (a.kind === "dict" && b.kind === "dict") return dictsEqual(meter, a, b, depth);
  if (a.kind === "view" || b.kind === "view") {
    const [left, right] = [asSet(meter, a), asSet(meter, b)];
    return left.kind === "set" && right.kind === "set" && objectsEqual(meter, left, right, depth);
  }
  if (a.kind === "set" && b.kind === "set") return a.entries.size === b.entries.size && isSubset(meter, a, b);
  if (a.kind === "range" && b.kind === "range") {
    return (
      a.length === b.length &&
      (a.length === 0n || (a.start === b.start && (a.length === 1n || a.step === b.step)))
    );
  }
  return false;
}

function dictsEqual(meter: Meter, a: PyDict, b: PyDict, depth: number): boolean {
  if (a.entries.size !== b.entries.size) return false;
  for (const [hash, { value }] of a.entries) {
    const other = b.entries.get(hash);
    if (other === undefined || !equals(meter, value, other.value, depth)) return false;
  }
  return true;
}

/** A view of keys or items as the set it counts as; other values as they are. */
export function asSet(meter: Meter, value: PyObject): PyObject {
  const isSet = value.kind === "view" && value.of !== "values";
  return isSet ? setOf(meter, viewItems(value)) : value;
}

/** True when every item of `a` is one of `b`. */
export function isSubset(meter: Meter, a: PySet, b: PySet): boolean {
  if (a.entries.size > b.entries.size) return false;
  meter.spend(8 * a.entries.size);
  for (const hash of a.entries.keys()) if (!b.entries.has(hash)) return false;
  return true;
}

/** Below 0, 0 or above 0 as `a` sorts before, with or after `b`. NaN sorts nowhere. `operator` is for the message. */
export function order(meter: Meter, a: Value, b: Value, operator = "<", depth = 0): number {
  const left = asNumber(a);
  const right = asNumber(b);
  if (left !== null && right !== null) return left < right ? -1 : left > right ? 1 : left == right ? 0 : NaN;
  meter.spend(8);
  if (typeof a === "string" && typeof b === "string") {
    meter.spend(4 * Math.min(a.length, b.length));
    return textOrder(a, b);
  }
  if (typeof a === "object" && typeof b === "object" && a !== null && b !== null) {
    const ordered = (a.kind === "list" && b.kind === "list") || (a.kind === "tuple" && b.kind === "tuple");
    if (ordered) return sequenceOrder(meter, a.items, b.items, operator, depth + 1);
  }
  throw typeError(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

/** By code points, as Python does; JavaScript goes by UTF-16 units. */
export function textOrder(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
  const [xAstral, yAstral] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000];
  return xAstral === yAstral ? x - y : xAstral ? 1 : -1;
}

function sequenceOrder(
  meter: Meter,
  a: readonly Value[],
  b: readonly Value[],
  operator: string,
  depth: number,
): number {
  if (depth > MAX_NESTING) throw raised("RecursionError", "maximum recursion depth exceeded in comparison");
  for (const [i, item] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (!equals(meter, item, other, depth)) return order(meter, item, other, operator, depth);
  }
  return a.length - b.length;
}

/** As Python's <, <=, > and >=. */
export function compareOrder(meter: Meter, operator: string, a: Value, b: Value): boolean {
  if (typeof a === "object" && typeof b === "object" && a?.kind === "set" && b?.kind === "set") {
    return compareSets(meter, operator, a, b);
  }
  const result = order(meter, a, b, operator);
  if (operator === "<") return result < 0;
  if (operator === "<=") return result <= 0;
  return operator === ">" ? result > 0 : result >= 0;
}

function compareSets(meter: Meter, operator: string, a: PySet, b: PySet): boolean {
  const [small, big] = operator.startsWith("<") ? [a, b] : [b, a];
  return isSubset(meter, small, big) && (operator.endsWith("=") || small.entries.size < big.entries.size);
}

/** As Python's `in`, for what needs no iteration by the caller; undefined for iterators. */
export function contains(meter: Meter, container: Value, item: Value): boolean | undefined {
  if (typeof container === "string") {
    meter.look(container);
    if (typeof item === "string") return container.includes(item);
    throw typeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (typeof container === "object" && container !== null) {
    if (container.kind === "list" || container.kind === "tuple")
      return container.items.some((each) => equals(meter, each, item));
    if (container.kind === "dict" || container.kind === "set")
      return container.entries.has(hashKey(meter, item));
    if (container.kind === "view" && container.of === "keys") return contains(meter, container.dict, item);
    if (container.kind === "iterator" || container.kind === "view") return undefined;
    if (container.kind === "range") {
      const number = asNumber(item);
      const { start, step, length } = container;
      if (number === null || !Number.isInteger(Number(number))) return false;
      const index = (BigInt(number) - start) / step;
      return start + index * step === BigInt(number) && index >= 0n && index < length;
    }
  }
  throw typeError(`argument of type '${typeName(container)}' is not iterable`);
}
