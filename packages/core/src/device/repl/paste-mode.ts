// Paste mode of the friendly REPL, the one way to hand over source that a board echoes: what it holds is known before any
// of it runs, and the echo says how much room it has. For boards without raw paste on links that may lose bytes.
// Follows pyexec_friendly_repl in lib/utils/pyexec.c of MicroPython 1.9.

import { UpyError, isUpyError } from "../../errors.js";
import type { Link, Patience } from "../link/link.js";
import { expectText, RAW_BANNER } from "./enter.js";
import type { SendOptions } from "./source-upload.js";
import { byteOutsideTitles } from "./titles.js";

const INTERRUPT = "\x03";
/** Ctrl-B Ctrl-E: from the raw REPL to the friendly one, and there into paste mode. */
const OPEN = "\x02\x05";
const PROMPT = "\r\n=== ";
/** Ctrl-D Ctrl-A: runs what was pasted, and goes back to the raw REPL. */
const RUN = "\x04\x01";
/** Most that the board may say about source that does not compile. */
const LONGEST_ANSWER = 4096;

/** The board did not enter paste mode. */
export const noPasteMode: unique symbol = Symbol("no paste mode");

/** What a board said to pasted source. */
export interface PasteAnswer {
  readonly output: string;
  /** The traceback; "" when it ran to its end. */
  readonly error: string;
}

/**
 * Hands over source in ASCII without carriage returns, with no more than `ahead` bytes on the way, and runs it; the board
 * waits in the raw REPL then. What it prints is a line or two.
 * @throws `protocol` when something else arrived than was sent: none of it has run
 */
export async function pasteWithEcho(
  link: Link,
  source: Uint8Array,
  ahead: number,
  { patience, onCommit }: SendOptions,
): Promise<PasteAnswer | typeof noPasteMode> {
  if (!(await openPasteMode(link, patience))) return noPasteMode;
  let echoed = 0;
  for (let sent = 0; echoed < source.length;) {
    const part = source.subarray(sent, echoed + ahead);
    // Half of the room at a time: the board never waits for us, and we never ask for one byte.
    if (part.length >= ahead / 2 || (part.length > 0 && sent + part.length === source.length)) {
      await link.write(part, patience);
      sent += part.length;
    }
    if ((await echo(link, patience)) !== source[echoed++]) {
      await link.write(INTERRUPT, patience);
      throw damagedSource(link.name);
    }
  }
  onCommit();
  await link.write(RUN, patience);
  return answerIn(await textUntil(link, RAW_BANNER, patience));
}

async function openPasteMode(link: Link, patience: Patience): Promise<boolean> {
  await link.write(OPEN, patience);
  try {
    await expectText(link, PROMPT, LONGEST_ANSWER, patience);
    return true;
  } catch (error) {
    if (isUpyError(error, "no-response") || isUpyError(error, "protocol")) return false;
    throw error;
  }
}

/** The next echoed byte: some boards turn a line feed into two. */
async function echo(link: Link, patience: Patience): Promise<number> {
  const byte = await byteOutsideTitles(link, patience);
  return byte === 0x0d ? byteOutsideTitles(link, patience) : byte;
}

/** What comes before `end`. */
async function textUntil(link: Link, end: string, patience: Patience): Promise<string> {
  let text = "";
  while (!text.endsWith(end)) {
    if (text.length > LONGEST_ANSWER)
      throw new UpyError("protocol", `${link.name} never said ${JSON.stringify(end)}`);
    text += String.fromCharCode(await byteOutsideTitles(link, patience));
  }
  return text.slice(0, -end.length);
}

/** Takes the prompt off, and the traceback; a board without memory for one prints the error alone. */
function answerIn(said: string): PasteAnswer {
  const text = said.replace(/^\r\n/, "").replace(/(?:\r?\n)?>>> \s*$/, "");
  const start = /^(?:Traceback|\w*Error)/m.exec(text)?.index ?? text.length;
  return { output: text.slice(0, start), error: text.slice(start) };
}

/** Code did not arrive as it was sent; none of it has run. */
export function damagedSource(board: string): UpyError {
  return new UpyError("protocol", `Code for ${board} arrived damaged`, {
    hint: "The link loses or changes bytes.",
  });
}
