// The shapes of what is found on a target, compared with what bundles offer.

import type { BundleLibrary, CircuitPythonBundle } from "../../bundles/bundle.js";
import type { RecordedPackage } from "../../install/record.js";
import type { FoundLibrary } from "./find-libraries.js";
import type { BundleMatch } from "./match-bundle.js";

/** What stands between a library and its use, or its update. */
export interface LibraryProblem {
  /**
   * `damaged`: an .mpy file that is cut off or none at all; `syntax-error`: a source that does not parse;
   * `incompatible`: a good .mpy file that this board does not load; `changed`, `missing`: not as the record says;
   * `hidden`: another file of the library is loaded in its place.
   */
  readonly type: "damaged" | "syntax-error" | "incompatible" | "changed" | "missing" | "hidden";
  /** Absolute. */
  readonly path: string;
  /** One sentence. */
  readonly message: string;
}

/**
 * How a library stands to what the bundles have; the first that is true:
 * - `damaged`: a file of it is cut off; update it
 * - `incompatible`: it has .mpy files that this board does not load; update it
 * - `not-in-bundle`: no bundle has it
 * - `unknown-version`: it says no version, and its files are not those of a bundle
 * - `major-update`: the bundle has a version with another first number, which may break the code that uses it
 * - `update`: the bundle has a newer version
 * - `current`
 */
export type LibraryStatus =
  "damaged" | "incompatible" | "not-in-bundle" | "unknown-version" | "major-update" | "update" | "current";

/** What a bundle has of a library. */
export interface LibraryOffer {
  readonly version: string | null;
  /** Id of the bundle. */
  readonly bundle: string;
  /** Tag of the bundle's release. */
  readonly tag: string | null;
  readonly library: BundleLibrary;
}

/** One library on a target. */
export interface InstalledLibrary extends Pick<FoundLibrary, "name" | "form" | "forms"> {
  /** Null when it cannot be told. */
  readonly version: string | null;
  /** What told the version: the install record, the file itself, or a bundle that has the very same files. */
  readonly versionSource: "record" | "mpy" | "py" | "bundle" | null;
  /** Whether the install record has it. */
  readonly recorded: boolean;
  /** Absolute paths, sorted. */
  readonly files: readonly string[];
  readonly size: number;
  readonly status: LibraryStatus;
  /** Null when no bundle has it. */
  readonly offer: LibraryOffer | null;
  readonly problems: readonly LibraryProblem[];
}

/** An installed library with what only this room needs to know. */
export interface SurveyedLibrary extends InstalledLibrary {
  readonly found: FoundLibrary;
  readonly record: RecordedPackage | null;
  readonly bundle: CircuitPythonBundle | null;
  /** Contents that were read, by path below the root. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** How the files compare with the bundle; read when it is asked for the first time. Of what is recorded nothing matches. */
  readonly match: () => Promise<BundleMatch>;
}
