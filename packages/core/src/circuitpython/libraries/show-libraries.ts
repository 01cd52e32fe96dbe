// What `circup show` prints: what the bundles have.

import type { CircuitPythonBundle } from "../../bundles/bundle.js";
import type { LibraryOffer } from "./library.js";

/**
 * What the bundles have, sorted by name: of libraries in several bundles, the first one's.
 * @param match - only names (module or PyPI's) with this text in them, in any case, "-" and "_" being the same
 */
export function showLibraries(bundles: readonly CircuitPythonBundle[], match = ""): LibraryOffer[] {
  const offers = new Map<string, LibraryOffer>();
  const text = fold(match);
  for (const bundle of bundles) {
    for (const library of bundle.libraries) {
      const names = [library.name, library.pypiName ?? ""].map(fold);
      if (offers.has(library.name) || !names.some((name) => name.includes(text))) continue;
      offers.set(library.name, { version: library.version, bundle: bundle.id, tag: bundle.tag, library });
    }
  }
  return [...offers.values()].sort((a, b) => (a.library.name < b.library.name ? -1 : 1));
}

function fold(text: string): string {
  return text.trim().toLowerCase().replace(/[-.]/g, "_");
}
