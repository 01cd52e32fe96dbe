// The operators of Python on every kind of value.

import { combineSets } from "../builtins/mapping-methods.js";
import { asNumber, asSet, compareOrder, contains, equals, isTrue } from "../value/compare.js";
import { dictOf } from "../value/dict.js";
import { typeError } from "../value/exceptions.js";
import { percentFormat } from "../value/format-text.js";
import { toItems } from "../value/iterate.js";
import { arithmetic } from "../value/numbers.js";
import type { Runtime } from "../value/runtime.js";
import { sequenceArithmetic } from "../value/sequences.js";
import { typeName } from "../value/types.js";
import type { Run, Value } from "../value/values.js";

/** `a operator b`. @throws Raised TypeError */
export function binary(rt: Runtime, operator: string, a: Value, b: Value): Value {
  if (operator === "%" && typeof a === "string") return percentFormat(rt, a, b);
  const result =
    arithmetic(operator, a, b) ?? sequenceArithmetic(rt.meter, operator, a, b) ?? merged(rt, operator, a, b);
  if (result === undefined) throw unsupportedOperands(operator, a, b);
  return result;
}

function merged(rt: Runtime, operator: string, left: Value, right: Value): Value | undefined {
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null)
    return undefined;
  const [a, b] = [asSet(rt.meter, left), asSet(rt.meter, right)];
  if (a.kind === "set" && b.kind === "set") return combineSets(rt.meter, operator, a, b);
  if (a.kind !== "dict" || b.kind !== "dict" || operator !== "|") return undefined;
  const pairs = [...a.entries.values(), ...b.entries.values()].map(({ key, value }) => [key, value] as const);
  return dictOf(rt.meter, pairs);
}

function unsupportedOperands(operator: string, a: Value, b: Value): Error {
  if (operator === "+" && typeof a === "string") {
    return typeError(`can only concatenate str (not "${typeName(b)}") to str`);
  }
  if (operator === "+" && typeof a === "object" && (a?.kind === "list" || a?.kind === "tuple")) {
    return typeError(`can only concatenate ${a.kind} (not "${typeName(b)}") to ${a.kind}`);
  }
  const name = operator === "**" ? "** or pow()" : operator;
  return typeError(`unsupported operand type(s) for ${name}: '${typeName(a)}' and '${typeName(b)}'`);
}

/** `-a`, `+a`, `~a`, `not a`. @throws Raised TypeError */
export function unary(operator: string, value: Value): Value {
  if (operator === "not") return !isTrue(value);
  const number = asNumber(value);
  if (number === null || (operator === "~" && typeof number !== "bigint")) {
    throw typeError(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  }
  if (operator === "+") return number;
  if (operator === "-") return -number;
  return -BigInt(number) - 1n;
}

/** `a operator b` for the operators that compare. */
export function* compare(rt: Runtime, operator: string, a: Value, b: Value): Run<boolean> {
  switch (operator) {
    case "==":
      return equals(rt.meter, a, b);
    case "!=":
      return !equals(rt.meter, a, b);
    case "is":
      return identical(a, b);
    case "is not":
      return !identical(a, b);
    case "in":
      return yield* isIn(rt, a, b);
    case "not in":
      return !(yield* isIn(rt, a, b));
    default:
      return compareOrder(rt.meter, operator, a, b);
  }
}

function identical(a: Value, b: Value): boolean {
  return Object.is(a, b);
}

function* isIn(rt: Runtime, item: Value, container: Value): Run<boolean> {
  if (typeof container === "object" && container !== null && "items" in container)
    rt.meter.size(container.items.length);
  const found = contains(rt.meter, container, item);
  if (found !== undefined) return found;
  const items = yield* toItems(rt.meter, container);
  return items.some((each) => equals(rt.meter, each, item));
}
