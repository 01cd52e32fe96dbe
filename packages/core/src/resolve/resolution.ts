// The answer of resolve(), which is also the lockfile: every package, version, file and hash for one environment.

/** Where a package came from, as exactly as the source could tell. */
export type PackageOrigin =
  /** A mip index, a bundle or PyPI: `url` is the index or bundle. */
  | { readonly type: "index"; readonly url: string }
  /** A repository on a forge; `commit` is the full id that `ref` stood for when it was resolved, null when the forge did not tell. */
  | {
      readonly type: "git";
      readonly forge: "github" | "gitlab" | "codeberg";
      readonly repository: string;
      readonly ref: string;
      readonly commit: string | null;
    }
  /** A plain URL. */
  | { readonly type: "url"; readonly url: string }
  /** A path on the machine that resolved. */
  | { readonly type: "local"; readonly path: string };

/** One file of a package. */
export interface LockedFile {
  /**
   * POSIX, never with "..". Below the install root: "aiohttp/__init__.py"; or, with a "/" before it, below the root of
   * the target's file system: "/data/model.bin", where the package.json says "fs:data/model.bin".
   */
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Where the contents are; `file:` for local ones. */
  readonly url: string;
}

/** One package of a resolution. */
export interface LockedPackage {
  /** The name dependents and the install record use: "aiohttp", or "github:org/repo" for what has no index name. */
  readonly name: string;
  /** As the source says it; null when the package has none. */
  readonly version: string | null;
  readonly origin: PackageOrigin;
  /** Names of packages of this resolution, sorted. */
  readonly dependencies: readonly string[];
  /** Sorted by path. */
  readonly files: readonly LockedFile[];
}

/** What of the environment the choice of files depended on. */
export interface LockedEnvironment {
  readonly implementation: string;
  /** The .mpy version that could be chosen, like 6; "py" when only sources could. */
  readonly mpy: number | "py";
}

/** A package that was asked for, and by which requirements. */
export interface RequestedPackage {
  /** Name of a package of the resolution. */
  readonly package: string;
  /** What was asked, as canonical requirement texts, sorted. */
  readonly requirements: readonly string[];
}

/** Every package, version and file for a set of requirements. Plain data; `formatLockfile` makes it canonical JSON. */
export interface Resolution {
  readonly environment: LockedEnvironment;
  /** What was asked for, sorted by package. */
  readonly roots: readonly RequestedPackage[];
  /** Sorted by name. */
  readonly packages: readonly LockedPackage[];
}
