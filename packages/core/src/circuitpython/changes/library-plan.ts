// The plan of a change to the libraries of a target: plain data, made before anything is written.

import type { Plan } from "../../install/plan.js";
import type { InstalledLibrary } from "../libraries/library.js";
import type { ProvidedLibrary } from "./provided.js";

/** A library that a change leaves as it is, though it was meant. */
export interface HeldLibrary {
  readonly name: string;
  /**
   * `major-update`: the caller did not agree to it. `needs-major-update`: of the library in `other`.
   * `own-files`: sources in it that no bundle has, which somebody may have written. `not-in-bundle`: nobody offers it.
   * `orphan`: it was copied there by hand, and nothing that is known needs it any more.
   */
  readonly reason: "major-update" | "needs-major-update" | "own-files" | "not-in-bundle" | "orphan";
  readonly version: string | null;
  /** The version that was offered. */
  readonly offered: string | null;
  /** Absolute paths of the files that are meant by `own-files`. */
  readonly files: readonly string[];
  readonly other?: string | undefined;
}

/** Everything a change of libraries would do. */
export interface LibraryPlan {
  /** Records files that nobody recorded as what they are, before they are replaced or removed. Null when there are none. */
  readonly adoption: Plan | null;
  /** Writes and removes; made for a target on which `adoption` is done. */
  readonly change: Plan;
  /** What is needed and there: installed in a version that fits, or in the firmware. Sorted by name. */
  readonly provided: readonly ProvidedLibrary[];
  readonly held: readonly HeldLibrary[];
  /** Libraries with files in the way that somebody may have written: `applyLibraryPlan` refuses the plan. */
  readonly blocked: readonly HeldLibrary[];
}

/** A library that a change leaves alone. */
export function hold(
  library: InstalledLibrary,
  reason: HeldLibrary["reason"],
  more: Partial<Pick<HeldLibrary, "files" | "other">> = {},
): HeldLibrary {
  const { name, version, offer } = library;
  return { name, reason, version, offered: offer?.version ?? null, files: [], ...more };
}
