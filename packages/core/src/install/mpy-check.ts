// Whether the board loads an .mpy file, asked before anything is written, and of what is there when its firmware is another.

import type { Environment } from "../environment.js";
import { isUpyError } from "../errors.js";
import { toHex } from "../hex.js";
import { checkCompatibility } from "../mpy/compatibility.js";

/** Bytes that the longest header has: four, and the flags of an architecture. */
const HEADER_BYTES = 9;

/** How an .mpy file starts, in hex digits, for the record; undefined for any other file. */
export function mpyHeader(path: string, content: Uint8Array | undefined): string | undefined {
  if (!path.endsWith(".mpy") || content === undefined) return undefined;
  return toHex(content.subarray(0, HEADER_BYTES));
}

/**
 * Why the board does not load what starts with this {@link mpyHeader}, in a sentence or two; null when it does, or nothing
 * is known.
 */
export function mpyComplaint(header: string | undefined, environment: Environment): string | null {
  if (header === undefined) return null;
  const start = Uint8Array.from(header.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  try {
    const answer = checkCompatibility(start, environment);
    return answer.loadable ? null : `${answer.message} ${answer.hint}`;
  } catch (error) {
    if (isUpyError(error, "invalid-mpy")) return error.message;
    throw error;
  }
}
