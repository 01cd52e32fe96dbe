// mip's package.json, as authors really write it, to a value with every path and address checked.
// Format: micropython-lib v1.28.0, tools/build.py and mip/__init__.py; docs/reference/packages.rst of MicroPython 1.28.

import * as z from "zod/mini";
import { UpyError, isUpyError } from "../errors.js";
import { parseJson } from "./json-text.js";
import { parseDestination, parseSource, type Destination, type FileSource } from "./package-pair.js";
import { formatRequirement, parseRequirement } from "./parse-requirement.js";
import type { Requirement } from "./requirement.js";
import { isVersion } from "./specifier.js";

/** One file that a package.json installs. */
export interface PackageJsonFile extends Destination {
  readonly source: FileSource;
  /** Where in the file it stands, for messages: "urls[3]". */
  readonly where: string;
}

/** What a package.json says. */
export interface PackageJson {
  /** null when it does not say. */
  readonly version: string | null;
  readonly files: readonly PackageJsonFile[];
  readonly dependencies: readonly Requirement[];
}

const pairs = z.nullish(z.array(z.array(z.string()).check(z.length(2))));
const dependency = z.union([
  z.string(),
  z.tuple([z.string()]),
  z.tuple([z.string(), z.nullable(z.string())]),
]);
const shape = z.object({
  version: z.nullish(z.union([z.string(), z.number()])),
  hashes: pairs,
  urls: pairs,
  deps: z.nullish(z.array(dependency)),
});

/** What the parts of the file should look like, for messages. */
const expectations: Readonly<Record<string, string>> = {
  version: "a text",
  hashes: 'a list of ["path", "hash"] pairs',
  urls: 'a list of ["path on the board", "source"] pairs',
  deps: 'a list of ["package", "version"] pairs',
};

/**
 * Reads a package.json. `what` ("package.json of github:org/repo") starts every message.
 * @throws `invalid-package`, `invalid-path`, with the line and column or the place in the file
 */
export function parsePackageJson(input: string | Uint8Array, what = "package.json"): PackageJson {
  const value = parseJson(input, what);
  refuseForeign(value, what);
  const result = shape.safeParse(value);
  if (!result.success) throw wrongShape(result.error.issues[0]?.path ?? [], value, what);
  const { version, hashes, urls, deps } = result.data;
  const files = [
    ...(hashes ?? []).map((pair, index) => parseHash(pair, `hashes[${index}]`, what)),
    ...(urls ?? []).map((pair, index) => parseUrlPair(pair, `urls[${index}]`, what)),
  ];
  return {
    version: version === undefined || version === null || version === "" ? null : String(version),
    files,
    dependencies: pairUp(deps ?? []).map((dep, index) => parseDependency(dep, `${what}: deps[${index}]`)),
  };
}

function parseHash([path = "", hash = ""]: readonly string[], where: string, what: string): PackageJsonFile {
  if (!/^[0-9a-f]{4,64}$/i.test(hash)) {
    throw new UpyError(
      "invalid-package",
      `${what}: ${where}[1] should be 4 to 64 hex digits of a SHA-256, not ${JSON.stringify(hash.slice(0, 80))}`,
    );
  }
  return { ...parseDestination(path, `${what}: ${where}[0]`), source: { type: "hash", hash }, where };
}

function parseUrlPair(
  [path = "", source = ""]: readonly string[],
  where: string,
  what: string,
): PackageJsonFile {
  refuseSwapped(path, source, `${what}: ${where}`);
  return {
    ...parseDestination(path, `${what}: ${where}[0]`),
    source: parseSource(source, `${what}: ${where}[1]`),
    where,
  };
}

const address = /^(https?|github|gitlab|codeberg):/i;

function refuseSwapped(path: string, source: string, where: string): void {
  if (!address.test(path)) return;
  const swapped = address.test(source) ? "" : "; the pair seems to be swapped";
  throw new UpyError(
    "invalid-package",
    `${where}: ${JSON.stringify(path)} is an address where the path on the board should be${swapped}`,
    {
      hint: 'A pair is ["path on the board", "source"]; tell the author.',
    },
  );
}

type Dependency = z.infer<typeof dependency>;

/** `"deps": ["logging", "latest"]` is one pair whose author forgot the inner brackets. */
function pairUp(deps: readonly Dependency[]): Dependency[] {
  const [name, version] = deps;
  if (deps.length !== 2 || typeof name !== "string" || typeof version !== "string") return [...deps];
  return version === "latest" || isVersion(version) ? [[name, version]] : [name, version];
}

function parseDependency(dep: Dependency, where: string): Requirement {
  const [name, version] = typeof dep === "string" ? [dep, null] : [dep[0], dep[1] ?? null];
  try {
    return dependencyOf(name, version?.trim() ?? "");
  } catch (error) {
    if (!isUpyError(error)) throw error;
    throw new UpyError("invalid-package", `${where}: ${error.message}`, { hint: error.hint, cause: error });
  }
}

function dependencyOf(name: string, version: string): Requirement {
  // A file's name and its address, written like a pair of "urls": the address is what is wanted.
  if (address.test(version) && !address.test(name)) return parseRequirement(version);
  const requirement = parseRequirement(name);
  if (requirement.type === "local") {
    throw new UpyError("invalid-package", "a dependency cannot be a local path", {
      hint: "A dependency is a package of an index or an address.",
    });
  }
  if (version === "" || version === "latest" || requirement.type === "url") return requirement;
  if (requirement.type === "git") {
    return requirement.ref === null
      ? parseRequirement(`${name}@${encodeURIComponent(version)}`)
      : requirement;
  }
  // Most give a version; some give a range, as pip would take it.
  const range = /^[=!~<>]/.test(version);
  return parseRequirement(
    range ? formatRequirement(requirement) + version : `${requirement.name}@${version}`,
  );
}

const npmKeys = [
  "dependencies",
  "devDependencies",
  "peerDependencies",
  "scripts",
  "main",
  "packageManager",
  "workspaces",
  "engines",
  "private",
  "exports",
  "module",
  "bin",
];

/** What is JSON, and of another kind. */
function refuseForeign(value: unknown, what: string): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UpyError("invalid-package", `${what} should hold an object, not ${kindOf(value)}`);
  }
  if ("urls" in value || "hashes" in value || "deps" in value) return;
  const npm = npmKeys.find((key) => key in value);
  if (npm !== undefined) {
    throw new UpyError(
      "invalid-package",
      `${what} belongs to npm, not to mip: it has "${npm}", and no "urls", "hashes" or "deps"`,
      {
        hint: "The repository is no mip package at this path; look for one in a subfolder, or name a .py file.",
      },
    );
  }
  throw new UpyError("invalid-package", `${what} is no mip package: it has no "urls", "hashes" or "deps"`);
}

function wrongShape(path: readonly PropertyKey[], value: unknown, what: string): UpyError {
  const place = path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : (index > 0 ? "." : "") + String(key)))
    .join("");
  const found = path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
  const expected = expectations[String(path[0])] ?? "something else";
  return new UpyError(
    "invalid-package",
    `${what}: ${place} is ${kindOf(found)}; "${String(path[0])}" should be ${expected}`,
    {
      hint: "Tell the author of the package.",
    },
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object"
    ? "an object"
    : `${typeof value === "string" ? "the text" : `the ${typeof value}`} ${JSON.stringify(value).slice(0, 60)}`;
}
