// The methods of list and tuple, and sorting.

import { positional } from "../value/arguments.js";
import { equals, isTrue, order } from "../value/compare.js";
import { raised, typeError, valueError } from "../value/exceptions.js";
import { toItems } from "../value/iterate.js";
import type { Runtime } from "../value/runtime.js";
import { itemIndex } from "../value/sequences.js";
import { toRepr } from "../value/repr.js";
import { asNumber } from "../value/compare.js";
import { PyList, type Arguments, type PyTuple, type Run, type Value } from "../value/values.js";
import type { Method } from "./str-methods.js";

type ListMethod = Method<PyList>;

function insert(rt: Runtime, self: PyList, args: Arguments): Value {
  const [index = null, item = null] = positional("insert", args, 2, 2);
  const place = asNumber(index);
  if (typeof place !== "bigint") throw typeError("an integer is required");
  rt.meter.size(self.items.length);
  self.items.splice(Number(place), 0, item);
  return null;
}

function pop(rt: Runtime, self: PyList, args: Arguments): Value {
  const [index = -1n] = positional("pop", args, 0, 1);
  if (self.items.length === 0) throw raised("IndexError", "pop from empty list");
  rt.meter.size(self.items.length);
  return self.items.splice(itemIndex(index, self.items.length, "pop"), 1)[0] ?? null;
}

function remove(rt: Runtime, self: PyList, args: Arguments): Value {
  const [item = null] = positional("remove", args, 1, 1);
  rt.meter.size(self.items.length);
  const place = self.items.findIndex((each) => equals(rt.meter, each, item));
  if (place < 0) throw valueError("list.remove(x): x not in list");
  self.items.splice(place, 1);
  return null;
}

function* extend(rt: Runtime, self: PyList, args: Arguments): Run<Value> {
  const [items = null] = positional("extend", args, 1, 1);
  const more = yield* toItems(rt.meter, items);
  rt.meter.size(self.items.length + more.length);
  for (const item of more) self.items.push(item);
  return null;
}

function append(rt: Runtime, self: PyList, args: Arguments): Value {
  const [item = null] = positional("append", args, 1, 1);
  if (self.items.length % 1024 === 0) rt.meter.size(self.items.length);
  self.items.push(item);
  return null;
}

function* sort(rt: Runtime, self: PyList, args: Arguments): Run<Value> {
  const items = yield* sorted(rt, self.items, args.keywords);
  self.items.length = 0;
  for (const item of items) self.items.push(item);
  return null;
}

/** The items in order, as sorted() gives them, by `key` and `reverse`. */
export function* sorted(
  rt: Runtime,
  items: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
): Run<Value[]> {
  const by = keywords.get("key") ?? null;
  const keyed: { key: Value; item: Value }[] = [];
  rt.meter.size(items.length);
  for (const item of items) keyed.push({ key: by === null ? item : yield* rt.call(by, [item]), item });
  const direction = isTrue(keywords.get("reverse") ?? false) ? -1 : 1;
  keyed.sort((a, b) => {
    rt.meter.step();
    return direction * order(rt.meter, a.key, b.key);
  });
  return keyed.map(({ item }) => item);
}

function index(of: string): Method<PyList | PyTuple> {
  return (rt, self, args) => {
    const [item = null] = positional("index", args, 1, 3);
    rt.meter.size(self.items.length);
    const place = self.items.findIndex((each) => equals(rt.meter, each, item));
    if (place < 0)
      throw valueError(
        of === "tuple" ? "tuple.index(x): x not in tuple" : `${rt.meter.text(toRepr(item))} is not in list`,
      );
    return BigInt(place);
  };
}

function count(rt: Runtime, self: PyList | PyTuple, args: Arguments): Value {
  const [item = null] = positional("count", args, 1, 1);
  rt.meter.size(self.items.length);
  return BigInt(self.items.filter((each) => equals(rt.meter, each, item)).length);
}

/** The methods of list by name. */
export const listMethods: ReadonlyMap<string, ListMethod> = /* @__PURE__ */ new Map<string, ListMethod>([
  ["append", append],
  ["extend", extend],
  ["insert", insert],
  ["pop", pop],
  ["remove", remove],
  ["sort", sort],
  ["index", index("list")],
  ["count", count],
  [
    "reverse",
    (rt, self) => {
      rt.meter.size(self.items.length);
      self.items.reverse();
      return null;
    },
  ],
  [
    "clear",
    (_, self) => {
      self.items.length = 0;
      return null;
    },
  ],
  [
    "copy",
    (rt, self) => {
      rt.meter.size(self.items.length);
      return new PyList([...self.items]);
    },
  ],
]);

/** The methods of tuple by name. */
export const tupleMethods: ReadonlyMap<string, Method<PyTuple>> = /* @__PURE__ */ new Map<
  string,
  Method<PyTuple>
>([
  ["index", index("tuple")],
  ["count", count],
]);
