// What can answer a requirement. A source returns null for what it does not know, so that the next one is asked.

import type { Environment } from "../environment.js";
import type { PackageOrigin } from "../resolve/resolution.js";
import type { Requirement } from "../specs/requirement.js";
import type { DownloadOptions } from "./download.js";

/** One file of a release, before its contents are known. */
export interface ReleaseFile {
  /** Below the install root, checked: POSIX, never absolute, never with "..". */
  readonly path: string;
  /** Where the contents are. */
  readonly url: string;
  /** What the index promises of the SHA-256: any number of leading hex digits; null when it promises nothing. */
  readonly hash: string | null;
  /** The contents, where the source has them already (out of an archive or a bundle). */
  readonly content?: Uint8Array;
  /** True when the URL can never answer anything else (a file at a commit, or named by its hash): the cache may answer for it. */
  readonly immutable?: boolean;
}

/** A package in one version, as a source found it. */
export interface PackageRelease {
  /** The name it is locked and recorded under: "aiohttp", or "github:org/repo" for what has no index name. */
  readonly name: string;
  readonly version: string | null;
  readonly origin: PackageOrigin;
  readonly dependencies: readonly Requirement[];
  readonly files: readonly ReleaseFile[];
}

/** What a source is given besides the requirement. */
export interface SourceContext extends DownloadOptions {
  readonly environment: Environment;
  /**
   * Fetches a URL through the options above, once for each URL however often it is asked.
   * Resolves with null for HTTP 404. `hash`: leading hex digits of the SHA-256 that are expected; what differs is
   * returned all the same, but the cache neither gives nor keeps it. @throws `network`, `offline`, `too-large`
   */
  download(
    url: string,
    options?: { readonly immutable?: boolean; readonly hash?: string | null },
  ): Promise<Uint8Array | null>;
}

/** Something that can answer a requirement. */
export interface PackageSource {
  /** For messages and the lockfile: "mip index https://…". */
  readonly name: string;
  /**
   * The best release that satisfies every one of `requirements` (all of the same package), null when the source does
   * not have the package. @throws `version-conflict` when it has the package, but no version that satisfies all.
   */
  find(requirements: readonly Requirement[], context: SourceContext): Promise<PackageRelease | null>;
}
