// An error found while folding or compiling, before the place of it is known in lines.

import type { PythonErrorType } from "@upykit/core/python";

/** Thrown inside the compiler only: `compile` makes a {@link CompileError} of it. */
export class SourceError extends Error {
  constructor(
    message: string,
    /** The number of the token it is at; 0 where that is not known (yet). */
    public place: number,
    readonly type: PythonErrorType = "SyntaxError",
  ) {
    super(message);
  }
}
