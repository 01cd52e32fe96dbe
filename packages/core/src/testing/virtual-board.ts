// The virtual board: a real MicroPython in WebAssembly behind a transport, for tests. It is a board with a flash, a
// power switch and a cable; what runs on it is the interpreter that boards run.

import { abortable } from "../abortable.js";
import type { Transport } from "../transport/transport.js";
import { UpyError } from "../errors.js";
import type { TargetCallOptions } from "../targets/target.js";
import { BoardFaults } from "./board-faults.js";
import { BoardFiles, bytesOf } from "./board-files.js";
import { BoardLink, type LinkCounts, type LinkOptions, busy } from "./board-link.js";
import { order } from "./engine/panel.js";
import type { FaultConditions } from "./faults.js";
import { type BoardHost, startInThread, startInWorker } from "./host/board-host.js";
import { resolveMicroPython } from "./host/resolve-micropython.js";

/** What {@link createVirtualBoard} takes. */
export interface VirtualBoardOptions {
  /**
   * The interpreter: address of a `micropython.mjs`, or in Node the name of an installed package. By default
   * `@micropython/micropython-webassembly-pyscript`; another version under another name is
   * `npm install -D micropython-1.23@npm:@micropython/micropython-webassembly-pyscript@1.23.0`.
   */
  readonly micropython?: string | URL | undefined;
  /** Address of `micropython.wasm`; beside the module by default. */
  readonly wasm?: string | URL | undefined;
  /** Where it runs: "worker" by default; "thread" where memory cannot be shared, with limits (see docs/testing.md). */
  readonly mode?: "worker" | "thread" | undefined;
  /** Files that are on the board when it is switched on, by absolute path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>> | undefined;
  /** Bytes of the first heap, 256 KiB by default; it grows by itself up to `memoryLimit`. */
  readonly heapSize?: number | undefined;
  /** Bytes of flash; 8 MiB by default. */
  readonly diskSize?: number | undefined;
  /** Bytes of a block of flash; 4096 by default. */
  readonly blockSize?: number | undefined;
  /** What is worse about this board from the start. */
  readonly conditions?: FaultConditions | undefined;
  /** Gives up starting; a board that runs is stopped by disposing of it. */
  readonly signal?: AbortSignal | undefined;
}

/** What has happened on a board, over all its links. */
export interface BoardStats {
  /** Bytes that hosts sent, lost ones included. */
  readonly bytesToBoard: number;
  /** Bytes that hosts received. */
  readonly bytesFromBoard: number;
  /** How often a host sent something after it had received something, or for the first time. */
  readonly roundTrips: number;
  /** Soft resets (Ctrl-D at an empty prompt, SystemExit). */
  readonly softResets: number;
  /** Starts after a power cut, a press of the reset button or a crash. */
  readonly hardResets: number;
  /** Changes to the flash by code on the board: creating, writing, renaming, removing. */
  readonly flashOperations: number;
  /** Bytes written to files by code on the board. */
  readonly flashBytes: number;
}

/** A running virtual board; see {@link createVirtualBoard}. */
export class VirtualBoard implements AsyncDisposable {
  /** The board's files, past the link. */
  readonly fs: BoardFiles;
  /** What goes wrong. */
  readonly faults: BoardFaults;
  readonly #host: BoardHost;
  readonly #counts: LinkCounts = {
    bytesToBoard: 0,
    bytesFromBoard: 0,
    roundTrips: 0,
    lastDirection: "from-board",
  };
  readonly #powerWaiters: { state: "off" | "on"; resolve: () => void }[] = [];
  #link: BoardLink | undefined;
  #hadLink = false;
  #power: "off" | "on" = "on";

  /** Use {@link createVirtualBoard}. */
  constructor(host: BoardHost) {
    this.#host = host;
    this.fs = new BoardFiles(host);
    this.faults = new BoardFaults(host);
    host.listener = { onRing: () => this.#rung(), onPower: (state) => this.#powered(state) };
  }

  /** Whether the board has power. */
  get isOn(): boolean {
    return this.#power === "on";
  }

  /** Counters, as of now. */
  get stats(): BoardStats {
    const { bytesToBoard, bytesFromBoard, roundTrips } = this.#counts;
    return { bytesToBoard, bytesFromBoard, roundTrips, ...this.#host.panel.counters };
  }

  /**
   * A new link to the board; switches the board on when it is off. What the board prints before the first link is
   * kept for it; what it prints later while there is none is lost.
   * @throws `link-busy` while another link is open.
   */
  transport(options: LinkOptions = {}): Transport {
    if (this.#link !== undefined) throw busy();
    if (this.#hadLink) this.#host.panel.output.clear();
    this.#hadLink = true;
    const parts = {
      host: this.#host,
      faults: this.faults,
      counts: this.#counts,
      isOn: this.isOn,
      down: () => (this.#link = undefined),
    };
    this.#link = new BoardLink(parts, options);
    if (this.#power === "off") void this.powerOn();
    return this.#link.transport;
  }

  /** Pulls the cable: an open link is lost, the board runs on. */
  unplug(): void {
    this.#link?.transport.lose();
  }

  /** Presses the reset button (an interpreter that hangs in C does not feel it): whatever runs stops dead, files stay as they are, the link stays. */
  async reset(options?: TargetCallOptions): Promise<void> {
    await this.#order(order.reset, "on", options);
  }

  /** Pulls the power: as {@link reset}, but the link is lost and the board stays off. */
  async powerOff(options?: TargetCallOptions): Promise<void> {
    if (this.#power === "on") await this.#order(order.powerOff, "off", options);
  }

  /** Switches on a board that is off. */
  async powerOn(options?: TargetCallOptions): Promise<void> {
    if (this.#power === "off") await this.#order(order.powerOn, "on", options);
  }

  /** Stops the board for good; an open link is lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#link?.transport.lose(new UpyError("link-lost", "The virtual board was disposed of"));
    await this.#host.stop();
  }

  async #order(
    what: (typeof order)["reset" | "powerOff" | "powerOn"],
    state: "off" | "on",
    { signal }: TargetCallOptions = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    const done = new Promise<void>((resolve) => this.#powerWaiters.push({ state, resolve }));
    this.#host.panel.give(what, () => what === order.powerOn || this.#host.interrupts.trap());
    this.#host.go();
    await abortable(done, signal);
  }

  #powered(state: "off" | "on"): void {
    this.#power = state;
    this.#link?.power(state);
    const done = this.#powerWaiters.filter((waiter) => waiter.state === state);
    for (const waiter of done) this.#powerWaiters.splice(this.#powerWaiters.indexOf(waiter), 1);
    for (const waiter of done) waiter.resolve();
  }

  #rung(): void {
    if (this.#link !== undefined) this.#link.rung();
    else if (this.#hadLink || this.#host.panel.output.space < this.#host.panel.output.length) {
      this.#host.panel.output.clear();
      this.#host.panel.wake();
    }
  }
}

/**
 * Starts a board with a real MicroPython. It runs in a worker of its own, so that its code can be interrupted, can
 * wait for input, and does not block the caller; several can run at once. Dispose of it with `await using`, or
 * `board[Symbol.asyncDispose]()`.
 * @throws `not-found` where the interpreter is not installed; `unsupported` where it does not start; `signal.reason`
 */
export async function createVirtualBoard(options: VirtualBoardOptions = {}): Promise<VirtualBoard> {
  const { signal } = options;
  signal?.throwIfAborted();
  const { freeSpace, noise, receiveBuffer, ...conditions } = options.conditions ?? {};
  const mode = options.mode ?? (typeof SharedArrayBuffer === "undefined" ? "thread" : "worker");
  const start = mode === "worker" ? startInWorker : startInThread;
  const files = Object.entries(options.files ?? {}).map(
    ([path, content]) => [path, bytesOf(content)] as const,
  );
  const machine = {
    module: resolveMicroPython(options.micropython),
    wasm: options.wasm === undefined ? undefined : String(options.wasm),
    heapSize: options.heapSize ?? 256 * 1024,
    diskSize: options.diskSize ?? 8 * 1024 * 1024,
    blockSize: options.blockSize ?? 4096,
    files: Object.fromEntries(files),
    conditions,
  };
  const board = new VirtualBoard(await start(machine, signal));
  const rest = { freeSpace, noise, receiveBuffer };
  board.faults.configure(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)));
  return board;
}
