// The error of a source that does not compile, with the lines around it for people to read.

import { PythonSyntaxError, type PythonErrorType } from "@upykit/core/python";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

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

/** The lines around a place, and what is needed to find it in them. */
export interface Excerpt {
  /** The number of the first line, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** The line with its neighbours: two before, one behind; none where the line is not known or not there. */
export function excerptOf(source: Uint8Array, line: number): Excerpt {
  const first = Math.max(1, line - 2);
  const start = startOfLine(source, 0, first - 1);
  const lineStart = start < 0 ? -1 : startOfLine(source, start, line - first);
  if (line < 1 || lineStart < 0) return { first, lines: [] };
  const behind = startOfLine(source, lineStart, 2);
  const part = source.subarray(start, behind < 0 ? source.length : behind);
  const lines = new TextDecoder("utf-8", { ignoreBOM: start > 0 }).decode(part).split(/\r\n|\r|\n/);
  return { first, lines: lines.slice(0, line - first + 2) };
}

/** Where a line starts that is `count` lines behind the one that starts at `start`; -1 where there is none. */
function startOfLine(source: Uint8Array, start: number, count: number): number {
  let position = start;
  for (let left = count; left > 0; position++) {
    if (position >= source.length) return -1;
    const byte = source[position];
    if (byte === LINE_FEED || (byte === CARRIAGE_RETURN && source[position + 1] !== LINE_FEED)) left--;
  }
  return position;
}

/** The lines around a place: `> 2 | x = (` with a mark below. */
export function codeFrameOf({ first, lines }: Excerpt, line: number, column: number): string {
  const width = String(first + lines.length - 1).length;
  return lines
    .flatMap((text, index) => {
      const number = first + index;
      const shown = `${number === line ? ">" : " "} ${String(number).padStart(width)} | ${text}`.trimEnd();
      if (number !== line || column <= 0) return [shown];
      const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
      return [shown, `  ${" ".repeat(width)} | ${indent}^`];
    })
    .join("\n");
}
