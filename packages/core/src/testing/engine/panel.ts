// What the host and the board share: three byte rings and a few words. In a worker it is shared memory, on which the
// board can sleep; in the host's own thread it is plain memory, and the board cannot sleep.

import { ByteRing } from "./byte-ring.js";

/** Words of the panel. Each has one writer, unless said otherwise. */
const word = {
  /** Counts what the host did; the board sleeps on it. */
  events: 0,
  /** What the board is told to do with its power; the host sets it, the board takes it back to none. */
  order: 1,
  /** 1 while an order is not yet fully given (the host is still writing into the interpreter's memory). */
  ordering: 2,
  /** 1 when the host was told of output and has not looked yet; both sides write it. */
  rung: 3,
  /** 1 when the host waits for room in the input ring; both sides write it. */
  wantsRoom: 4,
  softResets: 5,
  hardResets: 6,
  flashOperations: 7,
  flashBytes: 8,
} as const;

const wordCount = 16;

/** What can be ordered: nothing, the reset button, the plug pulled, or either of them once all input is consumed. */
export const order = {
  none: 0,
  reset: 1,
  powerOff: 2,
  resetWhenStarved: 3,
  powerOffWhenStarved: 4,
  powerOn: 5,
} as const;

/** One of {@link order}. */
export type Order = (typeof order)[keyof typeof order];

/** Counters that the board keeps and the host reads. */
export interface PanelCounters {
  readonly softResets: number;
  readonly hardResets: number;
  readonly flashOperations: number;
  readonly flashBytes: number;
}

const inputCapacity = 64 * 1024;
const outputCapacity = 256 * 1024;
const commandCapacity = 64 * 1024;

/** The memory between a virtual board and its host. */
export class Panel {
  readonly buffer: ArrayBufferLike;
  /** Bytes to the board. */
  readonly input: ByteRing;
  /** Bytes from the board. */
  readonly output: ByteRing;
  /** Frames from the host for the board's maintenance (files, faults); not part of any link. */
  readonly commands: ByteRing;
  readonly #words: Int32Array;

  constructor(buffer: ArrayBufferLike) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, wordCount);
    let offset = wordCount * 4;
    this.input = new ByteRing(buffer, offset, inputCapacity);
    offset += ByteRing.sizeOf(inputCapacity);
    this.output = new ByteRing(buffer, offset, outputCapacity);
    offset += ByteRing.sizeOf(outputCapacity);
    this.commands = new ByteRing(buffer, offset, commandCapacity);
  }

  /** A new panel: in shared memory, or in plain memory for a board in the host's own thread. */
  static create(shared: boolean): Panel {
    const size =
      wordCount * 4 +
      [inputCapacity, outputCapacity, commandCapacity].reduce((n, c) => n + ByteRing.sizeOf(c), 0);
    return new Panel(shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size));
  }

  /** Host: something changed that the board may be waiting for. */
  wake(): void {
    Atomics.add(this.#words, word.events, 1);
    Atomics.notify(this.#words, word.events);
  }

  /** Board: a mark to take before looking whether there is something to do, and to sleep on when there is not. */
  mark(): number {
    return Atomics.load(this.#words, word.events);
  }

  /** Board: sleeps until the host does something after `mark`, or for some milliseconds. Only in shared memory. */
  sleep(mark: number, milliseconds: number = Infinity): void {
    Atomics.wait(this.#words, word.events, mark, milliseconds);
  }

  /** Board: true when the host has to be rung (it has not been since it last looked). */
  ring(): boolean {
    return Atomics.exchange(this.#words, word.rung, 1) === 0;
  }

  /** Host: about to look at the rings. */
  answer(): void {
    Atomics.store(this.#words, word.rung, 0);
  }

  /** Host: asks to be rung once there is room in the input ring. */
  askForRoom(): void {
    Atomics.store(this.#words, word.wantsRoom, 1);
  }

  /** Board: took input; true when the host waits for that. */
  madeRoom(): boolean {
    return (
      Atomics.load(this.#words, word.wantsRoom) === 1 &&
      Atomics.exchange(this.#words, word.wantsRoom, 0) === 1
    );
  }

  /** Board: the order given. It is complete when this returns something else than none. */
  get order(): Order {
    const given = Atomics.load(this.#words, word.order) as Order;
    while (given !== order.none && Atomics.load(this.#words, word.ordering) !== 0);
    return given;
  }

  /** Host: gives an order; `meanwhile` may write into the interpreter's memory before the board acts on it. */
  give(what: Order, meanwhile?: () => void): void {
    Atomics.store(this.#words, word.ordering, 1);
    Atomics.store(this.#words, word.order, what);
    meanwhile?.();
    Atomics.store(this.#words, word.ordering, 0);
    this.wake();
  }

  /** Board: the order was carried out. */
  orderDone(): void {
    Atomics.store(this.#words, word.order, order.none);
  }

  /** Board: counts. */
  count(what: keyof PanelCounters, by: number = 1): void {
    Atomics.add(this.#words, word[what], by);
  }

  /** Host: the board's counters. */
  get counters(): PanelCounters {
    const read = (what: keyof PanelCounters) => Atomics.load(this.#words, word[what]);
    return {
      softResets: read("softResets"),
      hardResets: read("hardResets"),
      flashOperations: read("flashOperations"),
      flashBytes: read("flashBytes"),
    };
  }
}
