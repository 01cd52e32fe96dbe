// Gets a board into the raw REPL from any state: a running program, the friendly REPL, paste mode, half a command,
// the raw REPL itself, the middle of a raw paste, a boot.py that prints, CircuitPython's "Press any key".

import { UpyError, isUpyError } from "../../errors.js";
import type { Link, Patience } from "../link/link.js";
import type { BoardTiming } from "../options.js";
import { stripTitles } from "./titles.js";

/** What a board prints when it enters the raw REPL. */
export const RAW_BANNER: string = "raw REPL; CTRL-B to exit\r\n>";
/** Most bytes looked at in one attempt, so that a board that prints for ever is asked again. */
const NOISE = 64 * 1024;

/** A prompt after which nothing came for this part of an attempt's time is where the board waits. */
const QUIET_SHARE = 10;
/** What the friendly REPL and the raw REPL say when they wait. */
const PROMPTS = [">>> ", "\x04>"];

/** After this share of the attempts, what has said nothing at all is given up on. */
const SILENT_SHARE = 0.6;

/**
 * Interrupts and asks for the raw REPL until the board has proved that it is there and listening.
 * @throws `no-response` when it says nothing at all, `protocol` when it talks but never reaches the prompt
 */
export async function enterRawRepl(link: Link, timing: BoardTiming, signal?: AbortSignal): Promise<void> {
  let heard = "";
  for (let attempt = 0; attempt < timing.attempts; attempt++) {
    signal?.throwIfAborted();
    if (heard === "" && attempt >= timing.attempts * SILENT_SHARE) break;
    link.received.clear();
    try {
      // Ctrl-C ends a program, a line, a paste; a second one the handler of the first. In the raw REPL they clear the line.
      await link.write(wakeUp(attempt), { idle: timing.answer, signal });
      if ((await hearBanner(link, timing, signal)) && (await isListening(link, timing, signal))) return;
    } catch (error) {
      if (!isUpyError(error, "no-response")) throw error;
    }
    heard = link.received.length > 0 ? link.received.preview(200) : heard;
  }
  if (heard === "") throw link.silence();
  throw new UpyError("protocol", `${link.name} talks, but does not enter the raw REPL; it said ${heard}`, {
    hint: "A program that ignores Ctrl-C may be running: reset the board, or start it without its main.py.",
  });
}

/**
 * No Enter at first: it would run a half-typed command. Later one is tried, as CircuitPython waits for any key after
 * code.py, and a Ctrl-B, as MicroPython 1.9 needs one when it has run out of memory while it read.
 */
function wakeUp(attempt: number): string {
  return attempt % 2 === 1 ? "\x03\x02\x03\r\x03\x01" : "\x03\x03\x01";
}

/**
 * Waits for the banner of the raw REPL. Where a prompt comes and then nothing, the program that was interrupted has taken
 * the Ctrl-A for its input: another one is sent at once, instead of after an attempt's time.
 */
async function hearBanner(
  link: Link,
  timing: BoardTiming,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let asked = 0;
  const again = async (said: string): Promise<void> => {
    if (asked > 0 || !PROMPTS.some((prompt) => said.endsWith(prompt))) return;
    asked++;
    await link.write("\x01", { idle: timing.answer, signal });
  };
  return hear(link, (said) => said.endsWith(RAW_BANNER), timing, signal, again);
}

/** Makes the board print a word that no echo, banner or earlier answer can hold. One without memory for it says so. */
async function isListening(
  link: Link,
  timing: BoardTiming,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const word = Math.floor(Math.random() * 0x7fffff + 0x800000).toString(16);
  await link.write(`print('<'+'${word}>')\x04`, { idle: timing.answer, signal });
  const said = `<${word}>`;
  const endings = [`${said}\r\n\x04\x04>`, `${said}\n\x04\x04>`];
  return hear(
    link,
    (text) => endings.some((end) => text.endsWith(end)) || isOutOfMemory(text),
    timing,
    signal,
  );
}

function isOutOfMemory(text: string): boolean {
  const [ok, error] = text.split("\x04").slice(-3);
  return text.endsWith("\n\x04>") && ok?.endsWith("OK") === true && error?.includes("MemoryError") === true;
}

/** Reads until what was said ends as `isEnd` wants; false when that does not come within one attempt's time. */
async function hear(
  link: Link,
  isEnd: (said: string) => boolean,
  timing: BoardTiming,
  signal: AbortSignal | undefined,
  onQuiet?: (said: string) => Promise<void>,
): Promise<boolean> {
  const started = performance.now();
  const quiet = onQuiet ? timing.attempt / QUIET_SHARE : Infinity;
  let tail = "";
  let seen = 0;
  for (;;) {
    const chunk = link.received.take(link.received.length);
    tail = stripTitles(tail + latin1(chunk)).slice(-4096);
    seen += chunk.length;
    if (isEnd(tail)) return true;
    const left = timing.attempt - (performance.now() - started);
    if (seen <= NOISE && left > 0) {
      if (await link.more({ idle: Math.min(left, quiet), signal })) continue;
      await onQuiet?.(tail);
      if (quiet < left) continue;
    }
    link.received.push(bytesOf(tail.slice(-200)));
    return false;
  }
}

/** Reads up to and including `text`. @throws `no-response` when it does not come, `protocol` beyond `limit` bytes */
export async function expectText(link: Link, text: string, limit: number, patience: Patience): Promise<void> {
  let tail = "";
  for (let seen = 0; !tail.endsWith(text); seen++) {
    if (seen > limit) throw new UpyError("protocol", `${link.name} never said ${JSON.stringify(text)}`);
    tail = (tail + String.fromCharCode(await link.byte(patience))).slice(-text.length);
  }
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
