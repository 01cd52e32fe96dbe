// Ways to hand source code to a board in the raw REPL, and how each is acknowledged.
// Follows shared/runtime/pyexec.c of MicroPython 1.28 (do_reader_stdin, mp_reader_stdin_readbyte).

import { UpyError } from "../../errors.js";
import { joinBytes } from "../link/join-bytes.js";
import type { Link, Patience } from "../link/link.js";
import { byteOutsideTitles } from "./titles.js";

const EOT = 0x04;
const WINDOW = 0x01;
const STARTED = 0x06;
const END = Uint8Array.of(EOT);
const PROMPT = 0x3e;
/** Ctrl-E A Ctrl-A. */
const QUESTION = Uint8Array.of(5, 0x41, 1);

/** The board has no raw paste mode: it answered the question in its own way, and waits in the raw REPL. */
export const noRawPaste: unique symbol = Symbol("no raw paste");

/**
 * Asks for raw paste mode. Answers the size of one window in bytes, or {@link noRawPaste}. `ahead` is source that is
 * sent with the question: a board that is somewhere else than thought takes it for text without an end.
 * @throws `protocol` when the answer is none of the known ones
 */
export async function startRawPaste(
  link: Link,
  patience: Patience,
  ahead: Uint8Array = new Uint8Array(),
): Promise<number | typeof noRawPaste> {
  await link.write(joinBytes([QUESTION, ahead]), patience);
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

/** How much source may be sent with the question of {@link startRawPaste}, on a board that told its window before. */
export function aheadOf(source: Uint8Array, window: number): Uint8Array {
  return source.subarray(0, 2 * window - QUESTION.length);
}

/**
 * Sends source in raw paste mode, from `sent` on, never more than the board has room for, until it is compiled or
 * refused.
 */
export async function pasteSource(
  link: Link,
  source: Uint8Array,
  { window, sent }: { readonly window: number; readonly sent: number },
  { patience, onCommit }: SendOptions,
): Promise<void> {
  const board = new PasteFlow(link, window, patience);
  board.room -= sent;
  for (let at = sent; at < source.length && !board.ended;) {
    if (link.received.length > 0 || board.room <= 0) {
      await board.listen();
      continue;
    }
    const part = source.subarray(at, at + board.room);
    at += part.length;
    board.room -= part.length;
    const isLast = at === source.length;
    if (isLast) onCommit();
    await link.write(isLast ? joinBytes([part, END]) : part, patience);
    if (isLast) return board.finish();
  }
  if (!board.ended) onCommit();
  await link.write(END, patience);
  await board.finish();
}

/** What a board pastes to take `count` bytes of source all at once, for a link that holds the sender back by itself. */
export function bulkLoader(count: number): Uint8Array {
  return new TextEncoder().encode(`exec(__import__('sys').stdin.buffer.read(${count}))`);
}

/** Source that first says that it runs: see {@link hasStarted}. */
export function withStart(source: string): string {
  return `print(end='\\x06')\n${source}`;
}

/** Whether source {@link withStart} runs now; false when the board has refused it, and says why next. */
export async function hasStarted(link: Link, { patience, onCommit }: SendOptions): Promise<boolean> {
  const first = await byteOutsideTitles(link, patience);
  if (first === STARTED) onCommit();
  else link.received.unshift(Uint8Array.of(first));
  if (first === STARTED || first === EOT) return first === STARTED;
  throw new UpyError("protocol", `${link.name} sent ${link.received.preview()} where source was to start`);
}

/**
 * Sends source in bulk: the loader, which went with the question, is run, and takes it. Answers when the source runs,
 * or when the board refused it.
 */
export async function sendBulk(link: Link, source: Uint8Array, options: SendOptions): Promise<void> {
  await link.write(joinBytes([END, source]), options.patience);
  await new PasteFlow(link, 0, options.patience).finish();
  await hasStarted(link, options);
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

  async finish(): Promise<void> {
    while (!this.ended) await this.listen();
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
