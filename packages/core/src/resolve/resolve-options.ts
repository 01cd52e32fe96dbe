// What resolve() takes, and what it tells while it works.

import type { Environment } from "../environment.js";
import type { DownloadOptions } from "../sources/download.js";
import type { PackageSource } from "../sources/source.js";

/** What {@link resolve} reports. `done` never falls; `total` grows as dependencies and files become known. */
export type ResolveProgress =
  /** A package was found. Counts packages. */
  | {
      readonly type: "package";
      readonly name: string;
      readonly version: string | null;
      readonly done: number;
      readonly total: number;
    }
  /** A file was downloaded and checked. Counts files. */
  | {
      readonly type: "file";
      readonly package: string;
      readonly path: string;
      readonly done: number;
      readonly total: number;
    };

/** What {@link resolve} takes. */
export interface ResolveOptions extends DownloadOptions {
  /** What will run the code: it decides between .mpy and .py. */
  readonly environment: Environment;
  /** Asked in this order, as `chainSources` does. Default: the index of micropython-lib, and package files at web addresses. */
  readonly sources?: readonly PackageSource[] | undefined;
  /** False: sources (.py) even where the board loads .mpy files. Default true. */
  readonly mpy?: boolean | undefined;
  /** Most downloads at a time. Default 32. */
  readonly concurrency?: number | undefined;
  /** Most packages of one resolution, so that a hostile graph has an end. Default 1,000. */
  readonly maxPackages?: number | undefined;
  /** Most files of one resolution. Default 20,000. */
  readonly maxFiles?: number | undefined;
  /** Most bytes that one resolution downloads. Default 256 MiB. */
  readonly maxBytes?: number | undefined;
  readonly onProgress?: ((progress: ResolveProgress) => void) | undefined;
}
