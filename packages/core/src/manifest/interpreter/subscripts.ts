// `value[index]`: reading, setting, deleting.

import { dictGet, dictSet, hashKey } from "../value/dict.js";
import { keyError, outside, raised, typeError, valueError } from "../value/exceptions.js";
import { toItems } from "../value/iterate.js";
import type { Runtime } from "../value/runtime.js";
import { characters, itemIndex, sliceBounds, sliced } from "../value/sequences.js";
import { typeName } from "../value/types.js";
import { PyList, PySlice, PyTuple, type PyRange, type Run, type Value } from "../value/values.js";

/** `value[index]`. @throws Raised IndexError, KeyError, TypeError */
export function getItem(rt: Runtime, value: Value, index: Value): Value {
  if (typeof value === "string") return textItem(rt, value, index);
  if (typeof value === "object" && value !== null) {
    switch (value.kind) {
      case "list":
        return isSlice(index)
          ? new PyList(counted(rt, sliced(value.items, index)))
          : item(value.items, index, "list");
      case "tuple":
        return isSlice(index)
          ? new PyTuple(counted(rt, sliced(value.items, index)))
          : item(value.items, index, "tuple");
      case "range":
        return rangeItem(value, index);
      case "dict": {
        const found = dictGet(rt.meter, value, index);
        if (found === undefined) throw keyError(index);
        return found;
      }
      default:
        break;
    }
  }
  throw typeError(`'${typeName(value)}' object is not subscriptable`);
}

function isSlice(index: Value): index is PySlice {
  return index instanceof PySlice;
}

function counted(rt: Runtime, items: Value[]): Value[] {
  rt.meter.size(items.length);
  return items;
}

function item(items: readonly Value[], index: Value, of: string): Value {
  return items[itemIndex(index, items.length, of)] ?? null;
}

function textItem(rt: Runtime, text: string, index: Value): Value {
  rt.meter.look(text);
  const all = characters(text);
  if (isSlice(index)) return rt.meter.text(sliced(all, index).join(""));
  if (typeof index !== "bigint" && typeof index !== "boolean") {
    throw typeError(`string indices must be integers, not '${typeName(index)}'`);
  }
  return all[itemIndex(index, all.length, "str")] ?? "";
}

function rangeItem(range: PyRange, index: Value): Value {
  if (isSlice(index))
    throw outside("manifests cannot slice a range", "Make a list of it first: list(range(…))[…].");
  const length = range.length > 0xffffffffn ? 0xffffffff : Number(range.length);
  return range.start + BigInt(itemIndex(index, length, "range object")) * range.step;
}

/** `value[index] = item`. @throws Raised */
export function* setItem(rt: Runtime, value: Value, index: Value, newItem: Value): Run<void> {
  if (typeof value === "object" && value?.kind === "dict") {
    dictSet(rt.meter, value, index, newItem);
  } else if (typeof value === "object" && value?.kind === "list") {
    if (isSlice(index)) replaceSlice(rt, value, index, yield* toItems(rt.meter, newItem));
    else value.items[itemIndex(index, value.items.length, "list assignment")] = newItem;
  } else {
    throw typeError(`'${typeName(value)}' object does not support item assignment`);
  }
}

function replaceSlice(rt: Runtime, list: PyList, slice: PySlice, items: readonly Value[]): void {
  rt.meter.size(list.items.length + items.length);
  const { start, stop, step } = sliceBounds(slice, list.items.length);
  if (step === 1) {
    const rest = list.items.splice(start).slice(Math.max(0, stop - start));
    for (const each of items) list.items.push(each);
    for (const each of rest) list.items.push(each);
    return;
  }
  const count = sliced(list.items, slice).length;
  if (count !== items.length) {
    throw valueError(`attempt to assign sequence of size ${items.length} to extended slice of size ${count}`);
  }
  for (const [i, each] of items.entries()) list.items[start + i * step] = each;
}

/** `del value[index]`. @throws Raised */
export function deleteItem(rt: Runtime, value: Value, index: Value): void {
  if (typeof value === "object" && value?.kind === "dict") {
    if (!value.entries.delete(hashKey(rt.meter, index))) throw keyError(index);
  } else if (typeof value === "object" && value?.kind === "list") {
    rt.meter.size(value.items.length);
    if (!isSlice(index)) value.items.splice(itemIndex(index, value.items.length, "list assignment"), 1);
    else {
      const gone = new Set(sliced([...value.items.keys()], index));
      const kept = value.items.filter((_, i) => !gone.has(i));
      value.items.length = 0;
      for (const each of kept) value.items.push(each);
    }
  } else {
    throw raised("TypeError", `'${typeName(value)}' object doesn't support item deletion`);
  }
}
