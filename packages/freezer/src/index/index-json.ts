// index.json of a mip index, format v2: read with suspicion, updated, written as tools/build.py writes it.
// Source: tools/build.py of micropython-lib 1.28.

import { UpyError } from "@upykit/core/errors";
import type { IndexPackage } from "./index-package.js";
import { asciiJson, formatPythonJson, type PythonJson } from "./python-json.js";

/** One package of index.json. */
export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly author: string;
  readonly description: string;
  readonly license: string;
  /** Versions by bytecode: "py" and "6", oldest first. */
  readonly versions: Map<string, string[]>;
  readonly path: string;
}

/** The packages of an index, by name. @throws `invalid-package` when the text is no index of format 2 */
export function parseIndexJson(content: Uint8Array): Map<string, IndexEntry> {
  const json = parseJson(new TextDecoder().decode(content));
  if (!isRecord(json) || json["v"] !== 2 || !Array.isArray(json["packages"])) throw notAnIndex();
  const entries = (json["packages"] as unknown[]).map(parseEntry);
  return new Map(entries.map((entry) => [entry.name, entry]));
}

/** False for what is damaged, as by a build that ended while it was written. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notAnIndex(cause);
  }
}

function parseEntry(value: unknown): IndexEntry {
  if (!isRecord(value)) throw notAnIndex();
  const { name, version, author, description, license, versions, path } = value;
  if (typeof name !== "string" || !isRecord(versions)) throw notAnIndex();
  return {
    name,
    version: textOf(version),
    author: textOf(author),
    description: textOf(description),
    license: textOf(license),
    versions: new Map(sortedKeys(versions).map((key) => [key, textsOf(versions[key])])),
    path: textOf(path),
  };
}

/** "py" first, as build.py has it; JSON.parse put keys that look like numbers before it. */
function sortedKeys(versions: Record<string, unknown>): string[] {
  return Object.keys(versions).sort((a, b) => Number(b === "py") - Number(a === "py"));
}

function textsOf(value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) throw notAnIndex();
  return [...value];
}

function textOf(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "string") throw notAnIndex();
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notAnIndex(cause?: unknown): UpyError {
  return new UpyError("invalid-package", "index.json is not a mip index of format 2.", {
    hint: "Build into an empty folder, or repair the file.",
    cause,
  });
}

/** The entry of a package after this build, and which of `keys` did not list its version before. */
export function updateEntry(
  old: IndexEntry | undefined,
  item: IndexPackage,
  keys: readonly string[],
): { entry: IndexEntry; added: readonly string[] } {
  const versions = new Map(old?.versions);
  const version = item.version ?? "";
  const added = version === "" ? [] : keys.filter((key) => versions.get(key)?.includes(version) !== true);
  for (const key of added) versions.set(key, [...(versions.get(key) ?? []), version]);
  const { name, path } = item;
  const description = item.description ?? "";
  const license = item.license ? item.license : "MIT";
  return { entry: { name, version, author: "", description, license, versions, path }, added };
}

/** The text of index.json. */
export function formatIndexJson(entries: Iterable<IndexEntry>, updated: number): string {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const packages = sorted.map((entry): PythonJson => new Map<string, PythonJson>(Object.entries(entry)));
  const index = new Map<string, PythonJson>([
    ["packages", packages],
    ["v", 2],
    ["updated", updated],
  ]);
  return `${formatPythonJson(index)}\n`;
}

/** The text of a package's JSON. */
export function formatPackageJson(hashes: readonly (readonly [string, string])[], version: string): string {
  return `${asciiJson({ v: 1, hashes, version })}\n`;
}
