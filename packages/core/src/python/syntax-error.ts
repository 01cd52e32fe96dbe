// The error of a source that does not parse. Message and line are those that MicroPython gives.

import { UpyError } from "../errors.js";

/** Where an error is, and what MicroPython calls it. */
export interface PythonSyntaxErrorOptions {
  /** From 1; 0 where it is not known. */
  readonly line: number;
  /** Byte of the line, from 1; 0 where it is not known. */
  readonly column: number;
  /** The exception's type in MicroPython. */
  readonly type?: PythonErrorType;
  readonly filename?: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The types of exception that MicroPython's parser and compiler raise. */
export type PythonErrorType =
  | "SyntaxError"
  | "IndentationError"
  | "NotImplementedError"
  | "RuntimeError"
  | "OverflowError"
  | "ViperTypeError";

/** Python source that does not parse or compile (code `syntax-error`). */
export class PythonSyntaxError extends UpyError {
  override readonly name: string = "PythonSyntaxError";
  /** The line, from 1; 0 where it is not known. */
  readonly line: number;
  /** The byte in the line, from 1; 0 where it is not known. */
  readonly column: number;
  /** The exception's type in MicroPython: most often `SyntaxError`. */
  readonly type: PythonErrorType;
  readonly filename: string | undefined;

  constructor(message: string, options: PythonSyntaxErrorOptions) {
    super("syntax-error", message, {
      hint: options.hint,
      ...("cause" in options ? { cause: options.cause } : {}),
    });
    this.line = options.line;
    this.column = options.column;
    this.type = options.type ?? "SyntaxError";
    this.filename = options.filename;
  }
}
