// The methods of dict and set.

import { positional } from "../value/arguments.js";
import { isSubset } from "../value/compare.js";
import { dictGet, dictOf, dictSet, hashKey, setAdd, setOf } from "../value/dict.js";
import { keyError, raised, valueError } from "../value/exceptions.js";
import { toItems } from "../value/iterate.js";
import type { Meter } from "../value/meter.js";
import type { Runtime } from "../value/runtime.js";
import type { PyDict, PySet } from "../value/values.js";
import { PyTuple, PyView, type Arguments, type Run, type Value } from "../value/values.js";
import type { Method } from "./str-methods.js";

/** Puts what dict(…) or update(…) is given into `dict`. */
export function* updateDict(rt: Runtime, dict: PyDict, args: Arguments): Run<void> {
  const [source] = positional("update", args, 0, 1, [...args.keywords.keys()]);
  if (typeof source === "object" && source?.kind === "dict") {
    for (const { key, value } of source.entries.values()) dictSet(rt.meter, dict, key, value);
  } else if (source !== undefined) {
    for (const [i, pair] of (yield* toItems(rt.meter, source)).entries()) {
      const items = yield* toItems(rt.meter, pair);
      if (items.length !== 2) {
        throw valueError(
          `dictionary update sequence element #${i} has length ${items.length}; 2 is required`,
        );
      }
      dictSet(rt.meter, dict, items[0] ?? null, items[1] ?? null);
    }
  }
  for (const [key, value] of args.keywords) dictSet(rt.meter, dict, key, value);
}

function setDefault(rt: Runtime, self: PyDict, args: Arguments): Value {
  const [key = null, value = null] = positional("setdefault", args, 1, 2);
  const found = dictGet(rt.meter, self, key);
  if (found !== undefined) return found;
  dictSet(rt.meter, self, key, value);
  return value;
}

function pop(rt: Runtime, self: PyDict, args: Arguments): Value {
  const [key = null, otherwise] = positional("pop", args, 1, 2);
  const found = dictGet(rt.meter, self, key);
  self.entries.delete(hashKey(rt.meter, key));
  if (found !== undefined) return found;
  if (otherwise === undefined) throw keyError(key);
  return otherwise;
}

function popItem(rt: Runtime, self: PyDict): Value {
  // A Map has no way to its last entry but through all of them.
  rt.meter.step(self.entries.size / 2);
  const last = [...self.entries].at(-1);
  if (last === undefined) throw raised("KeyError", "popitem(): dictionary is empty");
  self.entries.delete(last[0]);
  return new PyTuple([last[1].key, last[1].value]);
}

function copyDict(rt: Runtime, self: PyDict): Value {
  return dictOf(
    rt.meter,
    [...self.entries.values()].map(({ key, value }) => [key, value] as const),
  );
}

const view =
  (of: PyView["of"]): Method<PyDict> =>
  (_, self, args) => {
    positional(of, args, 0, 0);
    return new PyView(of, self);
  };

function* fromKeys(rt: Runtime, _: PyDict, args: Arguments): Run<Value> {
  const [keys = null, value = null] = positional("fromkeys", args, 1, 2);
  return dictOf(
    rt.meter,
    (yield* toItems(rt.meter, keys)).map((key) => [key, value] as const),
  );
}

/** The methods of dict by name. */
export const dictMethods: ReadonlyMap<string, Method<PyDict>> = /* @__PURE__ */ new Map<
  string,
  Method<PyDict>
>([
  [
    "get",
    (rt, self, args) => {
      const [key = null, otherwise = null] = positional("get", args, 1, 2);
      const found = dictGet(rt.meter, self, key);
      return found === undefined ? otherwise : found;
    },
  ],
  ["keys", view("keys")],
  ["values", view("values")],
  ["items", view("items")],
  ["setdefault", setDefault],
  ["pop", pop],
  ["popitem", popItem],
  ["fromkeys", fromKeys],
  ["copy", copyDict],
  [
    "clear",
    (_, self) => {
      self.entries.clear();
      return null;
    },
  ],
  [
    "update",
    function* (rt, self, args) {
      yield* updateDict(rt, self, args);
      return null;
    },
  ],
]);

type SetMethod = Method<PySet>;

const combine =
  (keep: (self: PySet, other: PySet) => Value[]): SetMethod =>
  (rt, self, args) =>
    combineAll(rt, self, args, keep);

function* combineAll(
  rt: Runtime,
  self: PySet,
  args: Arguments,
  keep: (self: PySet, other: PySet) => Value[],
): Run<Value> {
  let result = copySet(rt, self);
  for (const other of args.positional) {
    rt.meter.step(result.entries.size / 2);
    result = setOf(rt.meter, keep(result, setOf(rt.meter, yield* toItems(rt.meter, other))), self.frozen);
  }
  return result;
}

function* updateSet(rt: Runtime, self: PySet, args: Arguments): Run<Value> {
  for (const other of args.positional) {
    for (const item of yield* toItems(rt.meter, other)) setAdd(rt.meter, self, item);
  }
  return null;
}

function copySet(rt: Runtime, self: PySet): PySet {
  return setOf(rt.meter, self.entries.values(), self.frozen);
}

type SetRelation = (meter: Meter, self: PySet, other: PySet) => boolean;

const test =
  (relation: SetRelation): SetMethod =>
  (rt, self, args) =>
    testSet(rt, self, args, relation);

function* testSet(rt: Runtime, self: PySet, args: Arguments, relation: SetRelation): Run<Value> {
  const [other = null] = positional("set method", args, 1, 1);
  rt.meter.step(self.entries.size / 2);
  return relation(rt.meter, self, setOf(rt.meter, yield* toItems(rt.meter, other)));
}

const change =
  (name: string, apply: (meter: Meter, self: PySet, item: Value) => void): SetMethod =>
  (rt, self, args) => {
    apply(rt.meter, self, positional(name, args, 1, 1)[0] ?? null);
    return null;
  };

/** `a | b`, `a & b`, `a - b`, `a ^ b`; undefined for other operators. */
export function combineSets(meter: Meter, operator: string, a: PySet, b: PySet): PySet | undefined {
  meter.step((a.entries.size + b.entries.size) / 2);
  const kept = setOperators.get(operator)?.(a, b);
  return kept === undefined ? undefined : setOf(meter, kept, a.frozen);
}

const without = (a: PySet, b: PySet): Value[] =>
  [...a.entries].filter(([hash]) => !b.entries.has(hash)).map(([, item]) => item);
const shared = (a: PySet, b: PySet): Value[] =>
  [...a.entries].filter(([hash]) => b.entries.has(hash)).map(([, item]) => item);
const union = (a: PySet, b: PySet): Value[] => [...a.entries.values(), ...b.entries.values()];
const either = (a: PySet, b: PySet): Value[] => [...without(a, b), ...without(b, a)];

const setOperators: ReadonlyMap<string, (a: PySet, b: PySet) => Value[]> = /* @__PURE__ */ new Map([
  ["|", union],
  ["&", shared],
  ["-", without],
  ["^", either],
]);

/** The methods of set and frozenset that change nothing. */
const frozenMethods: readonly (readonly [string, SetMethod])[] = [
  ["union", /* @__PURE__ */ combine(union)],
  ["intersection", /* @__PURE__ */ combine(shared)],
  ["difference", /* @__PURE__ */ combine(without)],
  ["symmetric_difference", /* @__PURE__ */ combine(either)],
  ["issubset", /* @__PURE__ */ test(isSubset)],
  ["issuperset", /* @__PURE__ */ test((meter, self, other) => isSubset(meter, other, self))],
  ["isdisjoint", /* @__PURE__ */ test((_, self, other) => shared(self, other).length === 0)],
  ["copy", copySet],
];

/** The methods of frozenset by name. */
export const frozensetMethods: ReadonlyMap<string, SetMethod> = /* @__PURE__ */ new Map(frozenMethods);

/** The methods of set by name. */
export const setMethods: ReadonlyMap<string, SetMethod> = /* @__PURE__ */ new Map<string, SetMethod>([
  ...frozenMethods,
  ["add", change("add", setAdd)],
  ["discard", change("discard", (meter, self, item) => self.entries.delete(hashKey(meter, item)))],
  [
    "remove",
    change("remove", (meter, self, item) => {
      if (!self.entries.delete(hashKey(meter, item))) throw keyError(item);
    }),
  ],
  ["update", updateSet],
  [
    "clear",
    (_, self) => {
      self.entries.clear();
      return null;
    },
  ],
]);
