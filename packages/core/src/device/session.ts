// One connection: the lock, the raw REPL, and what is known about the board. Board and its file system share it.

import { UpyError, isUpyError } from "../errors.js";
import { BoardError } from "./board-error.js";
import { Link } from "./link/link.js";
import { FASTER_THAN_A_UART } from "./link/speed.js";
import { Mutex } from "./link/mutex.js";
import { defaultTiming, type BoardTiming, type ConnectOptions } from "./options.js";
import { parseProfile, type BoardProfile } from "./profile.js";
import { RawRepl, type RunOptions } from "./repl/raw-repl.js";
import { stripTitles } from "./repl/titles.js";
import { probeSnippet } from "./snippets/probe.js";
import { tidySnippet } from "./snippets/tidy.js";
import type { Transport } from "../transport/transport.js";

const MAX_OUTPUT = 16 * 1024 * 1024;

/** What a run takes besides the REPL's options. */
export interface SessionRunOptions extends RunOptions {
  /** Whose error numbers to expect. */
  readonly profile?: BoardProfile | undefined;
  /**
   * The code is ours and can be repeated: when the board takes it by typing and answers with an error that our code
   * never raises, bytes were lost on the way, and it is sent again.
   */
  readonly isOurs?: boolean | undefined;
  /** The code is a user's: it is not run again, and its variables are not reset to make room for it. */
  readonly keepsVariables?: boolean | undefined;
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
  readonly #flowControl: boolean | undefined;
  #profile: BoardProfile | undefined;
  #terminal = false;
  #closed = false;

  constructor(transport: Transport, options: ConnectOptions) {
    this.name = options.name ?? transport.name;
    this.timing = { ...defaultTiming, ...options.timing };
    this.#flowControl = options.flowControl;
    this.link = new Link(transport);
    this.repl = new RawRepl(this.link, this.timing, options.maxOutput ?? MAX_OUTPUT);
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
    return asText(await this.run(code, options));
  }

  /** {@link run} for callers that hold the lock. */
  async runLocked(code: string, options: SessionRunOptions = {}): Promise<Uint8Array> {
    this.#checkRoom(code);
    for (let attempt = 1; ; attempt++) {
      const { output, error } = await this.repl.run(code, options);
      if (error === "") return output;
      const about = options.about?.(new TextDecoder().decode(output));
      const raised = new BoardError(error, (options.profile ?? this.#profile)?.errnoFamily, about);
      if (options.keepsVariables === true) throw raised; // a user's code never runs twice
      if (attempt === 1 && ranNothing(raised)) await this.#tidy();
      else if (attempt === 2 && ranNothing(raised)) await this.repl.softReset(false, options.signal);
      else if (attempt === 3 || options.isOurs !== true || !this.mayBeDamage(raised)) throw raised;
      else this.repl.slowDown();
    }
  }

  /** Whether an error that our own code never raises tells of bytes that were lost while it was typed. */
  mayBeDamage(error: BoardError): boolean {
    return this.repl.mode === "type" && (error.code === "python-error" || error.code === "syntax-error");
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
    const probe = async (): Promise<BoardProfile> =>
      parseProfile(asText(await this.runLocked(probeSnippet, { signal, isOurs: true })));
    try {
      return await probe();
    } catch (error) {
      if (!isUpyError(error, "out-of-memory")) throw error;
      await this.repl.softReset(false, signal);
      return probe();
    }
  }

  /** Makes room on a board that could not even compile the code. */
  async #tidy(): Promise<void> {
    this.repl.leave(); // a transfer may have sent bytes already
    await this.repl.run(tidySnippet);
  }

  /** Gives the link to a terminal until the answer is called. */
  async lend(signal?: AbortSignal): Promise<() => void> {
    this.#check();
    const release = await this.mutex.acquire(signal);
    this.#terminal = true;
    return () => {
      this.#terminal = false;
      this.repl.leave();
      release();
    };
  }

  /** Whether the link holds the sender back by itself: told, or seen from its speed. */
  get flowControl(): boolean {
    return this.#flowControl ?? this.repl.rate > FASTER_THAN_A_UART;
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

/** Out of memory as far as can be told before the first line; a small board may have lost the traceback as well. */
function ranNothing(error: BoardError): boolean {
  return error.code === "out-of-memory" && error.frames.every((frame) => frame.function === null);
}
