// Indexing, slicing, joining and repeating of lists, tuples and texts.

import { raised, typeError, valueError } from "./exceptions.js";
import type { Meter } from "./meter.js";
import { asNumber } from "./compare.js";
import { typeName } from "./types.js";
import type { PySlice } from "./values.js";
import { PyList, PyTuple, type Value } from "./values.js";

const astral = /[\ud800-\udfff]/;

/** The characters of a text as Python counts them: code points. */
export function characters(text: string): string | readonly string[] {
  return astral.test(text) ? Array.from(text) : text;
}

/** The start, stop and step of a slice over `length` items, as slice.indices() gives them. */
export function sliceBounds(slice: PySlice, length: number): { start: number; stop: number; step: number } {
  const step = sliceNumber(slice.step) ?? 1;
  if (step === 0) throw valueError("slice step cannot be zero");
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (value: number | null, otherwise: number): number => {
    if (value === null) return otherwise;
    return Math.min(highest, Math.max(lowest, value < 0 ? value + length : value));
  };
  const start = place(sliceNumber(slice.start), step > 0 ? lowest : highest);
  const stop = place(sliceNumber(slice.stop), step > 0 ? highest : lowest);
  return { start, stop, step };
}

function sliceNumber(value: Value): number | null {
  if (value === null) return null;
  const number = asNumber(value);
  if (typeof number !== "bigint")
    throw typeError("slice indices must be integers or None or have an __index__ method");
  // Far enough for any sequence, and not infinite.
  return Math.max(-0xffffffff, Math.min(0xffffffff, Number(number)));
}

/** The items of `items` that the slice takes. */
export function sliced<T>(items: ArrayLike<T>, slice: PySlice): T[] {
  const { start, stop, step } = sliceBounds(slice, items.length);
  const taken: T[] = [];
  for (let i = start; step > 0 ? i < stop : i > stop; i += step) taken.push(items[i] as T);
  return taken;
}

/** The place of an index in `length` items. @throws Raised IndexError, TypeError */
export function itemIndex(index: Value, length: number, of: string): number {
  const number = asNumber(index);
  if (typeof number !== "bigint") {
    throw typeError(`${of} indices must be integers or slices, not ${typeName(index)}`);
  }
  const place = Number(number) < 0 ? Number(number) + length : Number(number);
  if (place < 0 || place >= length)
    throw raised("IndexError", `${of === "str" ? "string" : of} index out of range`);
  return place;
}

/** `a + b` or `a * n` on texts, lists and tuples; undefined for other values. */
export function sequenceArithmetic(meter: Meter, operator: string, a: Value, b: Value): Value | undefined {
  if (operator === "+") return concatenated(meter, a, b);
  if (operator !== "*") return undefined;
  const [count, sequence] = typeof asNumber(a) === "bigint" ? [a, b] : [b, a];
  const times = asNumber(count);
  return typeof times === "bigint" ? repeated(meter, sequence, times < 0n ? 0n : times) : undefined;
}

function concatenated(meter: Meter, a: Value, b: Value): Value | undefined {
  if (typeof a === "string" && typeof b === "string") {
    meter.size(a.length + b.length);
    return a + b;
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return undefined;
  if (a.kind === "list" && b.kind === "list") return new PyList(joinedItems(meter, a.items, b.items));
  if (a.kind === "tuple" && b.kind === "tuple") return new PyTuple(joinedItems(meter, a.items, b.items));
  return undefined;
}

function joinedItems(meter: Meter, a: readonly Value[], b: readonly Value[]): Value[] {
  meter.size(a.length + b.length);
  return [...a, ...b];
}

function repeated(meter: Meter, sequence: Value, times: bigint): Value | undefined {
  if (typeof sequence === "string") {
    meter.size(BigInt(sequence.length) * times);
    return sequence === "" ? "" : sequence.repeat(Number(times));
  }
  if (typeof sequence !== "object" || sequence === null) return undefined;
  if (sequence.kind !== "list" && sequence.kind !== "tuple") return undefined;
  meter.size(BigInt(sequence.items.length) * times);
  const items =
    sequence.items.length === 0 ? [] : Array.from({ length: Number(times) }, () => sequence.items).flat();
  return sequence.kind === "list" ? new PyList(items) : new PyTuple(items);
}
