// The error of a manifest: a UpyError that knows file and line. Messages are manifestfile.py's where it has them.

import { UpyError, type UpyErrorCode, type UpyErrorOptions } from "../errors.js";
import type { Place } from "./value/exceptions.js";

/** A place in a manifest. */
export type ManifestPlace = Place;

/**
 * A manifest that cannot be evaluated. Codes: `invalid-manifest` (it raises, or asks for Python that is not
 * evaluated), `syntax-error`, `file-not-found`, `not-found` (a required package), `invalid-path` (outside the roots),
 * `version-conflict`, `too-large` (a limit), and what the file system says.
 */
export class ManifestError extends UpyError {
  override readonly name: string = "ManifestError";
  /** The manifest it happened in. */
  readonly file: string;
  /** The line in it, from 1; 0 where there is none. */
  readonly line: number;
  /** The calls and includes that led there, innermost first. */
  readonly trace: readonly ManifestPlace[];

  constructor(
    code: UpyErrorCode,
    message: string,
    options: UpyErrorOptions & { readonly trace: readonly ManifestPlace[] },
  ) {
    const [place = { file: "", line: 0 }] = options.trace;
    const where = place.line > 0 ? `See line ${place.line} of ${place.file}.` : undefined;
    const hint = [where, options.hint].filter((part) => part !== undefined).join(" ");
    super(code, message, { ...options, hint: hint === "" ? undefined : hint });
    this.file = place.file;
    this.line = place.line;
    this.trace = options.trace;
  }
}
