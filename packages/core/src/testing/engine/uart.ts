// The board's end of its link: blocking reads and writes over the panel's rings, and the one place where the board
// waits. While it waits it does what the host asks (files, faults) and obeys orders about its power.

import { type Order, type Panel, order } from "./panel.js";

/** Thrown through the interpreter, out of any call, when the power goes or the reset button is pressed. */
export class PowerEvent extends Error {
  readonly order: Order;
  constructor(what: Order) {
    super(`power event ${what}`);
    this.order = what;
  }
}

/** What the UART needs from the rest of the board. */
export interface UartWiring {
  /** Tells the host to look at the rings. */
  readonly ringHost: () => void;
  /** Serves what the host asks, when it asks. */
  readonly serve: () => void;
  /** Whether Ctrl-C was raised in the code that runs. */
  readonly interrupted: () => boolean;
  /** Whether this thread can sleep. */
  readonly canSleep: boolean;
}

/** The board's serial port. */
export class Uart {
  readonly #panel: Panel;
  readonly #wiring: UartWiring;
  /** Output is thrown away while this is set. */
  muted: boolean = false;

  constructor(panel: Panel, wiring: UartWiring) {
    this.#panel = panel;
    this.#wiring = wiring;
  }

  /** Bytes that can be read without waiting. */
  get available(): number {
    this.attend();
    return this.#panel.input.length;
  }

  /** Writes all of it, waiting for room while the host does not read. */
  write(bytes: Uint8Array): void {
    if (this.muted) return;
    for (let rest = bytes; ;) {
      const mark = this.#panel.mark();
      rest = rest.subarray(this.#panel.output.push(rest));
      if (this.#panel.ring()) this.#wiring.ringHost();
      if (rest.length === 0) return;
      this.#sleep(mark);
    }
  }

  /** Reads at least one byte; -1 when Ctrl-C came while it waited, 0 when it would have to wait and cannot. */
  read(target: Uint8Array): number {
    if (target.length === 0) return 0;
    for (;;) {
      const mark = this.#panel.mark();
      this.attend();
      const count = this.#panel.input.pull(target);
      if (count > 0) return this.#tookSome(count);
      if (this.#wiring.interrupted()) return -1;
      if (!this.#wiring.canSleep) return 0;
      this.#starve();
      this.#panel.sleep(mark);
    }
  }

  /** Reads a byte while no code runs; -1 as in {@link read}, -2 when it would have to wait and cannot. */
  readByte(): number {
    for (;;) {
      const mark = this.#panel.mark();
      this.attend();
      if (this.#wiring.interrupted()) return -1;
      const byte = this.#panel.input.pullByte();
      if (byte >= 0) return this.#tookSome(byte);
      this.#starve();
      if (!this.#wiring.canSleep) return -2;
      this.#panel.sleep(mark);
    }
  }

  /** Code on the board passes time: sleeps until something happens, at most so long. */
  pause(milliseconds: number): void {
    if (!this.#wiring.canSleep) return;
    const mark = this.#panel.mark();
    this.attend();
    if (this.#panel.input.length === 0) this.#starve();
    if (!this.#wiring.interrupted()) this.#panel.sleep(mark, milliseconds);
  }

  /** The board is busy with something else, like its flash, for some milliseconds. */
  busy(milliseconds: number): void {
    if (!this.#wiring.canSleep) return;
    const end = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = end - performance.now()) {
      const mark = this.#panel.mark();
      this.attend();
      this.#panel.sleep(mark, left);
    }
  }

  /** Does what the host asks, and obeys its orders. @throws {@link PowerEvent} */
  attend(): void {
    if (this.#panel.commands.length > 0) this.#wiring.serve();
    const given = this.#panel.order;
    if (given === order.reset || given === order.powerOff) throw new PowerEvent(given);
  }

  #tookSome<T>(result: T): T {
    if (this.#panel.input.space > this.#panel.input.length && this.#panel.madeRoom() && this.#panel.ring())
      this.#wiring.ringHost();
    return result;
  }

  #starve(): void {
    const given = this.#panel.order;
    if (given === order.resetWhenStarved) throw new PowerEvent(order.reset);
    if (given === order.powerOffWhenStarved) throw new PowerEvent(order.powerOff);
  }

  #sleep(mark: number): void {
    this.attend();
    if (this.#wiring.canSleep) this.#panel.sleep(mark);
  }
}
