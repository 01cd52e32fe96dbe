// The one error of upykit: a code for programs, a message for people, a hint that says what to do about it.
// It does not know any platform: errno and DOMExceptions are mapped where the platform is touched.

/**
 * Every code a {@link UpyError} can carry. Callers switch on it; the message may change, the code does not.
 *
 * What was asked for:
 * - `invalid-requirement`: the text is not a requirement. Fix the text; the message points at the place.
 * - `invalid-argument`: an option or argument of a call is out of its range.
 * - `not-found`: no source has the package or the version. Check the name; look at the sources.
 * - `version-conflict`: two requirements cannot both hold. The message names both chains.
 *
 * What came from outside:
 * - `invalid-package`: a package.json, index or archive is not what its format asks for.
 * - `invalid-path`: a path would leave its root, or cannot be a file name on a board.
 * - `invalid-manifest`: a manifest.py fails, or asks for Python that manifests may not use. See its `file` and `line`.
 * - `invalid-lockfile`: the lockfile is damaged or of another format version.
 * - `hash-mismatch`: contents are not those that the index or the lockfile promised.
 * - `too-large`: something is larger than the limit set for it.
 * - `network`: a request failed, or was answered with an error status or half a body. Try again later.
 * - `offline`: something is needed that is not in the cache, and the network may not be asked.
 * - `invalid-mpy`: an .mpy file is damaged or not one at all.
 * - `incompatible-mpy`: a good .mpy file that this board cannot load.
 * - `syntax-error`: Python source that does not parse or compile.
 *
 * What a target says:
 * - `file-not-found`, `file-exists`, `is-directory`, `not-directory`, `not-empty`: as in Python.
 * - `no-space`: the file system is full, or would be.
 * - `read-only`: the file system cannot be written (on CircuitPython: USB owns it).
 * - `access-denied`: the operating system does not let us.
 * - `io-error`: reading or writing failed in another way.
 * - `conflict`: files of the user or of another package are in the way.
 * - `interrupted-install`: an earlier install did not finish. Call `recover`.
 * - `invalid-record`: the install record on the target is damaged.
 *
 * What a board says:
 * - `no-response`: it does not answer. Check the cable, the port, and that it runs MicroPython.
 * - `protocol`: it answers, but not as a raw REPL does.
 * - `python-error`: code on the board raised; see `BoardError`.
 * - `out-of-memory`: code on the board raised MemoryError.
 * - `unsupported`: this board, port or platform cannot do it.
 * - `link-lost`: the link went away: unplugged, reset, closed by the other side.
 * - `link-closed`: the link was closed by this side before the call.
 * - `link-busy`: another program, or another call, holds the port.
 * - `aborted`: the call was cancelled: by its signal (only where no `signal.reason` was given), by the user, who chose no
 *   port in the browser's list, or by disposing of what it ran on.
 */
export type UpyErrorCode =
  | "invalid-requirement"
  | "invalid-argument"
  | "not-found"
  | "version-conflict"
  | "invalid-package"
  | "invalid-path"
  | "invalid-manifest"
  | "invalid-lockfile"
  | "hash-mismatch"
  | "too-large"
  | "network"
  | "offline"
  | "invalid-mpy"
  | "incompatible-mpy"
  | "syntax-error"
  | "file-not-found"
  | "file-exists"
  | "is-directory"
  | "not-directory"
  | "not-empty"
  | "no-space"
  | "read-only"
  | "access-denied"
  | "io-error"
  | "conflict"
  | "interrupted-install"
  | "invalid-record"
  | "no-response"
  | "protocol"
  | "python-error"
  | "out-of-memory"
  | "unsupported"
  | "link-lost"
  | "link-closed"
  | "link-busy"
  | "aborted";

/** What a {@link UpyError} takes besides code and message. */
export interface UpyErrorOptions {
  /** What the reader can do about it, one sentence. */
  readonly hint?: string | undefined;
  /** The error beneath this one. */
  readonly cause?: unknown;
}

const brand: unique symbol = Symbol.for("upykit.UpyError") as never;

/** The error that every upykit call throws or rejects with (but for `signal.reason`, which is passed on as it is). */
export class UpyError extends Error {
  override readonly name: string = "UpyError";
  /** What went wrong, for programs. */
  readonly code: UpyErrorCode;
  /** What the reader can do about it, where there is something. */
  readonly hint: string | undefined;

  constructor(code: UpyErrorCode, message: string, options: UpyErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.hint = options.hint;
    Object.defineProperty(this, brand, { value: true });
  }

  /** True for a UpyError of any copy of upykit (an ESM and a CJS copy recognise each other's). */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isUpyErrorOf(this, value);
  }
}

function isUpyErrorOf(type: unknown, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (type === UpyError) return brand in value;
  return Object.prototype.isPrototypeOf.call((type as { prototype: object }).prototype, value);
}

/** True when `value` is a {@link UpyError}, of this or another copy of upykit; with `code`, only when it has that code. */
export function isUpyError(value: unknown, code?: UpyErrorCode): value is UpyError {
  return value instanceof UpyError && (code === undefined || value.code === code);
}
