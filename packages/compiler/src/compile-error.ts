// The error of a source that does not compile, with the lines around it for people to read.

import { PythonSyntaxError, type PythonErrorType } from "@upykit/core/python";

/** What a {@link CompileError} says. */
export interface CompileErrorOptions {
  readonly filename: string;
  /** From 1; 0 where it is not known. */
  readonly line: number;
  /** Characters (UTF-16 units) of the line, from 1; 0 where it is not known. */
  readonly column: number;
  readonly type: PythonErrorType;
  readonly codeFrame: string;
  readonly hint: string | undefined;
  readonly cause: unknown;
}

/**
 * A source that MicroPython's compiler refuses (code `syntax-error`): the message and `line` are MicroPython's.
 * `column` is the best guess, since MicroPython has none.
 */
export class CompileError extends PythonSyntaxError {
  override readonly name: string = "CompileError";
  /** The line with its neighbours, and a mark beneath the column. Empty where the line is not known. */
  readonly codeFrame: string;

  constructor(message: string, options: CompileErrorOptions) {
    const { filename, line, column, type, hint, cause } = options;
    super(message, { filename, line, column, type, cause, ...(hint === undefined ? {} : { hint }) });
    this.codeFrame = options.codeFrame;
  }
}

/** The lines around a place: `> 2 | x = (` with a mark below. */
export function codeFrameOf(lines: readonly string[], line: number, column: number): string {
  if (line < 1 || line > lines.length) return "";
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const mark = number === line ? ">" : " ";
    frame.push(`${mark} ${String(number).padStart(width)} | ${lines[number - 1] ?? ""}`.trimEnd());
    if (number === line && column > 0) {
      const indent = (lines[number - 1] ?? "").slice(0, column - 1).replace(/[^\t]/g, " ");
      frame.push(`  ${" ".repeat(width)} | ${indent}^`);
    }
  }
  return frame.join("\n");
}
