// What an install writes to: a file tree that Python imports from. This layer knows files, not packages.
// Paths are absolute POSIX paths in the target's own view ("/lib/foo.py"), whatever the host calls them.

import type { Environment } from "../environment.js";

/** One entry of a directory listing. Paths are absolute. */
export interface FileEntry {
  readonly path: string;
  readonly type: "file" | "directory";
  /** Bytes; 0 for a directory. */
  readonly size: number;
}

/** What {@link TargetFileSystem.space} reports, in bytes. */
export interface SpaceInfo {
  readonly free: number;
  readonly total: number;
  /** Allocation unit: a file takes a multiple of it. 1 when unknown. */
  readonly blockSize: number;
  /** True when nothing can be written there; absent when it can, or nobody knows. */
  readonly readOnly?: boolean | undefined;
}

/** One file to write. */
export interface FileContent {
  readonly path: string;
  readonly content: Uint8Array;
}

/** One change to a tree that needs no contents. Each can be repeated: done already is not an error. */
export type TreeChange =
  /** Makes a directory and its parents. Fine when it is there. */
  | { readonly type: "mkdir"; readonly path: string }
  /** Moves a file over whatever file is at `to`. Fine when `from` is gone and `to` is there. */
  | { readonly type: "rename"; readonly from: string; readonly to: string }
  /** Removes a file. Fine when it is not there. */
  | { readonly type: "remove"; readonly path: string }
  /** Removes a directory if it is empty. Fine when it is not there, and when it is not empty. */
  | { readonly type: "rmdir"; readonly path: string };

/** Bytes done of all bytes to do, monotonic. */
export interface TransferProgress {
  readonly path: string;
  readonly done: number;
  readonly total: number;
}

/** What every call on a target takes. */
export interface TargetCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What {@link TargetFileSystem.writeFiles} takes. */
export interface WriteOptions extends TargetCallOptions {
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/**
 * A file tree. The calls take many paths at once, because on a board a round trip costs more than a file.
 * All reject with a UpyError whose code is one of the file codes, `no-space`, `read-only` or a link code.
 */
export interface TargetFileSystem {
  /** Whether there are directories at all (the micro:bit's file system has none). */
  readonly hasDirectories: boolean;
  /** The entries of a directory, sorted by path. @throws `file-not-found`, `not-directory` */
  list(path: string, options?: TargetCallOptions): Promise<FileEntry[]>;
  /** Everything below a directory, sorted by path; empty when the directory is not there. */
  walk(path: string, options?: TargetCallOptions): Promise<FileEntry[]>;
  /** What is at each path, null where nothing is; in the order asked. */
  stat(paths: readonly string[], options?: TargetCallOptions): Promise<(FileEntry | null)[]>;
  /** The whole file. @throws `file-not-found`, `is-directory` */
  readFile(path: string, options?: TargetCallOptions): Promise<Uint8Array>;
  /** Contents of many files in few round trips; null where no file is. Where it is absent, {@link readFile} does. */
  readFiles?(paths: readonly string[], options?: TargetCallOptions): Promise<(Uint8Array | null)[]>;
  /**
   * Writes whole files, making their directories. Each is written under a temporary name, verified by hash and
   * renamed: after a failure each file is the old one or the new one.
   */
  writeFiles(files: readonly FileContent[], options?: WriteOptions): Promise<void>;
  /** SHA-256 of each file as 64 hex digits, null where no file is; in the order asked. */
  hashFiles(paths: readonly string[], options?: TargetCallOptions): Promise<(string | null)[]>;
  /** Makes the changes in order; stops at the first that fails. Durable when it resolves. */
  change(changes: readonly TreeChange[], options?: TargetCallOptions): Promise<void>;
  /** Space of the file system that holds `path`; null when it cannot be told. */
  space(path: string, options?: TargetCallOptions): Promise<SpaceInfo | null>;
}

/** Something that Python imports from and that packages can be installed on. */
export interface Target {
  /** For messages: "board on /dev/ttyACM0", "directory /tmp/x". */
  readonly name: string;
  readonly fs: TargetFileSystem;
  /** What will run the code there. */
  environment(options?: TargetCallOptions): Promise<Environment>;
}
