// What the calls of this stage take.

import type { Environment } from "../environment.js";
import type { DownloadOptions } from "../sources/download.js";
import type { TargetCallOptions } from "../targets/target.js";
import type { ConflictPolicy, PlanConflict } from "./plan.js";

/**
 * Makes .mpy contents of Python source, for one board. `compile` of `@upykit/compiler` fits behind it.
 * What it throws makes the source be installed as it is, or (with the policy `require`) the install fail.
 */
export type CompileFunction = (
  source: Uint8Array,
  context: { readonly path: string; readonly environment: Environment },
) => Uint8Array;

/** Whether sources are compiled on install: where it works, always or not at all, never. */
export type MpyPolicy = "prefer" | "require" | "never";

/** What every call that changes a target's packages takes. */
export interface RootOptions extends TargetCallOptions {
  /** Where to install. Default: the first entry of `sys.path` that ends in "/lib", can be written and is not in ROM. */
  readonly root?: string | undefined;
  /** With true, an interrupted install is recovered first. Default false: it is an error. */
  readonly recover?: boolean | undefined;
}

/** Compiling on install. */
export interface CompileOptions {
  readonly compile?: CompileFunction | undefined;
  /** Default: `prefer` with `compile`, else `never`. */
  readonly mpy?: MpyPolicy | undefined;
}

/** What `planInstall` takes. */
export interface PlanOptions extends RootOptions, CompileOptions, DownloadOptions {
  /** What is done about files that are in the way; a function decides for each. Default `refuse`. */
  readonly onConflict?: ConflictPolicy | ((conflict: PlanConflict) => ConflictPolicy) | undefined;
  /** Whether packages that nothing needs any more are removed. Default true. */
  readonly prune?: boolean | undefined;
  /** Whether the requirements of the resolution stay until uninstalled. Default true. */
  readonly asRoots?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far an install is; `done` only grows. */
export type InstallProgress =
  /** Contents are fetched; in bytes. */
  | { readonly type: "fetch"; readonly path: string; readonly done: number; readonly total: number }
  /** Contents are written to the target; in bytes. */
  | { readonly type: "write"; readonly path: string; readonly done: number; readonly total: number }
  /** All is on the target and verified; now it is switched, which cannot be cancelled. In files. */
  | { readonly type: "commit"; readonly done: number; readonly total: number };

/** What `applyPlan` takes. */
export interface ApplyOptions extends DownloadOptions {
  /** Needed for a plan that compiles. */
  readonly compile?: CompileFunction | undefined;
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
