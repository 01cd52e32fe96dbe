// Errors about one file, told with its path.

import { UpyError } from "@upykit/core/errors";

/** Runs `call`. An error of code "syntax-error" has a file and line of its own, and is passed on as it is. */
export function withPath<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof UpyError) || error.code === "syntax-error") throw error;
    throw new UpyError(error.code, `${path}: ${error.message}`, { hint: error.hint, cause: error });
  }
}
