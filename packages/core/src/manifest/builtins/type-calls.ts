// Calls of types: str(x), list(x), ValueError("…").

import { positional } from "../value/arguments.js";
import { asNumber, isTrue } from "../value/compare.js";
import { setOf } from "../value/dict.js";
import { isExceptionType, outside, typeError, valueError } from "../value/exceptions.js";
import { toItems } from "../value/iterate.js";
import { parseFloatText, parseInteger, toFloat, toIndex, wholeNumber } from "../value/numbers.js";
import { toText } from "../value/repr.js";
import type { Runtime } from "../value/runtime.js";
import { typeName, typeOf } from "../value/types.js";
import {
  PyDict,
  PyException,
  PyList,
  PyRange,
  PyTuple,
  type Arguments,
  type PyType,
  type Run,
  type Value,
} from "../value/values.js";
import { updateDict } from "./mapping-methods.js";

/** What calling a type gives. @throws Raised TypeError, ValueError */
export function* callType(rt: Runtime, type: PyType, args: Arguments): Run<Value> {
  if (isExceptionType(type)) return new PyException(type, args.positional);
  switch (type.name) {
    case "list":
      return new PyList(yield* itemsOf(rt, type, args));
    case "tuple":
      return new PyTuple(yield* itemsOf(rt, type, args));
    case "set":
    case "frozenset":
      return setOf(rt.meter, yield* itemsOf(rt, type, args), type.name === "frozenset");
    case "dict": {
      const dict = new PyDict();
      yield* updateDict(rt, dict, args);
      return dict;
    }
    default:
      return callPlain(rt, type, args);
  }
}

function callPlain(rt: Runtime, type: PyType, args: Arguments): Value {
  const [value] = positional(type.name, args, 0, 3);
  switch (type.name) {
    case "str":
      return value === undefined ? "" : rt.meter.text(toText(value));
    case "bool":
      return isTrue(value ?? false);
    case "int":
      return toInt(value ?? 0n, args.positional[1]);
    case "float":
      return makeFloat(value ?? 0);
    case "range":
      return toRange(args);
    case "type":
      if (args.positional.length === 1) return typeOf(value ?? null);
      throw outside("manifests cannot make types", "Use functions, lists and dicts.");
    default:
      throw typeError(`cannot create '${type.name}' instances`);
  }
}

function* itemsOf(rt: Runtime, type: PyType, args: Arguments): Run<Value[]> {
  const [items] = positional(type.name, args, 0, 1);
  return items === undefined ? [] : yield* toItems(rt.meter, items);
}

function toInt(value: Value, base: Value | undefined): Value {
  if (typeof value === "string") return parseInteger(value, base === undefined ? 10 : Number(toIndex(base)));
  if (base !== undefined) throw typeError("int() can't convert non-string with explicit base");
  const number = asNumber(value);
  if (number === null) {
    throw typeError(
      `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
    );
  }
  return wholeNumber(number);
}

function makeFloat(value: Value): Value {
  if (typeof value === "string") return parseFloatText(value);
  const number = asNumber(value);
  if (number === null)
    throw typeError(`float() argument must be a string or a real number, not '${typeName(value)}'`);
  return toFloat(number);
}

function toRange(args: Arguments): Value {
  const numbers = positional("range", args, 1, 3).map((value) => toIndex(value, ""));
  const [first = 0n, second, step = 1n] = numbers;
  if (step === 0n) throw valueError("range() arg 3 must not be zero");
  return second === undefined ? new PyRange(0n, first, 1n) : new PyRange(first, second, step);
}
