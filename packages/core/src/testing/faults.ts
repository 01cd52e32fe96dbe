// What can go wrong on a link and with a board, as data; and the counting that makes it go wrong at a given byte.

import type { Conditions } from "./engine/conditions.js";

/** A direction of a link, from the host's point of view. */
export type Direction = "to-board" | "from-board";

/**
 * Something that goes wrong once. `at` counts bytes in the fault's direction from the moment the fault is injected:
 * with `at: 5`, five bytes pass unharmed.
 */
export type Fault =
  /** The next `length` bytes (1 by default) never arrive. */
  | { readonly type: "drop"; readonly direction: Direction; readonly at: number; readonly length?: number }
  /** The bits of `xor` (0x20 by default) are flipped in the next `length` bytes (1 by default). */
  | {
      readonly type: "corrupt";
      readonly direction: Direction;
      readonly at: number;
      readonly length?: number;
      readonly xor?: number;
    }
  /** The rest comes so much later. */
  | {
      readonly type: "delay";
      readonly direction: Direction;
      readonly at: number;
      readonly milliseconds: number;
    }
  /** The cable is pulled; the board runs on. */
  | { readonly type: "disconnect"; readonly direction: Direction; readonly at: number }
  /**
   * The power goes when the board has consumed exactly `at` bytes, has done what it can do with them, and wants more.
   * The files stay as they are. The link is lost; the next `transport()`, or `powerOn()`, starts the board again.
   */
  | { readonly type: "power-cut"; readonly at: number }
  /** The board resets itself when it has consumed `at` bytes and wants more. The link stays, as on a serial bridge, unless `link` is "lost", as on native USB. */
  | { readonly type: "reset"; readonly at: number; readonly link?: "kept" | "lost" }
  /** The power goes just before the change to the flash that comes after `after` others (creating, writing, renaming, removing). */
  | { readonly type: "flash-power-cut"; readonly after: number };

/** What stays wrong until it is set otherwise. */
export interface FaultConditions extends Partial<Omit<Conditions, "flashOperationsLeft">> {
  /** Bytes that can still be written to the flash, rounded down to blocks; then ENOSPC. */
  readonly freeSpace?: number;
  /** Bytes that the board receives at the start of each new link, before anything else. */
  readonly noise?: Uint8Array;
  /** Bytes that the board's input buffer holds; more than that, unread, is lost as on a UART without flow control. */
  readonly receiveBuffer?: number;
}

/** A fault that is bound to a byte of a direction. */
export type ByteFault = Exclude<Fault, { type: "flash-power-cut" }>;

/** What is left of a chunk after the faults: pieces to carry, and faults to act on in between. */
export type Step = { readonly bytes: Uint8Array } | { readonly fault: ByteFault };

/** Counts one direction of a board's links, and cuts its chunks where faults are due. */
export class FaultCounter {
  #seen = 0;
  #faults: { position: number; fault: ByteFault }[] = [];

  /** Bytes that have passed, dropped ones included. */
  get seen(): number {
    return this.#seen;
  }

  /** Adds a fault, counted from now. */
  inject(fault: ByteFault): void {
    this.#faults.push({ position: this.#seen + fault.at, fault });
    this.#faults.sort((a, b) => a.position - b.position);
  }

  clear(): void {
    this.#faults = [];
  }

  /** Bytes until the next fault is due. */
  get untilNext(): number {
    return (this.#faults[0]?.position ?? Infinity) - this.#seen;
  }

  /** Counts bytes that no fault is due in. */
  skip(count: number): void {
    this.#seen += count;
  }

  /** What becomes of a chunk. */
  *pass(chunk: Uint8Array): Generator<Step> {
    let rest = chunk;
    for (;;) {
      const next = this.#faults[0];
      const before = next === undefined ? rest.length : Math.min(rest.length, next.position - this.#seen);
      if (before > 0) yield { bytes: rest.subarray(0, before) };
      this.#seen += before;
      rest = rest.subarray(before);
      if (next === undefined || next.position > this.#seen) return;
      if (rest.length === 0 && needsBytes(next.fault)) return;
      this.#faults.shift();
      rest = yield* this.#apply(next.fault, rest);
    }
  }

  *#apply(fault: ByteFault, rest: Uint8Array): Generator<Step, Uint8Array> {
    if (fault.type !== "drop" && fault.type !== "corrupt") {
      yield { fault };
      return rest;
    }
    const length = fault.length ?? 1;
    const hit = rest.slice(0, length);
    this.#seen += hit.length;
    // The rest of a long fault hits the next chunk.
    if (hit.length < length) this.inject({ ...fault, at: 0, length: length - hit.length });
    if (fault.type === "corrupt") yield { bytes: hit.map((byte) => byte ^ (fault.xor ?? 0x20)) };
    return rest.subarray(hit.length);
  }
}

function needsBytes(fault: ByteFault): boolean {
  return fault.type === "drop" || fault.type === "corrupt" || fault.type === "delay";
}
