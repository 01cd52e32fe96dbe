// Two transports that are each other's far end, in memory: for protocol tests with a scripted board, and the simplest
// example of a transport that keeps the contract.

import type { Transport } from "../transport/transport.js";
import { Link, type LinkBackend } from "./link.js";

/** What {@link createMemoryTransport} takes. */
export interface MemoryTransportOptions {
  /** For messages; "memory" by default. */
  readonly name?: string | undefined;
  /** Unread bytes at which a write waits; 64 KiB by default. */
  readonly buffer?: number | undefined;
}

/** A link in memory. */
export interface MemoryTransport {
  /** The host's end. */
  readonly transport: Transport;
  /** The board's end: what is written there can be read from `transport`, and the other way round. */
  readonly peer: Transport;
  /** Pulls the cable: both ends are lost. */
  unplug(): void;
}

/** Makes a link in memory. When one end is closed, the other is lost. */
export function createMemoryTransport(options: MemoryTransportOptions = {}): MemoryTransport {
  const { name = "memory", buffer = 64 * 1024 } = options;
  const host = new MemoryEnd(buffer);
  const board = new MemoryEnd(buffer);
  host.connect(name, board);
  board.connect(`peer of ${name}`, host);
  return {
    transport: host.link,
    peer: board.link,
    unplug: () => {
      host.link.lose();
      board.link.lose();
    },
  };
}

class MemoryEnd implements LinkBackend {
  link!: Link;
  #other!: MemoryEnd;
  readonly #buffer: number;
  readonly #waiting: (() => void)[] = [];

  constructor(buffer: number) {
    this.#buffer = buffer;
  }

  connect(name: string, other: MemoryEnd): void {
    this.#other = other;
    this.link = new Link(name, this);
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    const { link } = this.#other;
    link.deliver(chunk.slice());
    return link.unread < this.#buffer
      ? undefined
      : new Promise((resolve) => this.#other.#waiting.push(resolve));
  }

  wanted(): void {
    if (this.link.unread < this.#buffer) this.#resume();
  }

  down(): void {
    this.#resume();
    this.#other.#resume();
    // The other end goes once this one is down; it may be the one that took this one along.
    queueMicrotask(() => this.#other.link.lose());
  }

  #resume(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
