// Which files of a library are those of a bundle, byte for byte, in whichever variant.

import type { BundleLibrary, CircuitPythonBundle } from "../../bundles/bundle.js";
import { foldCase } from "../../path-clash.js";
import { type FoundLibrary, isPython } from "./find-libraries.js";

/** A library of a bundle. */
export interface OfferedLibrary {
  readonly bundle: CircuitPythonBundle;
  readonly library: BundleLibrary;
}

/** The first bundle's library that is imported under `name`; null when none has it. FAT does not tell case. */
export function offeredLibrary(name: string, bundles: readonly CircuitPythonBundle[]): OfferedLibrary | null {
  for (const bundle of bundles) {
    const library = bundle.libraries.find((one) => foldCase(one.name) === foldCase(name));
    if (library !== undefined) return { bundle, library };
  }
  return null;
}

/** How the files of a library compare with a bundle. */
export interface BundleMatch {
  /** Paths of the target's files that are the bundle's, in one of its variants. */
  readonly matching: ReadonlySet<string>;
  /** Whether all of one variant is there, and no other Python file. */
  readonly isRelease: boolean;
}

/** Compares the contents of a library with every variant of a bundle, `preferred` first. */
export async function matchBundle(
  found: FoundLibrary,
  contents: ReadonlyMap<string, Uint8Array>,
  {
    bundle,
    library,
    preferred,
    signal,
  }: OfferedLibrary & {
    readonly preferred: number | null;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<BundleMatch> {
  const matching = new Set<string>();
  let isRelease = false;
  const variants = [...bundle.variants].sort((a, b) => Number(b === preferred) - Number(a === preferred));
  for (const variant of variants) {
    const files = await bundle.readLibrary(library.name, variant, { signal });
    if (files === null) continue;
    const expected = new Map(files.map((file) => [foldCase(file.path), file.content]));
    const same = found.files.filter(({ path }) =>
      sameBytes(contents.get(path), expected.get(foldCase(path))),
    );
    for (const { path } of same) matching.add(path);
    const others = found.files.filter((file) => isPython(file.path) && !same.includes(file));
    isRelease ||= same.length === expected.size && others.length === 0;
    if (isRelease) break;
  }
  return { matching, isRelease };
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b?.length !== a.length) return false;
  return a.every((byte, index) => byte === b[index]);
}
