// The Python helpers in the variants that one board needs.

import type { BoardProfile } from "../profile.js";
import { fileSnippets } from "../snippets/files.js";

/** Name under which a file is written before it is verified; one per directory, so leftovers stay few. */
export const TEMPORARY = ".upytmp";

const numbers = {
  posix: { EEXIST: 17, EISDIR: 21, ENOTDIR: 20, ENOSPC: 28 },
  wasi: { EEXIST: 20, EISDIR: 31, ENOTDIR: 54, ENOSPC: 51 },
} as const;

/** Helpers and error numbers for a board. */
export function snippetsFor(
  profile: BoardProfile,
): ReturnType<typeof fileSnippets> & { readonly number: (typeof numbers)[keyof typeof numbers] } {
  const number = numbers[profile.errnoFamily];
  return { ...fileSnippets(profile.snippets, number), number };
}
