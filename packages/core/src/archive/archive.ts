// A tree of files that is opened by its directory and read one file at a time: a zip, a folder, a zip behind HTTP ranges.

/** One file of an {@link Archive}. */
export interface ArchiveEntry {
  /** Checked: POSIX, below the root, never absolute, never with "..": "lib/adafruit_motor/servo.py". */
  readonly path: string;
  /** Bytes when read, as the directory promises; {@link Archive.read} holds it to that. */
  readonly size: number;
}

/** Files that are listed at once and read one by one. */
export interface Archive {
  /** For messages: a path or a URL. */
  readonly name: string;
  /** Every file, sorted by path; no directories. Each path once. */
  readonly entries: readonly ArchiveEntry[];
  /** One file, whole. @throws `file-not-found`, `invalid-package` when it is damaged, `too-large`, `network` */
  read(path: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array>;
  /** Gives back what is held open. Idempotent. */
  close(): Promise<void>;
}
