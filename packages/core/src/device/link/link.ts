// Bytes to and from the board with patience measured in idle time: a buffer over a transport's streams.
// It knows nothing of MicroPython. Reads from the transport only while somebody waits, so a chatty board is held back.

import { UpyError, isUpyError } from "../../errors.js";
import type { Transport } from "../../transport/transport.js";
import { ByteQueue } from "./byte-queue.js";

/** How long one wait may last, and what may end it early. */
export interface Patience {
  /** Milliseconds without a single byte. */
  readonly idle: number;
  readonly signal?: AbortSignal | undefined;
}

/** A transport with a buffer. One reader and one writer at a time; the caller holds the lock. */
export class Link {
  readonly name: string;
  /** What has arrived and was not taken yet. */
  readonly received: ByteQueue = new ByteQueue();
  readonly #transport: Transport;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #reading: Promise<void> | undefined;
  #closing = false;

  constructor(transport: Transport) {
    this.name = transport.name;
    this.#transport = transport;
    this.#reader = transport.readable.getReader();
    this.#writer = transport.writable.getWriter();
    this.#writer.closed.catch(() => undefined);
    this.#reader.closed.catch(() => undefined);
  }

  /** Sends bytes. @throws `no-response` when the link takes nothing for `patience.idle` ms, `link-lost` */
  async write(data: Uint8Array | string, patience: Patience): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    const written = this.#writer.write(bytes).catch((error: unknown) => this.#fail(error));
    if (!(await waitFor(written, patience)))
      throw new UpyError("no-response", `${this.name} takes no more bytes`, {
        hint: "The board stopped reading: reset it, then try again.",
      });
  }

  /** Waits for at least one new byte. False when none came for `patience.idle` ms. @throws `link-lost`, `link-closed` */
  async more(patience: Patience): Promise<boolean> {
    this.#reading ??= this.#read();
    return waitFor(this.#reading, patience);
  }

  /** The next byte. @throws `no-response` */
  async byte(patience: Patience): Promise<number> {
    const [byte = 0] = await this.bytes(1, patience);
    return byte;
  }

  /** Exactly `count` bytes. @throws `no-response` */
  async bytes(count: number, patience: Patience): Promise<Uint8Array> {
    while (this.received.length < count) if (!(await this.more(patience))) throw this.silence();
    return this.received.take(count);
  }

  /** Everything up to and including `byte`, at most `limit` bytes. @throws `no-response`, `protocol` */
  async until(byte: number, limit: number, patience: Patience): Promise<Uint8Array> {
    for (let seen = 0; ;) {
      const at = this.received.indexOf(byte, seen);
      if (at >= 0) return this.received.take(at + 1);
      seen = this.received.length;
      if (seen > limit) throw new UpyError("protocol", `${this.name} sent an answer without an end`);
      if (!(await this.more(patience))) throw this.silence();
    }
  }

  /** The error for a board that said nothing in time. */
  silence(): UpyError {
    const seen = this.received.length > 0 ? "; the last it said: " + this.received.preview() : "";
    return new UpyError("no-response", `${this.name} does not answer${seen}`, {
      hint: "Check the cable and the port, and that the board runs MicroPython or CircuitPython; a reset may help.",
    });
  }

  /** Closes the transport; pending reads end. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#transport.close();
  }

  async #read(): Promise<void> {
    try {
      const { value, done } = await this.#reader.read();
      if (done) throw new UpyError("link-lost", `The link to ${this.name} ended`);
      this.received.push(value);
      this.#reading = undefined;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): never {
    if (this.#closing)
      throw new UpyError("link-closed", `The link to ${this.name} was closed`, { cause: error });
    if (isUpyError(error, "link-lost")) throw error; // the transport knows better why
    throw new UpyError("link-lost", `The link to ${this.name} was lost`, {
      hint: "The board was unplugged or reset. Connect to it again.",
      cause: error,
    });
  }
}

const longestTimer = 0x7fffffff;

/** True when `work` is done first, false when the time is over first; rejects when aborted or when the work fails. */
async function waitFor(work: Promise<void>, { idle, signal }: Patience): Promise<boolean> {
  signal?.throwIfAborted();
  work.catch(() => undefined); // it may fail when nobody waits any more
  let stop = (): void => undefined;
  const other = new Promise<false>((resolve, reject) => {
    const timer = idle <= longestTimer ? setTimeout(() => resolve(false), idle) : undefined;
    const onAbort = (): void => reject(signal?.reason as Error);
    signal?.addEventListener("abort", onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
  });
  try {
    return await Promise.race([work.then(() => true as const), other]);
  } finally {
    stop();
  }
}
