// The JSON of a bundle: text to libraries, checked. Format: build_bundle_json of circuitpython-build-tools 2.x.

import { UpyError } from "../errors.js";
import { parseJson } from "../specs/json-text.js";
import { isPackagePath } from "../specs/package-path.js";
import { compareText } from "../specs/specifier.js";
import type { BundleLibrary } from "./bundle.js";
import { withoutHostPackages } from "./host-packages.js";
import { leadingName } from "./library-names.js";

/** A library, and where it is in the archives. */
export interface IndexedLibrary extends BundleLibrary {
  /** Below `lib/`, without suffix. */
  readonly path: string;
}

/** An entry of the JSON whose fields were checked; the rest of it is not looked at. */
interface IndexEntry {
  readonly path?: string;
  readonly package?: boolean;
  readonly pypi_name?: string | null;
  readonly version?: string | null;
  readonly repo?: string | null;
  readonly dependencies?: readonly string[];
  readonly external_dependencies?: readonly string[];
}

/** Checked by hand: a schema makes a copy of each of hundreds of entries, and takes longer than all the rest of an install. */
const fieldChecks: Readonly<Record<keyof IndexEntry, (value: unknown) => boolean>> = {
  path: isText,
  package: (value) => typeof value === "boolean",
  pypi_name: (value) => value === null || isText(value),
  version: (value) => value === null || isText(value),
  repo: (value) => value === null || isText(value),
  dependencies: (value) => Array.isArray(value) && value.every(isName),
  // What the builder cuts off requirements for pip: "git+https://…", "name @ https://…", "name # why", "name!".
  external_dependencies: (value) => Array.isArray(value) && value.every(isText),
};
const fields = Object.entries(fieldChecks);

const maxLibraries = 20_000;

/** The libraries of an index, sorted by name. `what` starts every message. @throws `invalid-package`, `invalid-path`, `too-large` */
export function parseBundleIndex(content: string | Uint8Array, what: string): IndexedLibrary[] {
  const value = parseJson(content, what);
  if (!isRecord(value)) throw notAnIndex(what, "it");
  const entries = Object.entries(value);
  if (entries.length > maxLibraries)
    throw new UpyError("too-large", `${what} has more than ${maxLibraries} libraries`);
  return entries
    .map(([name, one]) => libraryOf(name, checkedEntry(name, one, what), what))
    .sort((a, b) => compareText(a.name, b.name));
}

function checkedEntry(name: string, entry: unknown, what: string): IndexEntry {
  if (!isName(name) || !isRecord(entry)) throw notAnIndex(what, shortened(name));
  for (const [field, isFine] of fields) {
    const value = entry[field];
    if (value !== undefined && !isFine(value)) throw notAnIndex(what, `${shortened(name)}.${field}`);
  }
  return entry;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.length <= 2000;
}

/** What a module, a package or a distribution can be called. */
function isName(value: unknown): boolean {
  return typeof value === "string" && /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9_])?$/.test(value);
}

function shortened(name: string): string {
  return name.length > 80 ? `${name.slice(0, 77)}...` : name;
}

function notAnIndex(what: string, place: string): UpyError {
  return new UpyError("invalid-package", `${what}: ${place} is not what belongs there`, {
    hint: "This is not the index of a CircuitPython bundle.",
  });
}

function libraryOf(name: string, one: IndexEntry, what: string): IndexedLibrary {
  const path = (one.path ?? `lib/${name}`).replace(/^lib\//, "").replace(/\.m?py$/, "");
  if (!isPackagePath(path)) {
    throw new UpyError(
      "invalid-path",
      `${what}: ${JSON.stringify(name)} is at ${JSON.stringify(one.path ?? name)}, which no library can be`,
    );
  }
  return {
    name,
    path,
    pypiName: one.pypi_name ?? null,
    version: one.version ?? null,
    repository: one.repo ?? null,
    isPackage: one.package ?? false,
    dependencies: [...new Set(one.dependencies ?? [])].sort(compareText),
    externalDependencies: withoutHostPackages(
      (one.external_dependencies ?? []).map((text) => leadingName(text) ?? text),
    ).sort(compareText),
  };
}
