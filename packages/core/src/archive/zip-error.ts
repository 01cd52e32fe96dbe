// The errors for zip archives that are damaged or made to do harm.

import { UpyError } from "../errors.js";

/** The error for a zip that is not what zip tools make. */
export function brokenZip(name: string, problem: string, cause?: unknown): UpyError {
  return new UpyError("invalid-package", `${name}: ${problem}`, {
    hint: "The zip is damaged, or was made to do harm. Download it again; if that does not help, tell its author.",
    cause,
  });
}

/** The error for a zip with more in it than allowed. */
export function zipTooLarge(name: string, problem: string, option: string): UpyError {
  return new UpyError("too-large", `${name}: ${problem}`, {
    hint: `Raise ${option} if you trust this source.`,
  });
}

/** A name from an archive, as a message shows it. */
export function shownName(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
}
