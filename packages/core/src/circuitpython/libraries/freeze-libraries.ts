// What `circup freeze` and `circup bundle-freeze` print, of a list of libraries.

import { exactSpecifier } from "../../specs/specifier.js";
import type { InstalledLibrary } from "./library.js";

/**
 * The libraries as a requirements.txt, which `parseRequirementsTxt` reads: those of a bundle with their versions, those
 * of unknown version by name alone. What is in no bundle is told in comments, as nobody could install it.
 */
export function freezeLibraries(libraries: readonly InstalledLibrary[]): string {
  return libraries.map((library) => `${lineOf(library)}\n`).join("");
}

function lineOf({ name, version, offer }: InstalledLibrary): string {
  if (offer === null) return `# ${name} is in no bundle`;
  const specifier = version === null ? "" : (exactSpecifier(version) ?? "");
  return offer.library.name + specifier;
}

/** The bundles that have the installed libraries, with the tags of their releases: what to pin to get these again. */
export function freezeBundles(libraries: readonly InstalledLibrary[]): Record<string, string> {
  const offers = libraries.flatMap(({ offer }) =>
    offer?.tag == null ? [] : [[offer.bundle, offer.tag] as const],
  );
  return Object.fromEntries(offers.sort(([a], [b]) => (a < b ? -1 : 1)));
}
