// Bytes that are read at any place: a buffer, an open file, a file behind HTTP. What an archive is read through.

/** What a call that reads takes. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Bytes that are read at any place. */
export interface RandomAccess {
  /** For messages: a path or a URL. */
  readonly name: string;
  /** All of it, in bytes. */
  readonly size: number;
  /**
   * `length` bytes from `offset`, both inside; the caller keeps the answer no longer than it needs, and changes nothing
   * in it. @throws `network`, `io-error`, `invalid-package` when fewer are there
   */
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>;
  /** Gives back what is held open. Idempotent. */
  close(): Promise<void>;
}

/** Bytes in memory. */
export function bytesAccess(name: string, bytes: Uint8Array): RandomAccess {
  return {
    name,
    size: bytes.length,
    read: (offset, length, options) => {
      options?.signal?.throwIfAborted();
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
    close: () => Promise.resolve(),
  };
}
