// CircuitPython sets the terminal's title at any time, also in the middle of an answer (supervisor/shared/status_bar.c
// of 10.2: ESC ] 0 ; text ESC \). Where an answer is text of our own, titles are taken out before it is read.

import type { Link, Patience } from "../link/link.js";

const ESCAPE = 0x1b;
const BACKSLASH = 0x5c;
const LONGEST = 400;
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

/** The next byte that is not part of a window title. @throws `no-response`, `protocol` */
export async function byteOutsideTitles(link: Link, patience: Patience): Promise<number> {
  for (;;) {
    const byte = await link.byte(patience);
    if (byte !== ESCAPE) return byte;
    await link.until(BACKSLASH, LONGEST, patience);
  }
}
