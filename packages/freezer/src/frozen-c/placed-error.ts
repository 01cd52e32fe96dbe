// Errors about one file, told with the line of the manifest that names the file.

import { UpyError } from "@upykit/core/errors";
import { ManifestError } from "@upykit/core/manifest";
import type { FreezeFile } from "./freeze-file.js";

/** Runs `call`. An error of code "syntax-error" has a file and line of its own, and is passed on as it is. */
export function placed<T>(file: Pick<FreezeFile, "place">, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof UpyError && error.code !== "syntax-error" ? placedError(file, error) : error;
  }
}

/** The error with the place, where there is one. */
export function placedError(file: Pick<FreezeFile, "place">, error: UpyError): UpyError {
  if (file.place === undefined) return error;
  return new ManifestError(error.code, error.message, {
    hint: error.hint,
    cause: error,
    trace: [file.place],
  });
}
