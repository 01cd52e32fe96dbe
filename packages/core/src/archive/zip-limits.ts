// How much of an archive is believed, so that a hostile one has an end.

/** Limits for archives. */
export interface ArchiveLimits {
  /** Most entries, folders included. Default 50,000. */
  readonly maxEntries?: number | undefined;
  /** Most bytes of one file. Default 16 MiB. */
  readonly maxFileSize?: number | undefined;
  /** Most bytes of all files together. Default 1 GiB: they are read one by one, never all at once. */
  readonly maxTotalSize?: number | undefined;
  /** How many times larger than the archive all files together may be. Default 200: text packs 3 to 20 times. */
  readonly maxRatio?: number | undefined;
}

/** {@link ArchiveLimits} with all defaults in. */
export type KnownLimits = { readonly [key in keyof Required<ArchiveLimits>]: number };

/** Fills in the defaults. */
export function knownLimits(limits: ArchiveLimits): KnownLimits {
  return {
    maxEntries: limits.maxEntries ?? 50_000,
    maxFileSize: limits.maxFileSize ?? 16 * 1024 * 1024,
    maxTotalSize: limits.maxTotalSize ?? 1024 * 1024 * 1024,
    maxRatio: limits.maxRatio ?? 200,
  };
}
