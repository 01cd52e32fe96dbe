// A library by any of the names that people write: the module's, PyPI's, the repository's, in any spelling.

import { UpyError } from "../errors.js";
import type { BundleLibrary } from "./bundle.js";

/** Finds libraries by name. Earlier ways are surer: where one has an answer, no later one is asked. */
export class LibraryNames<Library extends BundleLibrary> {
  readonly #libraries: readonly Library[];
  /** By way, made when it is first asked: most names are found by the first. */
  readonly #found: Map<string, Library[]>[] = [];

  constructor(libraries: readonly Library[]) {
    this.#libraries = libraries;
  }

  /** The library that `name` means, null when there is none. @throws `invalid-requirement` when it may mean several */
  find(name: string): Library | null {
    for (const [index, way] of ways.entries()) {
      const known = (this.#found[index] ??= byName(this.#libraries, way));
      const [first, ...others] = known.get(way.query(name)) ?? [];
      if (first === undefined) continue;
      if (others.length === 0) return first;
      const names = [first, ...others].map((library) => `"${library.name}"`);
      throw new UpyError("invalid-requirement", `"${name}" may mean ${names.join(" or ")}`, {
        hint: "Write one of these names.",
      });
    }
    return null;
  }
}

function byName<Library extends BundleLibrary>(
  libraries: readonly Library[],
  way: Way,
): Map<string, Library[]> {
  const found = new Map<string, Library[]>();
  for (const library of libraries) {
    for (const name of new Set(way.names(library))) {
      const known = found.get(name);
      if (known === undefined) found.set(name, [library]);
      else known.push(library);
    }
  }
  return found;
}

/** One way to compare names. */
interface Way {
  query(name: string): string;
  names(library: BundleLibrary): string[];
}

const ways: readonly Way[] = [
  { query: (name) => name, names: ({ name }) => [name] },
  { query: dashed, names: ({ name }) => [dashed(name)] },
  { query: dashed, names: (library) => distributionNames(library).map(dashed) },
  { query: squeezed, names: (library) => [library.name, ...distributionNames(library)].map(squeezed) },
  // "adafruit_neopixel", made of "adafruit-circuitpython-neopixel" as most others are, though the module is "neopixel".
  {
    query: squeezed,
    names: (library) =>
      distributionNames(library).map((name) => squeezed(dashed(name).replace("-circuitpython-", "-"))),
  },
];

function distributionNames({ pypiName, repository }: BundleLibrary): string[] {
  const last = /([^/]+?)(?:\.git)?\/*$/.exec(repository ?? "")?.[1];
  return [pypiName, last].flatMap((name) => name ?? []);
}

/** As PEP 503 compares names. */
export function dashed(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function squeezed(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "");
}

/** The name that a requirement for pip starts with; null for an address, a path or an option. */
export function leadingName(requirement: string): string | null {
  return /^\s*(\w(?:[\w.-]*\w)?)(?=$|[\s!@#(,<>=~;[])/.exec(requirement)?.[1] ?? null;
}
