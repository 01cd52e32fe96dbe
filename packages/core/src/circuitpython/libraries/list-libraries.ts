// What `circup list` shows, and more: every library on a target, its version, and how it stands to the bundles.

import type { Target } from "../../targets/target.js";
import type { InstalledLibrary, SurveyedLibrary } from "./library.js";
import type { ReadProgress } from "./read-libraries.js";
import { type LibraryOptions, surveyLibraries } from "./survey-libraries.js";

/** What {@link listLibraries} takes. */
export interface ListLibrariesOptions extends LibraryOptions {
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** What {@link listLibraries} found. */
export interface LibraryList {
  /** The install root it is about. */
  readonly root: string;
  /** Sorted by name. */
  readonly libraries: readonly InstalledLibrary[];
}

/**
 * Every library in the install root of a target, recorded or copied there by hand; empty when the root is not there.
 * Files whose name starts with a dot are no libraries. Touches nothing.
 * @throws `interrupted-install`, `invalid-record`, and what target and bundles throw
 */
export async function listLibraries(target: Target, options: ListLibrariesOptions): Promise<LibraryList> {
  const { root, libraries } = await surveyLibraries(target, options);
  return { root, libraries: libraries.map(publicPart) };
}

/** Plain data, without contents. */
export function publicPart(library: SurveyedLibrary): InstalledLibrary {
  const { name, form, forms, version, versionSource, recorded, files, size, status, offer, problems } =
    library;
  return { name, form, forms, version, versionSource, recorded, files, size, status, offer, problems };
}
