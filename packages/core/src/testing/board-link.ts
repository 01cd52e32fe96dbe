// One link between a host and a virtual board: two wires with speed, latency and faults, between a transport and the
// rings of the board's panel.

import { UpyError } from "../errors.js";
import type { BoardFaults } from "./board-faults.js";
import { order } from "./engine/panel.js";
import type { ByteFault, FaultCounter } from "./faults.js";
import type { BoardHost } from "./host/board-host.js";
import { Link, type LinkBackend } from "./link.js";
import { Wire, type WireOptions } from "./wire.js";

/** How a link to a virtual board behaves. */
export interface LinkOptions extends WireOptions {
  /** For messages; "virtual board" by default. */
  readonly name?: string | undefined;
}

/** What the link counts; kept by the board over all its links. */
export interface LinkCounts {
  bytesToBoard: number;
  bytesFromBoard: number;
  /** How often the host sent after it had received, or for the first time. */
  roundTrips: number;
  lastDirection: "to-board" | "from-board";
}

/** What a link works on. */
export interface LinkParts {
  readonly host: BoardHost;
  readonly faults: BoardFaults;
  readonly counts: LinkCounts;
  readonly isOn: boolean;
  readonly down: () => void;
}

const chunkSize = 64 * 1024;
/** The host side holds back when so much is unread. */
const unreadLimit = 64 * 1024;

/** A link to a virtual board. */
export class BoardLink implements LinkBackend {
  readonly transport: Link;
  readonly #parts: LinkParts;
  readonly #toBoard: Wire;
  readonly #fromBoard: Wire;
  #pending: Uint8Array = new Uint8Array();
  #accepted: (() => void) | undefined;
  /** While the board starts, bytes wait for it. */
  #boardReady: boolean;
  #draining = false;

  constructor(parts: LinkParts, options: LinkOptions) {
    this.#parts = parts;
    this.#boardReady = parts.isOn;
    this.#toBoard = new Wire(options, (bytes) => this.#arriveAtBoard(bytes));
    this.#fromBoard = new Wire(options, (bytes) => this.#arriveAtHost(bytes));
    const { noise, receiveBuffer } = parts.faults.linkConditions;
    // A wire with a speed is a UART, and so is a board whose input buffer overflows.
    const flowControl =
      receiveBuffer === undefined && options.bytesPerSecond === undefined ? true : undefined;
    this.transport = new Link(options.name ?? "virtual board", this, flowControl);
    if (noise !== undefined) void this.send(noise);
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    const { counts, faults } = this.#parts;
    if (counts.lastDirection !== "to-board") counts.roundTrips++;
    counts.lastDirection = "to-board";
    counts.bytesToBoard += chunk.length;
    return this.#carry(faults.counters["to-board"], this.#toBoard, chunk.slice());
  }

  wanted(): void {
    this.drain();
  }

  down(): void {
    this.#toBoard.cut();
    this.#fromBoard.cut();
    this.#accepted?.();
    this.#parts.down();
  }

  /** The board rang: more of the input may fit, and there may be output. */
  rung(): void {
    if (this.#pending.length > 0) this.#push();
    this.drain();
  }

  /** The board's power changed. */
  power(state: "off" | "on"): void {
    if (state === "on") {
      this.#boardReady = true;
      this.#push();
      return;
    }
    while (this.#parts.host.panel.output.length > 0) this.#takeOutput();
    this.#fromBoard.act(() => this.transport.lose());
  }

  /** Carries output to the host as long as it reads. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (
        this.#parts.host.panel.output.length > 0 &&
        this.#fromBoard.isIdle &&
        this.transport.unread < unreadLimit
      )
        this.#takeOutput();
    } finally {
      this.#draining = false;
    }
  }

  #takeOutput(): void {
    const { panel } = this.#parts.host;
    const chunk = new Uint8Array(Math.min(panel.output.length, chunkSize));
    panel.output.pull(chunk);
    panel.wake();
    void this.#carry(this.#parts.faults.counters["from-board"], this.#fromBoard, chunk)?.then(() =>
      this.drain(),
    );
  }

  /** Puts a chunk on a wire, with whatever goes wrong on the way. */
  #carry(counter: FaultCounter, wire: Wire, chunk: Uint8Array): Promise<void> | undefined {
    if (counter.untilNext > chunk.length) {
      counter.skip(chunk.length);
      return wire.send(chunk);
    }
    let room: Promise<void> | undefined;
    for (const step of counter.pass(chunk)) {
      if ("bytes" in step) room = wire.send(step.bytes);
      else if (step.fault.type === "delay") wire.pause(step.fault.milliseconds);
      else wire.act(() => this.#happen(step.fault));
    }
    return room;
  }

  #happen(fault: ByteFault): void {
    const { host } = this.#parts;
    if (fault.type === "disconnect") this.transport.lose();
    if (fault.type !== "power-cut" && fault.type !== "reset") return;
    this.#boardReady = false;
    host.panel.give(fault.type === "reset" ? order.resetWhenStarved : order.powerOffWhenStarved);
    host.go();
    if (fault.type === "reset" && fault.link === "lost") this.transport.lose();
  }

  #arriveAtHost(bytes: Uint8Array): undefined {
    const { counts } = this.#parts;
    counts.lastDirection = "from-board";
    counts.bytesFromBoard += bytes.length;
    this.transport.deliver(bytes);
  }

  #arriveAtBoard(bytes: Uint8Array): Promise<void> | undefined {
    this.#pending = bytes;
    this.#push();
    if (this.#pending.length === 0) return undefined;
    return new Promise((resolve) => (this.#accepted = resolve));
  }

  /** What the board's interrupt routine does with arriving bytes: Ctrl-C is raised, the rest is stored. */
  #push(): void {
    const { host } = this.#parts;
    while (this.#pending.length > 0 && this.#boardReady) {
      const char = host.interrupts.char;
      const at = char < 0 ? -1 : this.#pending.indexOf(char);
      if (at === 0) {
        host.interrupts.raise();
        this.#pending = this.#pending.subarray(1);
      } else if (!this.#store(at < 0 ? this.#pending.length : at)) break;
      host.go();
    }
    if (this.#pending.length > 0) return;
    this.#accepted?.();
    this.#accepted = undefined;
  }

  /** False: there is no room now. */
  #store(count: number): boolean {
    const { host, faults } = this.#parts;
    const { input } = host.panel;
    const limit = faults.linkConditions.receiveBuffer;
    if (limit !== undefined) {
      input.push(this.#pending.subarray(0, Math.min(count, Math.max(0, limit - input.length))));
      this.#pending = this.#pending.subarray(count);
      return true;
    }
    host.panel.askForRoom();
    const stored = input.push(this.#pending.subarray(0, count));
    this.#pending = this.#pending.subarray(stored);
    return stored > 0;
  }
}

/** What `transport()` throws while another link is open. */
export function busy(): UpyError {
  return new UpyError("link-busy", "The virtual board has an open link", {
    hint: "Close it first: like a serial port, the board has room for one.",
  });
}
