// glob.glob(), as CPython 3.11 does it, over the manifest's files. Patterns are matched in time that their lengths bound.

import { join, split } from "./posix-path.js";
import type { SourceEntry } from "../file-system.js";
import type { Meter } from "../value/meter.js";
import type { Run } from "../value/values.js";

/** What globbing asks of the files; paths may be relative to the current folder. */
export interface GlobFiles {
  readonly meter: Meter;
  list(path: string): Run<readonly SourceEntry[] | null>;
  exists(path: string): Run<boolean>;
  isDirectory(path: string): Run<boolean>;
}

const magic = /[*?[]/;

/** The paths that match, in the order of the folders. `folder` is where relative patterns start. */
export function* globPaths(files: GlobFiles, pattern: string, recursive: boolean): Run<string[]> {
  const found = yield* expand(files, pattern, recursive, false);
  return recursive && pattern.startsWith("**") ? found.filter((path) => path !== "") : found;
}

function* expand(files: GlobFiles, pattern: string, recursive: boolean, foldersOnly: boolean): Run<string[]> {
  const [head, tail] = split(pattern);
  if (!magic.test(pattern)) {
    const there = tail === "" ? yield* files.isDirectory(head) : yield* files.exists(pattern);
    return there ? [pattern] : [];
  }
  const isDeep = recursive && tail === "**";
  if (head === "")
    return yield* isDeep ? below(files, "", foldersOnly) : inFolder(files, "", tail, foldersOnly);
  const folders = head !== pattern && magic.test(head) ? yield* expand(files, head, recursive, true) : [head];
  const found: string[] = [];
  for (const folder of folders) {
    for (const name of yield* namesIn(files, folder, tail, isDeep, foldersOnly))
      found.push(join(folder, name));
  }
  return found;
}

function* namesIn(
  files: GlobFiles,
  folder: string,
  tail: string,
  isDeep: boolean,
  foldersOnly: boolean,
): Run<string[]> {
  if (isDeep) return (yield* files.isDirectory(folder)) ? yield* below(files, folder, foldersOnly) : [];
  if (magic.test(tail)) return yield* inFolder(files, folder, tail, foldersOnly);
  const there = tail === "" ? yield* files.isDirectory(folder) : yield* files.exists(join(folder, tail));
  return there ? [tail] : [];
}

function* namesOf(files: GlobFiles, folder: string, foldersOnly: boolean): Run<string[]> {
  const entries = (yield* files.list(folder === "" ? "." : folder)) ?? [];
  const wanted = entries.filter((entry) => !foldersOnly || entry.type === "directory");
  return wanted.map((entry) => split(entry.path)[1]);
}

function* inFolder(files: GlobFiles, folder: string, pattern: string, foldersOnly: boolean): Run<string[]> {
  const names = yield* namesOf(files, folder, foldersOnly);
  return names.filter(
    (name) => (pattern.startsWith(".") || !name.startsWith(".")) && matchName(files.meter, name, pattern),
  );
}

/** `**`: the folder itself, as an empty name, and everything below it. */
function* below(files: GlobFiles, folder: string, foldersOnly: boolean, depth = 0): Run<string[]> {
  const found = depth === 0 ? [""] : [];
  if (depth > 40) return found;
  for (const name of yield* namesOf(files, folder, foldersOnly)) {
    if (name.startsWith(".")) continue;
    found.push(name);
    const inner = join(folder, name);
    if (!(yield* files.isDirectory(inner))) continue;
    for (const deeper of yield* below(files, inner, foldersOnly, depth + 1)) found.push(join(name, deeper));
  }
  return found;
}

/** As fnmatch.fnmatchcase(): `*`, `?`, `[abc]`, `[!a-c]`. */
export function matchName(meter: Meter, name: string, pattern: string): boolean {
  meter.spend(name.length * pattern.length);
  const tokens = patternTokens(pattern);
  let [at, token, starToken, starAt] = [0, 0, -1, 0];
  while (at < name.length) {
    const expected = tokens[token];
    if (expected === "*") {
      starToken = token++;
      starAt = at;
    } else if (expected !== undefined && expected(name.charAt(at))) {
      at++;
      token++;
    } else if (starToken >= 0) {
      token = starToken + 1;
      at = ++starAt;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === "*");
}

type Token = "*" | ((character: string) => boolean);

function patternTokens(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const end = character === "[" ? pattern.indexOf("]", i + (pattern.charAt(i + 1) === "!" ? 3 : 2)) : -1;
    if (end > 0) {
      tokens.push(characterClass(pattern.slice(i + 1, end)));
      i = end;
    } else if (character === "*") {
      if (tokens.at(-1) !== "*") tokens.push("*");
    } else if (character === "?") tokens.push(() => true);
    else tokens.push((each) => each === character);
  }
  return tokens;
}

function characterClass(body: string): (character: string) => boolean {
  const negated = body.startsWith("!");
  const set = negated ? body.slice(1) : body;
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < set.length; i++) {
    const isRange = set.charAt(i + 1) === "-" && i + 2 < set.length;
    ranges.push([set.charAt(i), set.charAt(isRange ? i + 2 : i)]);
    if (isRange) i += 2;
  }
  return (character) => ranges.some(([low, high]) => character >= low && character <= high) !== negated;
}
