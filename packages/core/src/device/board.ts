// A connected board: runs code, brings back values, resets, and has a file system and an environment.

import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";
import type { Target } from "../targets/target.js";
import { parseEnvironment } from "./environment-probe.js";
import { BoardFileSystem } from "./fs/board-file-system.js";
import type { BoardCallOptions, ExecOptions } from "./options.js";
import type { BoardProfile } from "./profile.js";
import { parseLiteral, type PythonValue } from "./values/literal.js";
import { openReplStream, type ReplStream } from "./repl-stream.js";
import { stripTitles } from "./repl/titles.js";
import type { Session } from "./session.js";
import { askStorageOwner, remountStorage, type StorageOwner } from "./storage-owner.js";
import { environmentSnippet } from "./snippets/environment.js";

/** What {@link Board.softReset} takes. */
export interface SoftResetOptions extends BoardCallOptions {
  /** Let main.py (code.py) run as after a power-up. The next call interrupts it. False where not set. */
  readonly runMain?: boolean | undefined;
}

/** A connection to one board. Calls queue: one at a time reaches the board. */
export class Board {
  /** For messages, like "/dev/ttyACM0". */
  readonly name: string;
  /** What the board can do. */
  readonly profile: BoardProfile;
  readonly fs: BoardFileSystem;
  readonly #session: Session;

  /** @internal */
  constructor(session: Session, profile: BoardProfile) {
    this.#session = session;
    this.name = session.name;
    this.profile = profile;
    this.fs = new BoardFileSystem(session, profile);
  }

  /**
   * Runs code and answers all that it printed. Output that holds the byte 0x04 is passed on, but for one case: the
   * bytes 0x04 ">" after an earlier 0x04 look like the end.
   * @throws `BoardError` when the code raises; `no-response` after `idleTimeout`, `too-large` beyond `maxOutput`
   */
  async exec(code: string, options: ExecOptions = {}): Promise<string> {
    const { onOutput } = options;
    const stream = new TextDecoder();
    const output = await this.#session.run(code, {
      kind: "user",
      signal: options.signal,
      idle: options.idleTimeout,
      maxOutput: options.maxOutput,
      onOutput: onOutput && ((bytes) => onOutput(stream.decode(bytes, { stream: true }))),
    });
    return new TextDecoder().decode(output);
  }

  /**
   * The value of a Python expression. @throws `BoardError`; `unsupported` for a value without a literal form
   */
  async evaluate(expression: string, options: ExecOptions = {}): Promise<PythonValue> {
    // Printing a list spares the board the memory for its repr; the line break parts it from what else is printed.
    const printed = await this.exec(`print('\\n', [(\n${expression}\n)])`, options);
    const value = parseLiteral(lastLine(stripTitles(printed)));
    return Array.isArray(value) ? (value[0] ?? null) : null;
  }

  /** What runs code there: one round trip. */
  async environment(options: BoardCallOptions = {}): Promise<Environment> {
    return parseEnvironment(await this.#session.runText(environmentSnippet, { signal: options.signal }));
  }

  /** The board as something to install on. */
  target(): Target {
    return {
      name: `board on ${this.name}`,
      fs: this.fs,
      environment: (options) => this.environment(options),
    };
  }

  /** Who may write the board's files: on CircuitPython, often the computer that has its drive. */
  async storageOwner(options: BoardCallOptions = {}): Promise<StorageOwner> {
    return askStorageOwner(this.#session, options.signal);
  }

  /**
   * Lets a CircuitPython board's code, and so this connection, write its files until the next reset. The drive is
   * read-only to the computer then. @throws `read-only` while a computer has the drive: it has to be ejected first
   */
  async takeStorage(options: BoardCallOptions = {}): Promise<void> {
    await remountStorage(this.#session, options.signal);
  }

  /** Interrupts the code that runs now, as Ctrl-C does; its exec rejects with a KeyboardInterrupt. */
  async interrupt(options: BoardCallOptions = {}): Promise<void> {
    await this.#session.link.write("\x03", { idle: this.#session.timing.answer, signal: options.signal });
  }

  /** Restarts the interpreter: all variables are gone, boot.py has run. */
  async softReset(options: SoftResetOptions = {}): Promise<void> {
    await this.#session.softReset(options.runMain ?? false, options.signal);
  }

  /** The friendly REPL for a terminal. Until it is closed, other calls reject with `link-busy`. */
  async repl(options: BoardCallOptions = {}): Promise<ReplStream> {
    return openReplStream(this.#session, options.signal);
  }

  /** Leaves the raw REPL, so that the board is as a person would find it, and closes the transport. */
  async close(): Promise<void> {
    if (this.#session.closed) return;
    await this.#session.link.write("\x02", { idle: this.#session.timing.attempt }).catch(() => undefined);
    await this.#session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function lastLine(text: string): string {
  const trimmed = text.trimEnd();
  if (trimmed === "") throw new UpyError("protocol", "The board printed no value");
  return trimmed.slice(trimmed.lastIndexOf("\n") + 1);
}
