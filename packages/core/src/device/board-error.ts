// The error for code that raised on the board.

import { UpyError, type UpyErrorCode } from "../errors.js";
import { errnoCode, errnoName, type ErrnoFamily } from "./values/errno.js";
import { parseTraceback, type Traceback, type TracebackFrame } from "./values/traceback.js";

/**
 * Code on the board raised. `code` is `python-error`, or what the exception stands for: a file code for an OSError,
 * `out-of-memory` for a MemoryError, `syntax-error` for a SyntaxError.
 */
export class BoardError extends UpyError {
  override readonly name: string = "BoardError";
  /** Class of the exception, like "OSError". */
  readonly pythonType: string;
  /** Its text, like "[Errno 2] ENOENT". */
  readonly pythonMessage: string;
  /** Errno by name, the same on every board; null when it is not an OSError or tells none. */
  readonly errno: string | null;
  readonly frames: readonly TracebackFrame[];
  /** The traceback as the board printed it. */
  readonly traceback: string;

  constructor(traceback: string, family: ErrnoFamily = "posix", about?: string) {
    const parsed = parseTraceback(traceback);
    const errno = isOsError(parsed) ? errnoName(parsed.message, family) : null;
    const said = parsed.type ? `${parsed.type}: ${parsed.message}`.replace(/: $/, "") : parsed.message;
    super(codeOf(parsed, errno), about === undefined ? said : `${about}: ${said}`, {
      hint: hintOf(parsed, errno),
    });
    this.pythonType = parsed.type;
    this.pythonMessage = parsed.message;
    this.errno = errno;
    this.frames = parsed.frames;
    this.traceback = traceback;
  }
}

function isOsError({ type }: Traceback): boolean {
  return type === "OSError" || type === "IOError";
}

function codeOf(parsed: Traceback, errno: string | null): UpyErrorCode {
  if (errno !== null) return errnoCode(errno);
  if (isOsError(parsed)) return "io-error";
  if (parsed.type === "MemoryError") return "out-of-memory";
  return parsed.type === "SyntaxError" ? "syntax-error" : "python-error";
}

function hintOf({ type }: Traceback, errno: string | null): string | undefined {
  if (errno === "ENOSPC") return "Remove files that are not needed.";
  if (errno === "EROFS")
    return "On CircuitPython the computer owns the drive: eject it, or remount the storage in boot.py.";
  if (type === "MemoryError")
    return "board.softReset() frees what earlier code holds, and forgets all variables.";
  return undefined;
}
