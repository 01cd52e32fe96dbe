// Two ways to hand source code to a board in the raw REPL, and how each is acknowledged.
// Follows shared/runtime/pyexec.c of MicroPython 1.28 (do_reader_stdin, mp_reader_stdin_readbyte).

import { UpyError } from "../../errors.js";
import type { Link, Patience } from "../link/link.js";
import { byteOutsideTitles } from "./titles.js";

const EOT = 0x04;
const WINDOW = 0x01;
const PROMPT = 0x3e;

/** The board has no raw paste mode: it answered the question in its own way, and waits in the raw REPL. */
export const noRawPaste: unique symbol = Symbol("no raw paste");

/**
 * Asks for raw paste mode. Answers the size of one window in bytes, or {@link noRawPaste}.
 * @throws `protocol` when the answer is none of the known ones
 */
export async function startRawPaste(link: Link, patience: Patience): Promise<number | typeof noRawPaste> {
  await link.write("\x05A\x01", patience);
  const first = await byteOutsideTitles(link, patience);
  const second = await byteOutsideTitles(link, patience);
  if (first === 0x52 && second === 1) {
    const [low = 0, high = 0] = await link.bytes(2, patience);
    const window = low + high * 256;
    if (window > 0) return window;
    throw new UpyError("protocol", "The board offered a raw paste window of 0 bytes");
  }
  if (first === 0x52 && second === 0) return noRawPaste;
  if (first === 0x72 && second === 0x61) {
    // "raw REPL; CTRL-B to exit\r\n>": MicroPython before 1.14 took the question for a fresh Ctrl-A
    await link.until(0x3e, 200, patience);
    return noRawPaste;
  }
  link.received.unshift(Uint8Array.of(first, second));
  throw new UpyError(
    "protocol",
    `${link.name} answered ${link.received.preview()} where raw paste was asked for`,
  );
}

/** Called just before the byte that makes the board run the source: what fails later may have run. */
export type OnCommit = () => void;

/** Sends source in raw paste mode, never more than the board has room for, until it is compiled or refused. */
export async function pasteSource(
  link: Link,
  source: Uint8Array,
  window: number,
  options: SendOptions,
): Promise<void> {
  const { patience, onCommit } = options;
  const board = new PasteFlow(link, window, patience);
  let sent = 0;
  while (sent < source.length && !board.ended) {
    if (link.received.length > 0 || board.room === 0) {
      await board.listen();
      continue;
    }
    const part = source.subarray(sent, sent + board.room);
    await link.write(part, patience);
    board.room -= part.length;
    sent += part.length;
  }
  onCommit();
  await link.write("\x04", patience);
  while (!board.ended) await board.listen();
}

/** What the board says while it takes source: how much more it can take, and when it has had enough. */
class PasteFlow {
  room: number;
  ended = false;

  constructor(
    private readonly link: Link,
    private readonly window: number,
    private readonly patience: Patience,
  ) {
    this.room = window;
  }

  async listen(): Promise<void> {
    const byte = await byteOutsideTitles(this.link, this.patience);
    if (byte === WINDOW) this.room += this.window;
    else if (byte === EOT) this.ended = true;
    else throw new UpyError("protocol", `${this.link.name} sent byte ${byte} during raw paste`);
  }
}

/** What sending source takes. */
export interface SendOptions {
  readonly patience: Patience;
  readonly onCommit: OnCommit;
}

/** How plain source is paced: a board without flow control loses what comes faster than it reads. */
export interface Pace {
  readonly chunk: number;
  readonly pause: number;
}

/** Sends source to the plain raw REPL in paced chunks, until the board says OK. */
export async function typeSource(
  link: Link,
  source: Uint8Array,
  pace: Pace,
  { patience, onCommit }: SendOptions,
): Promise<void> {
  for (let at = 0; at < source.length; at += pace.chunk) {
    if (at > 0) await pause(pace.pause, patience.signal);
    await link.write(source.subarray(at, at + pace.chunk), patience);
  }
  onCommit();
  await link.write("\x04", patience);
  let first = await byteOutsideTitles(link, patience);
  // A board that refused raw paste printed another prompt after its answer.
  while (first === PROMPT) first = await byteOutsideTitles(link, patience);
  const second = await byteOutsideTitles(link, patience);
  if (first === 0x4f && second === 0x4b) return;
  link.received.unshift(Uint8Array.of(first, second));
  throw new UpyError("protocol", `${link.name} answered ${link.received.preview()} where OK was expected`);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
