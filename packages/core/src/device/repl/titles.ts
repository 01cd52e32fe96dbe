// CircuitPython sets the terminal's title at any time, also in the middle of an answer (supervisor/shared/status_bar.c
// of 10.2: ESC ] 0 ; text ESC \). Where an answer is text of our own, titles are taken out before it is read.

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
