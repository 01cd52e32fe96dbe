// Iteration: what `for`, list(), unpacking and the like go through.

import { typeError } from "./exceptions.js";
import type { Meter } from "./meter.js";
import { characters } from "./sequences.js";
import { typeName } from "./types.js";
import { exhausted, PyIterator, type PyRange, type Run, type Value } from "./values.js";

/** As Python's iter(). @throws Raised TypeError for what cannot be iterated */
export function toIterator(value: Value): PyIterator {
  if (typeof value === "string") return iteratorOver("str_iterator", characters(value));
  if (typeof value === "object" && value !== null) {
    switch (value.kind) {
      case "iterator":
        return value;
      case "list":
      case "tuple":
        return iteratorOver(`${value.kind}_iterator`, value.items);
      case "dict":
        return iteratorOf("dict_keyiterator", keysOf(value.entries));
      case "set":
        return iteratorOf("set_iterator", value.entries.values());
      case "range":
        return iteratorOf("range_iterator", rangeItems(value));
      default:
        break;
    }
  }
  throw typeError(`'${typeName(value)}' object is not iterable`);
}

/** An iterator over a sequence that may grow meanwhile, as lists do. */
export function iteratorOver(name: string, items: ArrayLike<Value>): PyIterator {
  let index = 0;
  return iteratorFrom(name, () => (index < items.length ? (items[index++] ?? null) : exhausted));
}

/** An iterator over what a host iterator gives without waiting. */
export function iteratorOf(name: string, values: Iterator<Value>): PyIterator {
  return iteratorFrom(name, () => {
    const result = values.next();
    return result.done === true ? exhausted : result.value;
  });
}

function iteratorFrom(name: string, next: () => Value | typeof exhausted): PyIterator {
  // eslint-disable-next-line require-yield -- it has nothing to wait for
  return new PyIterator(name, function* () {
    return next();
  });
}

function* keysOf(entries: ReadonlyMap<unknown, { readonly key: Value }>): Generator<Value, void> {
  for (const { key } of entries.values()) yield key;
}

function* rangeItems({ start, step, length }: PyRange): Generator<Value, void> {
  for (let i = 0n; i < length; i++) yield start + i * step;
}

/** All items of a value, counted. */
export function* toItems(meter: Meter, value: Value): Run<Value[]> {
  if (typeof value === "object" && value !== null && (value.kind === "list" || value.kind === "tuple")) {
    meter.size(value.items.length);
    return [...value.items];
  }
  const iterator = toIterator(value);
  const items: Value[] = [];
  for (;;) {
    const item = yield* iterator.next();
    if (item === exhausted) return items;
    items.push(item);
    meter.step();
    if (items.length % 1024 === 0) meter.size(items.length);
  }
}
