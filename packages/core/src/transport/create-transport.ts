// Makes a Transport out of something that moves bytes: the streams, the states and the errors of the contract are
// here, once, so that a new kind of link is a handful of lines. It knows no protocol and no platform.
import { UpyError } from "../errors.js";
import type { SerialSignals, Transport } from "./transport.js";

/** How to move bytes and free the port: what {@link createTransport} asks of the maker of a link. */
export interface Wire {
  /** Sends bytes; resolves when the link can take more. A rejection means that the link is lost. */
  write(bytes: Uint8Array): Promise<void>;
  /** Frees the port. Called once, after {@link WireEvents.lose} too; it may reject when the port is gone already. */
  close(): Promise<void>;
  /** Stops delivery until `resume`, because nobody reads. Absent where the other side cannot be held back. */
  pause?(): void;
  resume?(): void;
  /** As in {@link Transport.setSignals}. */
  setSignals?(signals: SerialSignals): Promise<void>;
}

/** What a {@link Wire} tells. */
export interface WireEvents {
  /** Bytes came in; they are handed on as they are, so the buffer must not be used again. */
  readonly push: (bytes: Uint8Array) => void;
  /** The link went away, for this reason. Does nothing when it is down already. */
  readonly lose: (cause?: unknown) => void;
}

/** Bytes that are taken in although nobody reads yet. */
const readAhead = 64 * 1024;

/**
 * Makes a transport that keeps the contract from a wire that moves bytes. `connect` is called at once, and may call
 * its events as soon as it has returned.
 */
export function createTransport(name: string, connect: (events: WireEvents) => Wire): Transport {
  const link = new Link(name, connect);
  return {
    name,
    readable: link.inbox.readable,
    writable: link.writable,
    closed: link.down,
    ...(link.wire.setSignals !== undefined && {
      setSignals: (signals: SerialSignals) => link.setSignals(signals),
    }),
    close: () => link.close(),
  };
}

/** What came in and was not read yet. Nothing waits in the stream itself, so that a loss does not take it along. */
class Inbox {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #chunks: Uint8Array[] = [];
  readonly #hold: (held: boolean) => void;
  #unread = 0;
  #held = false;
  #cancelled = false;
  /** How it ends, once it does: with an error, or without. */
  #end: { readonly error: UpyError | undefined } | undefined;
  #wake: () => void = () => undefined;

  /** `hold` is called when the sender should wait, and when it need not any more. */
  constructor(hold: (held: boolean) => void) {
    this.#hold = hold;
    this.readable = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => this.#pull(controller),
        cancel: () => {
          this.#cancelled = true;
          this.#chunks.length = 0;
        },
      },
      { highWaterMark: 0 },
    );
  }

  push(bytes: Uint8Array): void {
    if (this.#cancelled || this.#end || bytes.byteLength === 0) return;
    this.#chunks.push(bytes);
    this.#unread += bytes.byteLength;
    this.#setHeld(this.#unread >= readAhead);
    this.#wake();
  }

  /** After a loss what came before can still be read; after a close by this side nobody wants it. */
  end(error: UpyError | undefined): void {
    this.#end = { error };
    if (!error) this.#chunks.length = 0;
    this.#wake();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#chunks.length === 0 && !this.#end) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      if (this.#cancelled) return;
    }
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.#unread -= chunk.byteLength;
      controller.enqueue(chunk);
    } else if (this.#end?.error) controller.error(this.#end.error);
    else controller.close();
    this.#setHeld(this.#held && this.#unread > 0);
  }

  #setHeld(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#hold(held);
  }
}

class Link {
  readonly name: string;
  readonly wire: Wire;
  readonly inbox: Inbox;
  readonly writable: WritableStream<Uint8Array>;
  /** Resolves when the link is down: undefined when this side closed it, else the error. */
  readonly down: Promise<UpyError | undefined>;
  #output: WritableStreamDefaultController | undefined;
  #failWrites: (error: UpyError) => void = () => undefined;
  #setDown: (error: UpyError | undefined) => void = () => undefined;
  #freed: Promise<void> | undefined;

  constructor(name: string, connect: (events: WireEvents) => Wire) {
    this.name = name;
    this.down = new Promise((resolve) => (this.#setDown = resolve));
    const failure = new Promise<never>((_, reject) => (this.#failWrites = reject));
    failure.catch(() => undefined);
    this.inbox = new Inbox((held) => this.#hold(held));
    this.writable = new WritableStream<Uint8Array>({
      start: (controller) => void (this.#output = controller),
      write: (bytes) => (bytes.byteLength === 0 ? undefined : Promise.race([this.#write(bytes), failure])),
    });
    this.wire = connect({
      push: (bytes) => this.inbox.push(plain(bytes)),
      lose: (cause) => this.#lose(cause),
    });
  }

  close(): Promise<void> {
    return this.#end(undefined);
  }

  async setSignals(signals: SerialSignals): Promise<void> {
    if (this.#freed) throw closedHere(this.name);
    await this.wire.setSignals?.(signals);
  }

  #hold(held: boolean): void {
    if (this.#freed) return;
    if (held) this.wire.pause?.();
    else this.wire.resume?.();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await this.wire.write(bytes);
    } catch (cause) {
      this.#lose(cause);
      throw lost(this.name, cause);
    }
  }

  #lose(cause: unknown): void {
    if (!this.#freed) void this.#end(lost(this.name, cause));
  }

  /** Takes the link down, once: first the streams, so that nobody waits any longer, then the port. */
  #end(error: UpyError | undefined): Promise<void> {
    return (this.#freed ??= this.#takeDown(error));
  }

  async #takeDown(error: UpyError | undefined): Promise<void> {
    const reason = error ?? closedHere(this.name);
    this.#failWrites(reason);
    this.#output?.error(reason);
    this.inbox.end(error);
    await Promise.resolve(); // so that `#freed` is set before the wire can call back
    await this.wire.close().catch(() => undefined); // a port that is gone cannot be closed again
    this.#setDown(error);
  }
}

/** A view of the type that it claims to be: a Node Buffer is a Uint8Array whose `slice` does not copy. */
function plain(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function lost(name: string, cause: unknown): UpyError {
  if (cause instanceof UpyError) return cause;
  const hint = "Was it unplugged or reset? Open it again when it is back.";
  return new UpyError("link-lost", `The link to ${name} was lost`, { hint, cause });
}

function closedHere(name: string): UpyError {
  return new UpyError("link-closed", `The link to ${name} is closed`, { hint: "Open it again." });
}
