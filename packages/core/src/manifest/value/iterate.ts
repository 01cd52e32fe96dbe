// Iteration: what `for`, list(), unpacking and the like go through.

import { raised, typeError } from "./exceptions.js";
import type { Meter } from "./meter.js";
import { typeName } from "./types.js";
import { exhausted, PyIterator, PyTuple, type PyRange, type PyView, type Run, type Value } from "./values.js";

/** As Python's iter(). @throws Raised TypeError for what cannot be iterated */
export function toIterator(value: Value): PyIterator {
  if (typeof value === "string") return iteratorOf("str_iterator", value[Symbol.iterator]());
  if (typeof value === "object" && value !== null) {
    switch (value.kind) {
      case "iterator":
        return value;
      case "list":
      case "tuple":
        return iteratorOver(`${value.kind}_iterator`, value.items);
      case "dict":
        return iteratorOf(
          "dict_keyiterator",
          unchanged("dictionary", value.entries, ({ key }) => key),
        );
      case "view":
        return iteratorOf(`dict_${value.of}iterator`, viewItems(value));
      case "set":
        return iteratorOf(
          "set_iterator",
          unchanged("Set", value.entries, (item) => item),
        );
      case "range":
        return iteratorOf("range_iterator", rangeItems(value));
      default:
        break;
    }
  }
  throw typeError(`'${typeName(value)}' object is not iterable`);
}

/** An iterator over a sequence that may grow meanwhile, as lists do. */
export function iteratorOver(name: string, items: readonly Value[]): PyIterator {
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

/** What is made of each entry. @throws Raised RuntimeError when one was added or deleted meanwhile */
function* unchanged<Entry>(
  what: string,
  entries: ReadonlyMap<unknown, Entry>,
  make: (entry: Entry) => Value,
): Generator<Value, void> {
  const { size } = entries;
  for (const entry of entries.values()) {
    yield make(entry);
    if (entries.size !== size) throw raised("RuntimeError", `${what} changed size during iteration`);
  }
}

/** What iterating a view gives. */
export function viewItems({ of, dict }: PyView): Generator<Value, void> {
  return unchanged("dictionary", dict.entries, ({ key, value }) =>
    of === "keys" ? key : of === "values" ? value : new PyTuple([key, value]),
  );
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
