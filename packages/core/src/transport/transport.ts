// Bytes to and from a board, and nothing else: no framing, no retries, no MicroPython. A transport is a pair of
// Web Streams; everything above it works the same over a serial driver, Web Serial, TCP or memory.

/** Control lines of a serial port; a line that is left out keeps its level. */
export interface SerialSignals {
  readonly dataTerminalReady?: boolean;
  readonly requestToSend?: boolean;
  readonly break?: boolean;
}

/**
 * An open link to a board. `describeTransport` in `@upykit/core/testing` is the contract in executable form:
 *
 * - Bytes arrive whole, in order, in chunks of any size above 0. All 256 values are data.
 * - `readable` holds back when nobody reads; a `write()` resolves when the link can take more.
 * - When `close()` is called, `readable` ends, and a later write rejects with `link-closed`.
 * - When the link is lost (unplugged, peer gone), a pending and each later read or write rejects with `link-lost`.
 * - `closed` resolves after `close()`; it resolves with the error after a loss. It never rejects.
 * - `close()` can be called at any time, also twice, also with locked streams or a read pending, and always frees the port.
 */
export interface Transport {
  /** For messages: "/dev/ttyACM0", "virtual board". */
  readonly name: string;
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Resolves once the link is down: with undefined when this side closed it, else with the UpyError. */
  readonly closed: Promise<unknown>;
  /** Sets control lines where there are any; absent where there are none. Rejects with `unsupported` where the driver cannot. */
  setSignals?(signals: SerialSignals): Promise<void>;
  /**
   * Whether the link holds the sender back by itself when the board is slow: what `connectBoard` takes for its option
   * `flowControl` where that is not set. Absent where the transport cannot know.
   */
  readonly flowControl?: boolean | undefined;
  /**
   * True where only UTF-8 text survives, as over WebREPL in a browser: the board is then spoken to in ASCII alone, without
   * raw paste and without raw bytes.
   */
  readonly textOnly?: boolean | undefined;
  close(): Promise<void>;
}
