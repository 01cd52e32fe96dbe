// A transport made of functions: what every link in this folder has in common. It holds the contract of Transport
// (device/transport.ts) so that the links need only move bytes.

import type { Transport } from "../transport/transport.js";
import { UpyError } from "../errors.js";

/** What is behind a link. */
export interface LinkBackend {
  /** Takes bytes from the host; when it returns a promise, the next chunk waits for it. */
  send(chunk: Uint8Array): Promise<void> | undefined;
  /** The host has read something, or waits for more: call {@link Link.deliver} now or later. */
  wanted(): void;
  /** The link is down, whoever closed it. Called once. */
  down(): void;
}

/** A transport over a {@link LinkBackend}. */
export class Link implements Transport {
  readonly name: string;
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly closed: Promise<unknown>;
  readonly flowControl: boolean | undefined;
  readonly #backend: LinkBackend;
  readonly #received: Uint8Array[] = [];
  #reader!: ReadableStreamDefaultController<Uint8Array>;
  #writer!: WritableStreamDefaultController;
  #release!: (error: unknown) => void;
  #wake: (() => void) | undefined;
  #loss: UpyError | undefined;
  #isOpen = true;
  #readerGone = false;

  constructor(name: string, backend: LinkBackend, flowControl?: boolean) {
    this.name = name;
    this.flowControl = flowControl;
    this.#backend = backend;
    this.closed = new Promise((resolve) => (this.#release = resolve));
    // Nothing is queued in the stream itself: what was received before a loss can still be read.
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#reader = controller),
        pull: () => this.#pull(),
        cancel: () => void (this.#readerGone = true),
      },
      { highWaterMark: 0 },
    );
    this.writable = new WritableStream<Uint8Array>({
      start: (controller) => void (this.#writer = controller),
      write: (chunk) => this.#write(chunk),
    });
  }

  /** True until the link is closed or lost. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Bytes that the host has not read yet: the backend should hold back while there are many. */
  get unread(): number {
    return this.#received.reduce((size, chunk) => size + chunk.length, 0);
  }

  /** Hands bytes to the host. They are its own from now on. */
  deliver(chunk: Uint8Array): void {
    if (!this.#isOpen || this.#readerGone || chunk.length === 0) return;
    this.#received.push(chunk);
    this.#wake?.();
  }

  /** The link is gone: what was received can still be read, then all rejects. */
  lose(error: UpyError = new UpyError("link-lost", `The link to ${this.name} was lost`)): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#loss = error;
    this.#writer.error(error);
    this.#backend.down();
    this.#wake?.();
    this.#release(error);
  }

  close(): Promise<void> {
    if (this.#isOpen) {
      this.#isOpen = false;
      this.#received.length = 0;
      this.#writer.error(new UpyError("link-closed", `The link to ${this.name} was closed`));
      this.#backend.down();
      this.#wake?.();
      this.#release(undefined);
    }
    if (this.#loss === undefined && !this.#readerGone) this.#end();
    return Promise.resolve();
  }

  async #pull(): Promise<void> {
    while (this.#received.length === 0 && this.#isOpen && !this.#readerGone) {
      const arrival = new Promise<void>((resolve) => (this.#wake = resolve));
      this.#backend.wanted();
      await arrival;
    }
    const chunk = this.#received.shift();
    if (chunk !== undefined) {
      this.#reader.enqueue(chunk);
      this.#backend.wanted();
    } else if (this.#loss !== undefined) this.#reader.error(this.#loss);
    else if (!this.#readerGone) this.#end();
  }

  async #write(chunk: Uint8Array): Promise<void> {
    if (chunk.length > 0) await this.#backend.send(chunk);
  }

  #end(): void {
    try {
      this.#reader.close();
    } catch {
      // It has ended before.
    }
  }
}
