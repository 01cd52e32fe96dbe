// The plan: everything an install or an uninstall would do to one root of a target, as plain data that can be printed,
// stored and sent to another process. It has no contents; planInstall makes it, applyPlan carries it out.

import type { Environment } from "../environment.js";
import type { LockedFile } from "../resolve/resolution.js";
import type { InstallRecord } from "./record.js";

/** What becomes of one file of a package. */
export type PlannedAction =
  /** Nothing is there; it is written. */
  | "new"
  /** Another content is there; it is replaced. */
  | "changed"
  /** The very content is there, or what was made of it. */
  | "unchanged"
  /** Nobody recorded it, and it becomes the package's as it is. */
  | "adopted"
  /** The user changed it since it was installed, and the package has nothing newer: it stays. */
  | "kept";

/** A size and a SHA-256. */
export interface FileState {
  readonly size: number;
  readonly sha256: string;
}

/** One file of a package in the plan. */
export interface PlannedFile {
  /** Below the root. */
  readonly path: string;
  readonly action: PlannedAction;
  /** Names of the packages it belongs to, sorted. */
  readonly packages: readonly string[];
  /** What will be there. */
  readonly size: number;
  readonly sha256: string;
  /** What is there now; null for nothing. */
  readonly previous: FileState | null;
  /** Where its contents come from. */
  readonly locked: LockedFile;
  /** Whether the contents are compiled on install: then `sha256` is of the result. */
  readonly compiled: boolean;
  /** A file whose name differs in case only, which it replaces. */
  readonly replaces?: string | undefined;
}

/** One file that goes away. */
export interface PlannedRemoval extends FileState {
  readonly path: string;
  /** Names of the packages it belonged to. */
  readonly packages: readonly string[];
}

/** A file that an uninstall or upgrade leaves because the user changed it. It belongs to nobody afterwards. */
export interface PlannedLeft {
  readonly path: string;
  readonly packages: readonly string[];
}

/** What is in the way of one file. */
export type ConflictType =
  /** A file that nobody recorded, with other contents. */
  | "user-file"
  /** The user changed the file since it was installed, and the package has a newer one. */
  | "modified"
  /** The file of another package that stays. */
  | "package-file"
  /** Two packages of the resolution have different contents for the path. Cannot be overridden. */
  | "two-packages"
  /** A directory where the file goes. Cannot be overridden. */
  | "directory"
  /** A file where a directory of the package goes. Cannot be overridden. */
  | "not-directory";

/** What is done about a conflict: nothing is installed; the file is replaced; it stays and becomes the package's. */
export type ConflictPolicy = "refuse" | "overwrite" | "adopt";

/** One conflict. With the policy "refuse", `applyPlan` refuses the plan. */
export interface PlanConflict {
  readonly path: string;
  readonly type: ConflictType;
  /** Names of the packages that want the path. */
  readonly packages: readonly string[];
  /** Names of the packages that have it. */
  readonly owners: readonly string[];
  readonly policy: ConflictPolicy;
}

/** A module that has another of its name on `sys.path`. */
export interface PlannedShadow {
  /** Dotted. */
  readonly module: string;
  /** `hidden`: the planned file would not be loaded. `hides`: it keeps another from being loaded. */
  readonly type: "hidden" | "hides";
  /** The planned file, below the root. */
  readonly path: string;
  /** What hides it, or is hidden by it: an absolute path, or "the frozen module x". */
  readonly other: string;
}

/** A file that the board cannot load. */
export interface IncompatibleFile {
  readonly path: string;
  readonly packages: readonly string[];
  readonly message: string;
}

/** A source that was to be compiled and is installed as it is. */
export interface CompileFallback {
  readonly path: string;
  readonly reason: string;
}

/** What becomes of one package. */
export interface PlannedPackage {
  readonly name: string;
  /** The version afterwards; null when it has none, or is removed. */
  readonly version: string | null;
  /** The version there is now; null when it has none, or is not there. */
  readonly previousVersion: string | null;
  readonly action: "install" | "replace" | "keep" | "remove";
}

/** Space in bytes, in whole allocation units. */
export interface PlannedSpace {
  readonly free: number;
  readonly blockSize: number;
  /** Needed while the install runs: all new files are there before the old ones go. */
  readonly needed: number;
  readonly freeAfter: number;
  /** True where nothing can be written; `applyPlan` refuses then. */
  readonly readOnly?: boolean | undefined;
}

/** What the target was when the plan was made; `applyPlan` refuses when it is not so any more. */
export interface PlanBasis {
  /** Of the record file; null when there is none. */
  readonly recordSha256: string | null;
  /** What chose between .mpy files. */
  readonly environment: Pick<Environment, "implementation" | "mpy">;
}

/** Everything an install or uninstall would do. Plain data. */
export interface Plan {
  readonly version: 1;
  /** The name of the target, for messages. */
  readonly target: string;
  /** The install root on the target. Paths of files are below it. */
  readonly root: string;
  /** The existing directory in which files are staged. */
  readonly base: string;
  /** Sorted by path. */
  readonly files: readonly PlannedFile[];
  readonly removals: readonly PlannedRemoval[];
  readonly left: readonly PlannedLeft[];
  readonly packages: readonly PlannedPackage[];
  readonly conflicts: readonly PlanConflict[];
  readonly incompatible: readonly IncompatibleFile[];
  readonly fallbacks: readonly CompileFallback[];
  readonly shadows: readonly PlannedShadow[];
  /** Null when the target cannot tell. */
  readonly space: PlannedSpace | null;
  /** Bytes of contents that are written, and that go away or are replaced. */
  readonly bytes: { readonly written: number; readonly removed: number };
  /** Directories that are made, outermost first, and removed if empty, innermost first; "" is the root. */
  readonly makes: readonly string[];
  readonly unmakes: readonly string[];
  /** The record afterwards. */
  readonly record: InstallRecord;
  readonly basis: PlanBasis;
}

/** Whether a planned file is written. */
export function isWritten(file: Pick<PlannedFile, "action">): boolean {
  return file.action === "new" || file.action === "changed";
}
