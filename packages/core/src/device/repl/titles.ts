// CircuitPython sets the terminal's title at any time, also in the middle of an answer (supervisor/shared/status_bar.c
// of 10.2: ESC ] 0 ; text ESC \). Where an answer is text of our own, titles are taken out before it is read.

import type { Link, Patience } from "../link/link.js";

const ESCAPE = 0x1b;
const BACKSLASH = 0x5c;
const LONGEST = 400;
/** As many as may come in a row. */
const MOST = 10 * LONGEST;
const START = "\x1b]0;";
const END = "\x1b\\";

/** `text` without window titles; one whose end is still to come stays. */
export function stripTitles(text: string): string {
  const [before = "", ...parts] = text.split(START);
  return parts.reduce((kept, part) => {
    const end = part.indexOf(END);
    return kept + (end < 0 ? START + part : part.slice(end + END.length));
  }, before);
}

/** Whether the bytes from `from` on are window titles, whole ones, or nothing. */
export function isTitles(bytes: readonly number[], from: number): boolean {
  const rest = bytes.length - from;
  if (rest === 0) return true;
  if (bytes[from] !== ESCAPE || rest > MOST || bytes.at(-1) !== BACKSLASH) return false;
  return stripTitles(String.fromCharCode(...bytes.slice(from))) === "";
}

/** Takes the window titles that come first from what has arrived. @throws `no-response`, `protocol` */
export async function skipTitles(link: Link, patience: Patience): Promise<void> {
  while (link.received.at(0) === ESCAPE) await link.until(BACKSLASH, LONGEST, patience);
}

/** The next byte that is not part of a window title. @throws `no-response`, `protocol` */
export async function byteOutsideTitles(link: Link, patience: Patience): Promise<number> {
  for (;;) {
    const byte = await link.byte(patience);
    if (byte !== ESCAPE) return byte;
    await link.until(BACKSLASH, LONGEST, patience);
  }
}
