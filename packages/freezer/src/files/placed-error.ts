// Errors about one file, told with the line of the manifest that names the file.

import { CompileError } from "@upykit/compiler";
import { UpyError } from "@upykit/core/errors";
import { ManifestError, type ManifestPlace } from "@upykit/core/manifest";
import type { FreezeFile } from "./freeze-file.js";

/** Runs `call`. */
export function placed<T>(file: Pick<FreezeFile, "place">, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof UpyError ? placedError(file, error) : error;
  }
}

/** The error with the place, where there is one. That of a source keeps its own file and line, and tells it in the hint. */
export function placedError(file: Pick<FreezeFile, "place">, error: UpyError): UpyError {
  const { place } = file;
  if (place === undefined) return error;
  if (error instanceof CompileError) return namedBy(place, error);
  if (error.code === "syntax-error") return error;
  return new ManifestError(error.code, error.message, { hint: error.hint, cause: error, trace: [place] });
}

function namedBy(place: ManifestPlace, error: CompileError): CompileError {
  const { filename = "", line, column, type, codeFrame, hint } = error;
  const named = `The file is named in line ${place.line} of ${place.file}.`;
  const full = hint === undefined ? named : `${named} ${hint}`;
  return new CompileError(error.message, {
    filename,
    line,
    column,
    type,
    codeFrame,
    hint: full,
    cause: error,
  });
}
