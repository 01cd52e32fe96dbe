// The methods of str.

import { positional, textArgument } from "../value/arguments.js";
import { raised, typeError, valueError } from "../value/exceptions.js";
import { formatText } from "../value/format-text.js";
import { toItems } from "../value/iterate.js";
import type { Runtime } from "../value/runtime.js";
import { characters, sliceBounds } from "../value/sequences.js";
import { asNumber, isTrue } from "../value/compare.js";
import { typeName } from "../value/types.js";
import { PyList, PySlice, PyTuple, type Arguments, type Run, type Value } from "../value/values.js";

/** A method of a built-in type: what it gives may have to be waited for. */
export type Method<Self> = (rt: Runtime, self: Self, args: Arguments) => Value | Run<Value>;

type TextMethod = Method<string>;

const plain =
  (change: (text: string) => string): TextMethod =>
  (rt, self, args) => {
    positional("str method", args, 0, 0);
    return rt.meter.text(change(self));
  };

const check =
  (pattern: RegExp): TextMethod =>
  (_, self, args) => {
    positional("str method", args, 0, 0);
    return pattern.test(self);
  };

const strip =
  (left: boolean, right: boolean): TextMethod =>
  (_, self, args) => {
    const [given = null] = positional("strip", args, 0, 1);
    const isStripped = given === null ? isSpace : stripSet(given);
    let [start, end] = [0, self.length];
    while (left && start < end && isStripped(self.charAt(start))) start++;
    while (right && end > start && isStripped(self.charAt(end - 1))) end--;
    return self.slice(start, end);
  };

/** What Python counts as white space, for a character class. */
const spaces = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const space: RegExp = /* @__PURE__ */ new RegExp(`^[${spaces}]+$`);
// eslint-disable-next-line no-control-regex -- they end lines
const lineEnd: RegExp = /* @__PURE__ */ new RegExp("(\\r\\n|[\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029])");
const word: RegExp = /* @__PURE__ */ new RegExp(`[^${spaces}]+`, "g");

function isSpace(character: string): boolean {
  return space.test(character);
}

function stripSet(given: Value): (character: string) => boolean {
  const set = new Set(textArgument(given, "strip arg"));
  return (character) => set.has(character);
}

/** The part of a text from `start` to `end`, and how many characters are before it. */
function partOf(text: string, start: Value, end: Value): { readonly part: string; readonly before: number } {
  const all = characters(text);
  const bounds = sliceBounds(new PySlice(start, end, null), all.length);
  const taken = all.slice(bounds.start, Math.max(bounds.start, bounds.stop));
  return { part: typeof taken === "string" ? taken : taken.join(""), before: bounds.start };
}

const affix =
  (name: string, matches: (text: string, affix: string) => boolean): TextMethod =>
  (_, self, args) => {
    const [given = null, start = null, end = null] = positional(name, args, 1, 3);
    const { part: text } = partOf(self, start, end);
    if (typeof given === "string") return matches(text, given);
    const isTuple = typeof given === "object" && given?.kind === "tuple";
    if (!isTuple) throw typeError(`${name} first arg must be str or a tuple of str, not ${typeName(given)}`);
    return given.items.some((each) => matches(text, textArgument(each, `tuple for ${name}`)));
  };

const find =
  (name: string, search: (text: string, part: string) => number, orRaise: boolean): TextMethod =>
  (_, self, args) => {
    const [wanted = null, start = null, end = null] = positional(name, args, 1, 3);
    const { part, before } = partOf(self, start, end);
    const found = search(part, textArgument(wanted, `${name}() argument`));
    if (found >= 0) return BigInt(characters(part.slice(0, found)).length + before);
    if (orRaise) throw valueError("substring not found");
    return -1n;
  };

const pad =
  (place: (missing: number, width: number) => number): TextMethod =>
  (rt, self, args) => {
    const [width = null, fill = " "] = positional("str method", args, 1, 2);
    const size = asNumber(width);
    if (typeof size !== "bigint") throw typeError("an integer is required");
    rt.meter.size(size);
    const missing = Math.max(0, Number(size) - characters(self).length);
    const left = place(missing, Number(size));
    const filler = textArgument(fill, "the fill character");
    if (characters(filler).length !== 1)
      throw typeError("The fill character must be exactly one character long");
    return filler.repeat(left) + self + filler.repeat(missing - left);
  };

function count(rt: Runtime, self: string, args: Arguments): Value {
  const [given = null, start = null, end = null] = positional("count", args, 1, 3);
  const wanted = textArgument(given, "count() argument");
  const { part } = partOf(self, start, end);
  rt.meter.size(self.length);
  return BigInt(wanted === "" ? characters(part).length + 1 : part.split(wanted).length - 1);
}

function replace(rt: Runtime, self: string, args: Arguments): Value {
  const [from = null, to = null, most = -1n] = positional("replace", args, 2, 3);
  const old = textArgument(from, "replace() argument 1");
  const fresh = textArgument(to, "replace() argument 2");
  let parts = old === "" ? ["", ...Array.from(self), ""] : self.split(old);
  const limit = Number(asNumber(most) ?? -1);
  if (limit >= 0 && parts.length - 1 > limit) {
    parts = [...parts.slice(0, limit), parts.slice(limit).join(old)];
  }
  rt.meter.size(self.length + parts.length * fresh.length);
  return parts.join(fresh);
}

function* join(rt: Runtime, self: string, args: Arguments): Run<Value> {
  const items = yield* toItems(rt.meter, positional("join", args, 1, 1)[0] ?? null);
  const texts = items.map((item, i) => {
    if (typeof item === "string") return item;
    throw typeError(`sequence item ${i}: expected str instance, ${typeName(item)} found`);
  });
  rt.meter.size(texts.reduce((sum, text) => sum + text.length + self.length, 0));
  return texts.join(self);
}

const split =
  (fromRight: boolean): TextMethod =>
  (rt, self, args) => {
    const given = positional("split", args, 0, 2, ["sep", "maxsplit"]);
    const separator = given[0] ?? args.keywords.get("sep") ?? null;
    const most = Number(asNumber(given[1] ?? args.keywords.get("maxsplit") ?? -1n) ?? -1);
    rt.meter.size(self.length);
    if (separator === null) return new PyList(splitSpace(self, most < 0 ? Infinity : most, fromRight));
    const by = textArgument(separator, "sep");
    if (by === "") throw valueError("empty separator");
    const parts = self.split(by);
    if (most < 0 || parts.length - 1 <= most) return new PyList(parts);
    if (fromRight) {
      const cut = parts.length - most;
      return new PyList([parts.slice(0, cut).join(by), ...parts.slice(cut)]);
    }
    return new PyList([...parts.slice(0, most), parts.slice(most).join(by)]);
  };

function splitSpace(text: string, most: number, fromRight: boolean): string[] {
  const words = [...text.matchAll(word)];
  if (words.length - 1 <= most) return words.map(([word]) => word);
  if (!fromRight) {
    const rest = words[most];
    return [...words.slice(0, most).map(([word]) => word), text.slice(rest?.index)];
  }
  const cut = words[words.length - most - 1];
  const head = text.slice(0, (cut?.index ?? 0) + (cut?.[0].length ?? 0));
  return [head, ...words.slice(words.length - most).map(([word]) => word)];
}

const partition =
  (search: (text: string, part: string) => number, missing: (text: string) => string[]): TextMethod =>
  (_, self, args) => {
    const by = textArgument(positional("partition", args, 1, 1)[0], "partition() argument");
    if (by === "") throw valueError("empty separator");
    const at = search(self, by);
    return new PyTuple(at < 0 ? missing(self) : [self.slice(0, at), by, self.slice(at + by.length)]);
  };

function splitLines(rt: Runtime, self: string, args: Arguments): Value {
  const [given = false] = positional("splitlines", args, 0, 1, ["keepends"]);
  const keep = isTrue(args.keywords.get("keepends") ?? given);
  rt.meter.size(self.length);
  const parts = self.split(lineEnd);
  const lines = parts.flatMap((text, i) => (i % 2 === 0 ? [text + (keep ? (parts[i + 1] ?? "") : "")] : []));
  if (parts.at(-1) === "") lines.pop();
  return new PyList(lines);
}

const removed =
  (change: (text: string, part: string) => string): TextMethod =>
  (_, self, args) =>
    change(self, textArgument(positional("str method", args, 1, 1)[0], "the argument"));

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

function title(text: string): string {
  return text.replace(/\p{L}+/gu, capitalize);
}

function zfill(rt: Runtime, self: string, args: Arguments): Value {
  const width = asNumber(positional("zfill", args, 1, 1)[0] ?? null);
  if (typeof width !== "bigint") throw typeError("an integer is required");
  rt.meter.size(width);
  const sign = /^[+-]/.exec(self)?.[0] ?? "";
  const missing = Math.max(0, Number(width) - characters(self).length);
  return sign + "0".repeat(missing) + self.slice(sign.length);
}

function* formatMap(rt: Runtime, self: string, args: Arguments): Run<Value> {
  const [mapping = null] = positional("format_map", args, 1, 1);
  if (typeof mapping !== "object" || mapping?.kind !== "dict")
    throw raised("TypeError", "format_map() wants a dict");
  const keywords = new Map<string, Value>();
  for (const { key, value } of mapping.entries.values())
    if (typeof key === "string") keywords.set(key, value);
  return yield* formatText(rt, self, { positional: [], keywords });
}

/** The methods of str by name. */
export const strMethods: ReadonlyMap<string, TextMethod> = /* @__PURE__ */ new Map<string, TextMethod>([
  ["upper", plain((text) => text.toUpperCase())],
  ["lower", plain((text) => text.toLowerCase())],
  ["casefold", plain((text) => text.toLowerCase())],
  ["capitalize", plain(capitalize)],
  ["title", plain(title)],
  ["isdigit", check(/^\p{Nd}+$/u)],
  ["isdecimal", check(/^\p{Nd}+$/u)],
  ["isnumeric", check(/^\p{N}+$/u)],
  ["isalpha", check(/^\p{L}+$/u)],
  ["isalnum", check(/^[\p{L}\p{N}]+$/u)],
  ["isspace", check(space)],
  ["isidentifier", check(/^[\p{L}_][\p{L}\p{N}_]*$/u)],
  ["isupper", (_, self) => self !== self.toLowerCase() && self === self.toUpperCase()],
  ["islower", (_, self) => self !== self.toUpperCase() && self === self.toLowerCase()],
  ["strip", strip(true, true)],
  ["lstrip", strip(true, false)],
  ["rstrip", strip(false, true)],
  ["startswith", affix("startswith", (text, start) => text.startsWith(start))],
  ["endswith", affix("endswith", (text, end) => text.endsWith(end))],
  ["find", find("find", (text, part) => text.indexOf(part), false)],
  ["rfind", find("rfind", (text, part) => text.lastIndexOf(part), false)],
  ["index", find("index", (text, part) => text.indexOf(part), true)],
  ["rindex", find("rindex", (text, part) => text.lastIndexOf(part), true)],
  ["count", count],
  ["replace", replace],
  ["join", join],
  ["split", split(false)],
  ["rsplit", split(true)],
  ["splitlines", splitLines],
  [
    "partition",
    partition(
      (text, part) => text.indexOf(part),
      (text) => [text, "", ""],
    ),
  ],
  [
    "rpartition",
    partition(
      (text, part) => text.lastIndexOf(part),
      (text) => ["", "", text],
    ),
  ],
  ["removeprefix", removed((text, part) => (text.startsWith(part) ? text.slice(part.length) : text))],
  [
    "removesuffix",
    removed((text, part) => (part !== "" && text.endsWith(part) ? text.slice(0, -part.length) : text)),
  ],
  ["ljust", pad(() => 0)],
  ["rjust", pad((missing) => missing)],
  ["center", pad((missing, width) => (missing >> 1) + (missing & width & 1))],
  ["zfill", zfill],
  ["format", (rt, self, args) => formatText(rt, self, args)],
  ["format_map", formatMap],
]);
