// The raw REPL: gets into it from any state, runs code in it, finds back into it when something went wrong.
// It moves bytes; what errors mean is the business of ../python. Behaviour: shared/runtime/pyexec.c, tools/pyboard.py
// and tools/mpremote/mpremote/transport_serial.py of MicroPython 1.28.

import { UpyError, isUpyError } from "../../errors.js";
import { joinBytes } from "../link/join-bytes.js";
import type { Link } from "../link/link.js";
import type { BoardTiming } from "../options.js";
import { CALL, definition, inScope } from "../snippets/scope.js";
import { enterRawRepl, expectText, RAW_BANNER } from "./enter.js";
import { FrameReader } from "./output-frame.js";
import { damagedSource, noPasteMode, pasteWithEcho, type PasteAnswer } from "./paste-mode.js";
import {
  aheadOf,
  bulkLoader,
  hasStarted,
  noRawPaste,
  pasteSource,
  sendBulk,
  startRawPaste,
  typeSource,
  withStart,
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
  /**
   * Whether the source may go in bulk: the link holds the sender back, the board reads bytes from it, and it does no
   * harm to run the source twice.
   */
  readonly bulk?: boolean | undefined;
  /**
   * Code of our own, in ASCII, which is echoed where it could lose bytes on the way: a snippet runs in a scope of its
   * own, a step is a line that goes on with what a snippet has begun.
   */
  readonly own?: "snippet" | "step" | undefined;
}

/** What one run of code gave. */
export interface RunResult {
  readonly output: Uint8Array;
  /** The traceback as text; empty when the code ran to its end. */
  readonly error: string;
}

/** What one run sends. */
interface Source {
  /** As the caller gave it. */
  readonly code: string;
  readonly own: RunOptions["own"];
  /** What runs, with the scope of a snippet. */
  readonly text: string;
  readonly bytes: Uint8Array;
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
  /** Whether source may go before the board has said that it takes it, and in bulk, until that has failed. */
  #isTrusted = true;
  /** How often the board may fail to enter paste mode before it has none; for ever when it did once. */
  #pasteChances = 2;
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
    const text = options.own === "snippet" ? inScope(code) : code;
    const source = { code, own: options.own, text, bytes: new TextEncoder().encode(text) };
    if (source.bytes.includes(EOT) || source.bytes.includes(INTERRUPT))
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

  async #once(source: Source, options: RunOptions): Promise<RunResult> {
    await this.#start(source, options);
    await options.talk?.(this.link);
    return this.#finish(options);
  }

  /** Typed source may lose bytes on the way. What does not even compile has done nothing, so it can be sent again. */
  #mayBeDamaged({ error }: RunResult): boolean {
    return this.#mode.kind === "type" && COMPILE_ERROR.test(error);
  }

  /** Hands over the source; when that fails before the board can have run any of it, again from a fresh prompt. */
  async #start(source: Source, { signal, bulk = false }: RunOptions): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (!this.#ready) await this.enter(signal);
      this.link.received.clear();
      const progress = { committed: false };
      const isTrusting = this.#isTrusted && this.window !== null;
      try {
        await this.#send(source, {
          bulk: bulk && this.#isTrusted,
          patience: { idle: this.#timing.answer, signal },
          onCommit: () => (progress.committed = true),
        });
        return;
      } catch (error) {
        if (!isUpyError(error, "protocol") && !isUpyError(error, "no-response")) throw error;
        if (this.#memoryError()) throw outOfMemory(error);
        if (isTrusting) this.#isTrusted = false;
        else if (attempt > 1 || progress.committed) this.slowDown();
        if (progress.committed || attempt === 4) throw error;
        this.#ready = false;
      }
    }
  }

  async #send(source: Source, options: SendOptions & { readonly bulk: boolean }): Promise<void> {
    const { bytes } = source;
    if (this.#mode.kind !== "type") {
      const known = this.#isTrusted ? this.window : null;
      if (known !== null && options.bulk && bytes.length > 2 * known) return this.#sendBulk(source, options);
      const ahead = known === null ? undefined : aheadOf(bytes, known);
      const window = await startRawPaste(this.link, options.patience, ahead);
      if (window !== noRawPaste) return this.#paste(bytes, { window, sent: ahead?.length ?? 0 }, options);
      if (ahead) throw new UpyError("protocol", `${this.link.name} takes no raw paste any more`);
      this.slowDown();
    }
    if (this.#mode.kind !== "type") return;
    const isEchoed = source.own !== undefined && this.#mode.chunk <= FIRST_CHUNK;
    if (isEchoed && (await this.#sendEchoed(source, this.#mode, options))) return;
    await typeSource(this.link, bytes, this.#mode, options);
  }

  /** Runs a step in paste mode; a snippet is defined there, and called when all of it has arrived. False without paste mode. */
  async #sendEchoed({ own, code }: Source, pace: Pace, options: SendOptions): Promise<boolean> {
    const isSnippet = own === "snippet";
    const pasted = new TextEncoder().encode(isSnippet ? definition(withStart(code)) : code);
    const onCommit = isSnippet ? () => undefined : options.onCommit;
    while (this.#pasteChances > 0) {
      this.#ready = false;
      const said = await pasteWithEcho(this.link, pasted, pace.chunk, { ...options, onCommit });
      if (said === noPasteMode) {
        this.#pasteChances--;
        await this.enter(options.patience.signal);
        continue;
      }
      this.#pasteChances = Infinity;
      this.#ready = true;
      const isDefined = isSnippet && said.error === "";
      const result = isDefined ? await this.#callDefined(pace, options) : said;
      // Read as the answer of the raw REPL.
      if (result) this.link.received.unshift(frameOf(result));
      return true;
    }
    return false;
  }

  /** Null when it runs; the answer when there was no memory to begin. @throws `protocol` when the call was damaged */
  async #callDefined(pace: Pace, options: SendOptions): Promise<PasteAnswer | null> {
    await typeSource(this.link, call, pace, { ...options, onCommit: () => undefined });
    if (await hasStarted(this.link, options)) return null;
    const { error } = await this.#finish(options.patience);
    if (error.includes("MemoryError")) return { output: "", error };
    throw damagedSource(this.link.name);
  }

  async #sendBulk({ text }: Source, options: SendOptions): Promise<void> {
    const bulk = new TextEncoder().encode(withStart(text));
    const window = await startRawPaste(this.link, options.patience, bulkLoader(bulk.length));
    if (window === noRawPaste)
      throw new UpyError("protocol", `${this.link.name} takes no raw paste any more`);
    await sendBulk(this.link, bulk, options);
  }

  async #paste(
    source: Uint8Array,
    pace: { readonly window: number; readonly sent: number },
    options: SendOptions,
  ): Promise<void> {
    const { window, sent } = pace;
    this.#mode = { kind: "paste" };
    this.window = window;
    const start = performance.now();
    await pasteSource(this.link, source, pace, options);
    const elapsed = Math.max(performance.now() - start, 0.1);
    const pasted = source.length - sent;
    if (pasted >= 2 * window) this.rate = Math.max(this.rate, (pasted * 1000) / elapsed);
  }

  async #finish(options: Pick<RunOptions, "idle" | "signal" | "maxOutput" | "onOutput">): Promise<RunResult> {
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
        return { output: joinBytes(output), error: stripTitles(new TextDecoder().decode(frame.error)) };
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
const call = new TextEncoder().encode(CALL);

function frameOf({ output, error }: PasteAnswer): Uint8Array {
  return new TextEncoder().encode(`${output}\x04${error}\x04>`);
}

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
