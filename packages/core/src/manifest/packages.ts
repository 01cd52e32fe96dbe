// How `require()` can be answered by something else than folders of libraries: a lockfile, a package source.

import { UpyError } from "../errors.js";
import { exactSpecifier, normalizeSpecifier } from "../specs/specifier.js";

/** What a manifest required. */
export interface PackageRequest {
  readonly name: string;
  /** As `require(…, version=…)` has it: "1.2.0", or specifiers like ">=1,<2"; null when any will do. */
  readonly version: string | null;
  readonly library: string | null;
  readonly signal: AbortSignal | undefined;
}

/** One file of a package that answers. */
export interface PackageFile {
  /** Below the root of imports: "aiohttp/__init__.py". */
  readonly path: string;
  readonly content: Uint8Array;
  /** Where it came from, for messages. */
  readonly source: string;
  /** Optimisation level; absent or null where nothing is said. */
  readonly opt?: number | null;
}

/** A package that answers, its dependencies beside it. */
export interface AnsweredPackage {
  readonly name: string;
  readonly version: string | null;
  /** True where the one who answers sees to the version itself; then `version=` is not compared. */
  readonly isVersionChecked?: boolean;
  readonly description?: string | null;
  readonly files: readonly PackageFile[];
  /** Packages that come before this one; each is taken once, however often it is named. */
  readonly dependencies: readonly AnsweredPackage[];
}

/** Answers a requirement; null when it does not know the package, so that the libraries are searched. */
export type PackageAnswers = (request: PackageRequest) => Promise<AnsweredPackage | null>;

/** The specifier for what `require(name, version=…)` asks for: a version, a range, or "latest". @throws `invalid-requirement` */
export function versionSpecifier(name: string, version: string | null): string {
  if (version === null || version === "latest") return "";
  const specifier = /^[=!~<>]/.test(version) ? normalizeSpecifier(version) : exactSpecifier(version);
  if (specifier !== null) return specifier;
  throw new UpyError("invalid-requirement", `"${version}" is no version of ${name}`);
}
