// Whether the board loads an .mpy file, asked before anything is written.

import type { Environment } from "../environment.js";
import { isUpyError } from "../errors.js";
import { checkCompatibility } from "../mpy/compatibility.js";

/** Why the board does not load these .mpy contents, in a sentence or two; null when it does. */
export function mpyComplaint(content: Uint8Array, environment: Environment): string | null {
  try {
    const answer = checkCompatibility(content, environment);
    return answer.loadable ? null : `${answer.message} ${answer.hint}`;
  } catch (error) {
    if (isUpyError(error, "invalid-mpy")) return error.message;
    throw error;
  }
}
