// What goes into an index and what comes out: packages and files as values. No manifest and no disk is known here.

import type { CompileWorkers } from "@upykit/compiler";
import type { ManifestPlace } from "@upykit/core/manifest";
import type { CompileFunction, OptimizationLevel } from "../files/freeze-file.js";

/** A package to put into an index. */
export interface IndexPackage {
  /** What users ask for: "aioble". */
  readonly name: string;
  /** Where it is kept, as the index tells: "micropython/bluetooth/aioble". */
  readonly path: string;
  readonly version?: string | null | undefined;
  readonly description?: string | null | undefined;
  /** SPDX identifier; "MIT" where there is none, as in micropython-lib. */
  readonly license?: string | null | undefined;
  /** In the order of the manifest; of required packages too. */
  readonly files: readonly IndexPackageFile[];
}

/** A source file of a package. */
export interface IndexPackageFile {
  /** Where it is installed: "aioble/core.py". */
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly optimize?: OptimizationLevel | null | undefined;
  /** The version of the package that owns the file, which is not always the one that ships it. */
  readonly version?: string | null | undefined;
  /** Where a manifest names the file: errors about it then say so. */
  readonly place?: ManifestPlace | undefined;
}

/** A bytecode that an index has besides sources. */
export interface IndexBytecode {
  /** The folder below `package/` and the key in index.json: "6". */
  readonly key: string;
  readonly target: "micropython" | "circuitpython";
}

/** Options of {@link buildIndex}. */
export interface IndexOptions {
  /** `@upykit/compiler` where not set. */
  readonly compile?: CompileFunction | undefined;
  /** Threads to compile in: `nodeWorkers()` or `webWorkers()` of `@upykit/compiler`. Without them, and with `compile`, this one. */
  readonly workers?: CompileWorkers | undefined;
  /** MicroPython's mpy v6 under "6" where not set. {@link circuitPythonBytecode} can be added. */
  readonly bytecode?: readonly IndexBytecode[] | undefined;
  /** Reads a file of the index as it is now; null or absent where there is none. Versions in it are locked. */
  readonly previous?: ((path: string) => Uint8Array | null | Promise<Uint8Array | null>) | undefined;
  /** `state` of the previous build: what has not changed since is not compiled again. */
  readonly state?: string | undefined;
  /**
   * What is noted in `state` of the compiler, besides what it makes of a probe: give the version of upykit, so that an
   * update compiles everything again even where the probe comes out the same.
   */
  readonly compilerVersion?: string | undefined;
  /** Hex digits of a file's SHA-256 that name it: 4 to 64; 8 where not set. */
  readonly hashLength?: number | undefined;
  /** Seconds since 1970 that the index says it was updated at; the time of the call where not set. */
  readonly updated?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined;
}

/** Packages done of all packages. */
export interface IndexProgress {
  readonly package: string;
  readonly done: number;
  /** Where packages come one by one, those that came so far. */
  readonly total: number;
}

/** What {@link buildIndex} gives. Nothing was written: the caller puts the files where they are served. */
export interface IndexBuild {
  /** Files that are new or changed, by path below the index's folder. Write index.json last. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** For the next build: text to keep beside the index. */
  readonly state: string;
  /** How many files were compiled, and how many were taken from the previous build. */
  readonly compiled: number;
  readonly reused: number;
  /** Versions that were not in the index before: "aioble 0.6.1 (6)". */
  readonly newVersions: readonly string[];
  /** Versions whose files have changed although the version is locked; the index still has the old ones. */
  readonly changedLocked: readonly string[];
}

/** CircuitPython's bytecode as an extra: mpy v6 too, but none that MicroPython loads, so it has a folder of its own. */
export const circuitPythonBytecode: IndexBytecode = { key: "circuitpython-6", target: "circuitpython" };
