// The raw REPL: gets into it from any state, runs code in it, finds back into it when something went wrong.
// It moves bytes; what errors mean is the business of ../python. Behaviour: shared/runtime/pyexec.c, tools/pyboard.py
// and tools/mpremote/mpremote/transport_serial.py of MicroPython 1.28.

import { UpyError, isUpyError } from "../../errors.js";
import type { Link } from "../link/link.js";
import type { BoardTiming } from "../options.js";
import { enterRawRepl, expectText, RAW_BANNER } from "./enter.js";
import { FrameReader } from "./output-frame.js";
import {
  noRawPaste,
  pasteSource,
  startRawPaste,
  typeSource,
  type Pace,
  type SendOptions,
} from "./source-upload.js";
import { stripTitles } from "./titles.js";

/** What one run of code takes. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Longest silence of the running code, in ms. */
  readonly idle?: number | undefined;
  /** Most bytes of output. */
  readonly maxOutput?: number | undefined;
  readonly onOutput?: ((bytes: Uint8Array) => void) | undefined;
  /** Talks with the running program before its output is read. */
  readonly talk?: ((link: Link) => Promise<void>) | undefined;
}

/** What one run of code gave. */
export interface RunResult {
  readonly output: Uint8Array;
  /** The traceback as text; empty when the code ran to its end. */
  readonly error: string;
}

/** How the board takes source code, from best to most careful; a board moves down when it misbehaves, never up. */
type Mode = { readonly kind: "ask" } | { readonly kind: "paste" } | ({ readonly kind: "type" } & Pace);

/** The raw REPL of one board. Not reentrant: the caller holds the lock. */
export class RawRepl {
  readonly link: Link;
  readonly #timing: BoardTiming;
  readonly #maxOutput: number;
  #mode: Mode = { kind: "ask" };
  #ready = false;
  /** False when the last search for the prompt failed: another one right after it would as well. */
  #reached = false;
  /** Bytes of one raw paste window: half of the board's input buffer. Null where there is no raw paste. */
  window: number | null = null;
  /** Best rate seen while pasting source, in bytes per second. */
  rate = 0;

  constructor(link: Link, timing: BoardTiming, maxOutput: number) {
    this.link = link;
    this.#timing = timing;
    this.#maxOutput = maxOutput;
  }

  /** How source is sent at present, for messages and tests. */
  get mode(): "paste" | "type" | "unknown" {
    return this.#mode.kind === "ask" ? "unknown" : this.#mode.kind;
  }

  /**
   * Never raw paste, whose answers are no text. A link of text is one in a network, which sees to it by itself that the
   * prompt can follow; should it not, the first loss leads to small chunks.
   */
  typeOnly(): void {
    this.#mode = { kind: "type", chunk: LARGE_CHUNK, pause: 0 };
  }

  /** Makes sure that the board waits in the raw REPL. */
  async enter(signal?: AbortSignal): Promise<void> {
    this.#ready = this.#reached = false;
    await enterRawRepl(this.link, this.#timing, signal);
    this.#ready = this.#reached = true;
  }

  /** Ctrl-D at an empty prompt: in the raw REPL main.py does not run, in the friendly one it does. */
  async softReset(runMain: boolean, signal?: AbortSignal): Promise<void> {
    await this.enter(signal);
    const patience = { idle: this.#timing.answer, signal };
    this.#ready = false;
    await this.link.write(runMain ? "\x02\x04" : "\x04", patience);
    await expectText(this.link, "soft reboot", 4096, patience);
    if (runMain) return;
    // Do not interrupt boot.py: wait for the prompt that comes after it, and only then make sure.
    const idle = { idle: this.#timing.idle, signal };
    await expectText(this.link, RAW_BANNER, this.#maxOutput, idle).catch((error: unknown) => {
      if (!isUpyError(error, "no-response")) throw error;
    });
    await this.enter(signal);
  }

  /** The board may be in any state from now on. */
  leave(): void {
    this.#ready = false;
  }

  /** Runs code. Rejects with link and protocol errors only: what the code raises is in the result. */
  async run(code: string, options: RunOptions = {}): Promise<RunResult> {
    options.signal?.throwIfAborted();
    const source = new TextEncoder().encode(code);
    if (source.includes(EOT) || source.includes(INTERRUPT))
      throw new UpyError("invalid-argument", "Code for a board cannot hold the bytes 0x03 and 0x04");
    try {
      const result = await this.#once(source, options);
      if (!this.#mayBeDamaged(result)) return result;
      this.slowDown();
      return await this.#once(source, options);
    } catch (error) {
      await this.#recover(error, options.signal);
      throw error;
    }
  }

  async #once(source: Uint8Array, options: RunOptions): Promise<RunResult> {
    await this.#start(source, options.signal);
    await options.talk?.(this.link);
    return this.#finish(options);
  }

  /** Typed source may lose bytes on the way. What does not even compile has done nothing, so it can be sent again. */
  #mayBeDamaged({ error }: RunResult): boolean {
    return this.#mode.kind === "type" && COMPILE_ERROR.test(error);
  }

  /** Hands over the source; when that fails before the board can have run any of it, again from a fresh prompt. */
  async #start(source: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (!this.#ready) await this.enter(signal);
      this.link.received.clear();
      const progress = { committed: false };
      try {
        await this.#send(source, {
          patience: { idle: this.#timing.answer, signal },
          onCommit: () => (progress.committed = true),
        });
        return;
      } catch (error) {
        if (!isUpyError(error, "protocol") && !isUpyError(error, "no-response")) throw error;
        if (this.#memoryError()) throw outOfMemory(error);
        if (attempt > 1 || progress.committed) this.slowDown();
        if (progress.committed || attempt === 4) throw error;
        this.#ready = false;
      }
    }
  }

  async #send(source: Uint8Array, options: SendOptions): Promise<void> {
    if (this.#mode.kind !== "type") {
      const window = await startRawPaste(this.link, options.patience);
      if (window !== noRawPaste) return this.#paste(source, window, options);
      this.slowDown();
    }
    if (this.#mode.kind === "type") await typeSource(this.link, source, this.#mode, options);
  }

  async #paste(source: Uint8Array, window: number, options: SendOptions): Promise<void> {
    this.#mode = { kind: "paste" };
    this.window = window;
    const start = performance.now();
    await pasteSource(this.link, source, window, options);
    const elapsed = Math.max(performance.now() - start, 0.1);
    if (source.length >= 2 * window) this.rate = Math.max(this.rate, (source.length * 1000) / elapsed);
  }

  async #finish(options: RunOptions): Promise<RunResult> {
    const { link } = this;
    const patience = { idle: options.idle ?? this.#timing.idle, signal: options.signal };
    const limit = options.maxOutput ?? this.#maxOutput;
    const reader = new FrameReader();
    const output: Uint8Array[] = [];
    let size = 0;
    const keep = (bytes: Uint8Array): void => {
      if (bytes.length === 0) return;
      size += bytes.length;
      output.push(bytes);
      options.onOutput?.(bytes);
    };
    for (;;) {
      if (link.received.length === 0 && !(await link.more(patience))) throw tooQuiet(link, patience.idle);
      const bytes = link.received.take(link.received.length);
      const { output: certain, used, frame } = reader.push(bytes);
      keep(certain);
      if (frame) {
        keep(frame.output);
        link.received.unshift(bytes.subarray(used));
        return { output: join(output, size), error: stripTitles(new TextDecoder().decode(frame.error)) };
      }
      if (size + reader.held > limit)
        throw new UpyError("too-large", `The code on ${link.name} printed more than ${limit} bytes`, {
          hint: "Print less, or set maxOutput.",
        });
    }
  }

  /** After a failure: stops what runs and finds the prompt. An abort must not end this, and its reason must win. */
  async #recover(error: unknown, signal: AbortSignal | undefined): Promise<void> {
    this.#ready = false;
    if (!this.#reached || isUpyError(error, "link-lost") || isUpyError(error, "link-closed")) return;
    const gaveUp = isUpyError(error, "no-response") && !signal?.aborted;
    await enterRawRepl(this.link, gaveUp ? { ...this.#timing, attempts: 3 } : this.#timing).then(
      () => (this.#ready = true),
      () => undefined,
    );
  }

  /** The next rung of the ladder: from raw paste to typing, from typing to typing with smaller chunks. */
  slowDown(): void {
    if (this.#mode.kind === "paste") this.window = null; // what it said of itself was not so
    if (this.#mode.kind !== "type" || this.#mode.chunk > FIRST_CHUNK) this.#mode = this.#carefulTyping();
    else if (this.#mode.chunk > 8)
      this.#mode = { kind: "type", chunk: this.#mode.chunk / 2, pause: 2 * this.#timing.pause };
  }

  #carefulTyping(): Mode {
    return { kind: "type", chunk: FIRST_CHUNK, pause: this.#timing.pause };
  }

  #memoryError(): boolean {
    return this.link.received.preview(400).includes("MemoryError");
  }
}

/** The smallest input buffer known holds 64 bytes (micro:bit), and its garbage collector takes a while. */
const FIRST_CHUNK = 32;
/** Where the link itself waits for the prompt, chunks only bound how late an abort is noticed. */
const LARGE_CHUNK = 1024;
/** A frame without a function: raised while compiling, not by code that ran. */
const COMPILE_ERROR = /File "<stdin>", line \d+\r?\n(Syntax|Indentation)Error/;
const INTERRUPT = 0x03;
const EOT = 0x04;

function outOfMemory(cause: unknown): UpyError {
  return new UpyError("out-of-memory", "The board has too little memory to take this code", {
    hint: "Send less code at once.",
    cause,
  });
}

function tooQuiet(link: Link, idle: number): UpyError {
  return new UpyError("no-response", `The code on ${link.name} printed nothing for ${idle} ms`, {
    hint: "It was interrupted. Set idleTimeout when code may be silent for longer.",
  });
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
