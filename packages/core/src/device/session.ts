// One connection: the lock, the raw REPL, and what is known about the board. Board and its file system share it.

import { UpyError, isUpyError } from "../errors.js";
import { BoardError } from "./board-error.js";
import { Link } from "./link/link.js";
import { FASTER_THAN_A_UART } from "./link/speed.js";
import { Mutex } from "./link/mutex.js";
import { defaultTiming, type BoardTiming, type ConnectOptions } from "./options.js";
import type { TracebackFrame } from "./values/traceback.js";
import { inText, parseProfile, type BoardProfile } from "./profile.js";
import { RawRepl, type RunOptions } from "./repl/raw-repl.js";
import { stripTitles } from "./repl/titles.js";
import { probeSnippet } from "./snippets/probe.js";
import type { Transport } from "../transport/transport.js";

const MAX_OUTPUT = 16 * 1024 * 1024;

/** What a run takes besides the REPL's options. */
export interface SessionRunOptions extends RunOptions {
  /** Whose error numbers to expect. */
  readonly profile?: BoardProfile | undefined;
  /**
   * What the code is, "snippet" where not set:
   * - snippet: our own, with variables of its own; it may run again when memory or bytes were short.
   * - step: our own, one line that goes on with what a snippet has begun.
   * - user: a user's; it never runs twice.
   */
  readonly kind?: "snippet" | "step" | "user" | undefined;
  /** What the code was about, for the error; gets what it had printed. */
  readonly about?: ((output: string) => string | undefined) | undefined;
}

/** State of one connection. */
export class Session {
  readonly name: string;
  readonly link: Link;
  readonly repl: RawRepl;
  readonly mutex: Mutex = new Mutex();
  readonly timing: BoardTiming;
  readonly #options: ConnectOptions;
  readonly #textOnly: boolean;
  readonly #linkHoldsBack: boolean | undefined;
  #profile: BoardProfile | undefined;
  #terminal = false;
  #hasUserCode = false;
  /** How often code of a user's may have run, a reset included: what was known of the interpreter may be so no more. */
  programRevision = 0;
  /** How often files may have been changed. */
  fileRevision = 0;
  #closed = false;

  constructor(transport: Transport, options: ConnectOptions) {
    this.name = options.name ?? transport.name;
    this.timing = { ...defaultTiming, ...options.timing };
    this.#options = options;
    this.#linkHoldsBack = transport.flowControl;
    this.#textOnly = transport.textOnly ?? false;
    this.link = new Link(transport);
    this.repl = new RawRepl(this.link, this.timing, options.maxOutput ?? MAX_OUTPUT);
    // The size of a raw paste window is sent as a byte that is no text.
    if (this.#textOnly) this.repl.typeOnly();
  }

  /** Waits for its turn, then works. @throws `link-busy` while a terminal has the board, `link-closed` */
  async locked<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#check();
    return this.mutex.run(() => {
      this.#check();
      return work();
    }, signal);
  }

  /** Runs code and answers what it printed. @throws {@link BoardError} when it raises */
  async run(code: string, options: SessionRunOptions = {}): Promise<Uint8Array> {
    return this.locked(() => this.runLocked(code, options), options.signal);
  }

  /** {@link run} for code of our own whose answer is text. */
  async runText(code: string, options: SessionRunOptions = {}): Promise<string> {
    return this.locked(() => this.runTextLocked(code, options), options.signal);
  }

  /** {@link runText} for callers that hold the lock. */
  async runTextLocked(code: string, options: SessionRunOptions = {}): Promise<string> {
    return asText(await this.runLocked(code, options));
  }

  /** {@link run} for callers that hold the lock. */
  async runLocked(code: string, options: SessionRunOptions = {}): Promise<Uint8Array> {
    const { kind = "snippet" } = options;
    const own = kind === "user" ? undefined : kind;
    this.#checkRoom(code);
    if (kind === "user") this.#noteUserCode();
    for (let attempt = 1; ; attempt++) {
      const bulk = attempt === 1 && this.#isBulky(kind);
      const { output, error } = await this.repl.run(code, { ...options, bulk, own });
      if (error === "") return output;
      const about = options.about?.(new TextDecoder().decode(output));
      const raised = new BoardError(error, (options.profile ?? this.#profile)?.errnoFamily, about);
      if (kind === "user" || attempt === 3) throw raised;
      if (bulk && options.talk === undefined && raised.code === "out-of-memory") await this.#collect();
      else await this.#beforeRetry(raised, attempt, options);
    }
  }

  /** Our own snippets may go in one piece where link and board can take it: they do no harm when they run twice. */
  #isBulky(kind: SessionRunOptions["kind"]): boolean {
    return kind === "snippet" && this.flowControl && this.#profile?.readsSource === true;
  }

  /** Makes room, or sends more carefully. @throws `error` when that cannot help */
  async #beforeRetry(error: BoardError, attempt: number, options: SessionRunOptions): Promise<void> {
    const isSnippet = options.kind !== "step";
    if (ranNothing(error)) {
      if (attempt === 1) return this.#collect();
      if (isSnippet && this.#mayReset) return this.#resetForRoom(options.signal);
      throw error;
    }
    if (!isSnippet || options.talk !== undefined || !this.mayBeDamage(error)) throw error;
    if (attempt > 1 || this.repl.mode === "type") this.repl.slowDown();
  }

  /** Whether an error that our own code never raises tells of bytes that were lost or changed on the way. */
  mayBeDamage({ code, pythonType }: BoardError): boolean {
    return (code === "python-error" && pythonType !== "KeyboardInterrupt") || code === "syntax-error";
  }

  /** What the board can do; probed once per connection. */
  async profile(signal?: AbortSignal): Promise<BoardProfile> {
    return this.#profile ?? this.locked(() => this.profileLocked(signal), signal);
  }

  /** {@link profile} for callers that hold the lock. */
  async profileLocked(signal?: AbortSignal): Promise<BoardProfile> {
    this.#profile ??= await this.#probe(signal);
    return this.#profile;
  }

  /** A program that was interrupted may have left no room to think: then everything starts afresh. */
  async #probe(signal: AbortSignal | undefined): Promise<BoardProfile> {
    const probe = async (): Promise<BoardProfile> => {
      const profile = parseProfile(await this.runTextLocked(probeSnippet, { signal }));
      return this.#textOnly ? inText(profile) : profile;
    };
    try {
      return await probe();
    } catch (error) {
      if (!isUpyError(error, "out-of-memory") || !this.#mayReset) throw error;
      await this.#resetForRoom(signal);
      return probe();
    }
  }

  /** Makes room on a board that could not even compile the code. */
  async #collect(): Promise<void> {
    this.repl.leave(); // a transfer may have sent bytes already
    await this.repl.run("__import__('gc').collect()");
  }

  /** Ctrl-D at the prompt: all variables are gone. */
  async softReset(runMain: boolean, signal?: AbortSignal): Promise<void> {
    this.#noteUserCode();
    await this.locked(() => this.repl.softReset(runMain, signal), signal);
    this.#hasUserCode = runMain;
  }

  #noteUserCode(): void {
    this.#hasUserCode = true;
    this.programRevision++;
    this.fileRevision++;
  }

  async #resetForRoom(signal: AbortSignal | undefined): Promise<void> {
    this.programRevision++;
    await this.repl.softReset(false, signal);
    this.#options.onReset?.();
  }

  /** Variables that were made through this connection are not thrown away unasked. */
  get #mayReset(): boolean {
    return this.#options.resetWhenFull ?? !this.#hasUserCode;
  }

  /** Gives the link to a terminal until the answer is called. */
  async lend(signal?: AbortSignal): Promise<() => void> {
    this.#check();
    const release = await this.mutex.acquire(signal);
    this.#terminal = true;
    this.#noteUserCode();
    return () => {
      this.#terminal = false;
      this.repl.leave();
      release();
    };
  }

  /** Whether the link holds the sender back by itself: told, or seen from its speed. */
  get flowControl(): boolean {
    return this.#toldFlowControl ?? this.repl.rate > FASTER_THAN_A_UART;
  }

  /** Whether a link that turns out to be fast may be taken for one that holds the sender back. */
  get mayHaveFlowControl(): boolean {
    return this.#toldFlowControl ?? true;
  }

  get #toldFlowControl(): boolean | undefined {
    if (this.#options.flowControl !== undefined) return this.#options.flowControl;
    return this.#profile?.losesBytes === true ? false : this.#linkHoldsBack;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.link.close();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A board without raw paste keeps all source in its heap while it reads; a micro:bit that runs out there is dead. */
  #checkRoom(code: string): void {
    const heap = this.#profile?.heapFree ?? Infinity;
    if (this.repl.mode !== "type" || code.length <= heap / 2) return;
    throw new UpyError("out-of-memory", `${this.name} has no room for ${code.length} characters of code`, {
      hint: "Send less code at once, or put it into a file and import that.",
    });
  }

  #check(): void {
    if (this.#closed) throw new UpyError("link-closed", `The connection to ${this.name} is closed`);
    if (this.#terminal)
      throw new UpyError("link-busy", `A terminal is open on ${this.name}`, {
        hint: "Close board.repl() first.",
      });
  }
}

function asText(output: Uint8Array): string {
  return stripTitles(new TextDecoder().decode(output));
}

/** Out of memory before the first line of the function that a snippet is; a small board may have lost the traceback. */
function ranNothing(error: BoardError): boolean {
  return error.code === "out-of-memory" && error.frames.every(isOutside);
}

function isOutside({ function: name }: TracebackFrame): boolean {
  return name === null || name === "<module>";
}
