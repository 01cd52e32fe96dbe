// What a caller can set about a connection: how long to wait, how much to take.

/** How patient the connection is, all in milliseconds unless said otherwise. */
export interface BoardTiming {
  /** Longest silence while the protocol expects an answer (a prompt, an acknowledgement). */
  readonly answer: number;
  /** Longest silence of running code; `exec` can set its own. */
  readonly idle: number;
  /** Time between two attempts to interrupt what runs. */
  readonly attempt: number;
  /** How often to try to reach the raw REPL before giving up (a count); 60 % of it when the board says nothing at all. */
  readonly attempts: number;
  /** Pause between two chunks of source where the board has no flow control. */
  readonly pause: number;
}

/** The timing used where the caller sets none. */
export const defaultTiming: BoardTiming = {
  answer: 3000,
  idle: 15_000,
  attempt: 500,
  attempts: 20,
  pause: 4,
};

/** What `connectBoard` takes. */
export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timing?: Partial<BoardTiming> | undefined;
  /** Most bytes that one exec may print; 16 MiB where not set. */
  readonly maxOutput?: number | undefined;
  /**
   * Whether the link itself holds the sender back when the board is slow, as USB and TCP do and a UART does not.
   * Where not set, what the transport says; where that does not say, a link that is faster than any UART does. A board whose
   * firmware takes more than it has room for is not believed to, unless it is set.
   */
  readonly flowControl?: boolean | undefined;
  /**
   * Whether the board may be reset softly, which forgets all variables, when its memory is too full for the
   * connection's own code: on connecting, and by calls of fs and environment. Where not set it may, until code of
   * yours has run through this connection (exec, evaluate, repl). Otherwise such a call rejects with `out-of-memory`.
   */
  readonly resetWhenFull?: boolean | undefined;
  /** Called after each such reset. */
  readonly onReset?: (() => void) | undefined;
  /** Name for messages; the transport's where not set. */
  readonly name?: string | undefined;
}

/** What every call on a board takes. */
export interface BoardCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What `board.exec` takes. */
export interface ExecOptions extends BoardCallOptions {
  /** Called with each piece of text that the code prints. */
  readonly onOutput?: ((text: string) => void) | undefined;
  /** Longest silence, in milliseconds; Infinity waits for ever. */
  readonly idleTimeout?: number | undefined;
  /** Most bytes that the code may print. */
  readonly maxOutput?: number | undefined;
}
