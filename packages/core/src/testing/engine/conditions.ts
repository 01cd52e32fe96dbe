// Standing conditions of a board: what is worse about it than about a good one. Plain data; the host sets it.

/** What the host can make worse about the board; everything has a value. */
export interface Conditions {
  /** How the board answers the offer of raw paste: takes it, says `R\x00`, or is too old to know it. */
  rawPaste: "yes" | "refused" | "unknown";
  /** Bytes of a raw paste window (half the board's input buffer). */
  rawPasteWindow: number;
  /** Modules whose import fails. Takes effect at the next start of the interpreter. */
  missingModules: readonly string[];
  /** Bytes of memory beyond which the heap cannot grow. */
  memoryLimit: number;
  /** Speed of writing to the flash. */
  flashBytesPerSecond: number;
  /** Milliseconds that each change to the flash takes besides. */
  flashLatency: number;
  /** The power goes before the change to the flash that comes after so many. */
  flashOperationsLeft: number;
}

/** A good board. */
export function goodConditions(): Conditions {
  return {
    rawPaste: "yes",
    rawPasteWindow: 128,
    missingModules: [],
    memoryLimit: Infinity,
    flashBytesPerSecond: Infinity,
    flashLatency: 0,
    flashOperationsLeft: Infinity,
  };
}
