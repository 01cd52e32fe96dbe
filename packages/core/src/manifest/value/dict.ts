// Dicts and sets by Python's rules of equality: 1, 1.0 and True are one key; lists and dicts are none.

import { outside, Refused, typeError } from "./exceptions.js";
import type { Meter } from "./meter.js";
import { MAX_NESTING } from "./repr.js";
import { typeName } from "./types.js";
import { PyDict, PySet, type HashKey, type Value } from "./values.js";

/** What a value is found by; a step for it, and for the length of a text. @throws Raised TypeError for what has no hash */
export function hashKey(meter: Meter, value: Value, depth = 0): HashKey {
  meter.step();
  if (value === null) return "N";
  switch (typeof value) {
    case "string":
      meter.look(value);
      return `s${value}`;
    case "boolean":
      return value ? "n1" : "n0";
    case "bigint":
      return `n${value.toString()}`;
    case "number":
      return Number.isInteger(value) ? `n${BigInt(value).toString()}` : `f${value}`;
    default:
      break;
  }
  if (value.kind === "tuple") return tupleKey(meter, value.items, depth);
  const unhashable = value.kind === "list" || value.kind === "dict" || value.kind === "slice";
  if (unhashable || (value.kind === "set" && !value.frozen)) {
    throw typeError(`unhashable type: '${typeName(value)}'`);
  }
  return value;
}

function tupleKey(meter: Meter, items: readonly Value[], depth: number): HashKey {
  if (depth > MAX_NESTING) throw new Refused("too-large", "a tuple is nested too deep to be a key");
  const keys = items.map((item) => hashKey(meter, item, depth + 1));
  const texts = keys.map((key) => {
    if (typeof key !== "string")
      throw outside("a tuple that holds an object as a key", "Use a text as the key.");
    meter.look(key);
    return `${key.length}:${key}`;
  });
  if (texts.reduce((sum, text) => sum + text.length, 0) > 1_000_000) {
    throw new Refused("too-large", "a tuple is too large to be a key");
  }
  return `t${texts.join("")}`;
}

export function dictGet(meter: Meter, dict: PyDict, key: Value): Value | undefined {
  return dict.entries.get(hashKey(meter, key))?.value;
}

export function dictSet(meter: Meter, dict: PyDict, key: Value, value: Value): void {
  const hash = hashKey(meter, key);
  const entry = dict.entries.get(hash);
  if (entry === undefined) dict.entries.set(hash, { key, value });
  else entry.value = value;
}

export function dictOf(meter: Meter, pairs: Iterable<readonly [Value, Value]>): PyDict {
  const dict = new PyDict();
  for (const [key, value] of pairs) dictSet(meter, dict, key, value);
  return dict;
}

export function setOf(meter: Meter, values: Iterable<Value>, frozen = false): PySet {
  const set = new PySet(frozen);
  for (const value of values) setAdd(meter, set, value);
  return set;
}

export function setAdd(meter: Meter, set: PySet, value: Value): void {
  const hash = hashKey(meter, value);
  if (!set.entries.has(hash)) set.entries.set(hash, value);
}
