// Starts a machine and talks to it: in a worker of Node or a browser, or in this thread where memory cannot be shared.
// It does not know links.

import { abortable } from "../../abortable.js";
import { UpyError } from "../../errors.js";
import {
  type Command,
  type CommandAnswer,
  type CommandResult,
  encodeFrame,
  execute,
  readFrame,
} from "../engine/commands.js";
import type { WorkerMessage } from "../engine/board-worker.js";
import { type InterruptWords, Interrupts } from "../engine/interrupts.js";
import { Machine, type MachineOptions } from "../engine/machine.js";
import { Panel } from "../engine/panel.js";
import { boardWorkerSource } from "../generated/board-worker.js";
import { Realm } from "./realm.js";
import { type WorkerHandle, startWorker } from "./start-worker.js";

/** What happens on the board. */
export interface BoardListener {
  /** There may be output, or room for input. */
  onRing(): void;
  onPower(state: "off" | "on"): void;
}

/** What {@link BoardHost.ask} takes. */
export interface AskOptions {
  readonly payload?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A machine that was started, as the host sees it. */
export abstract class BoardHost {
  readonly panel: Panel;
  listener: BoardListener = { onRing: () => undefined, onPower: () => undefined };
  readonly #pending: Map<number, PromiseWithResolver> = new Map();
  #nextId = 1;
  #frames: Uint8Array[] = [];

  protected constructor(panel: Panel) {
    this.panel = panel;
  }

  /** Where to raise Ctrl-C. */
  abstract get interrupts(): Interrupts;
  /** Lets the board go on with what was put on its panel. */
  abstract go(): void;
  /** Stops the board for good and frees what it holds. */
  abstract stop(): Promise<void>;

  /** Asks the board something past its link. Resolves when it next reads, writes or waits. */
  ask(command: Command, { payload = new Uint8Array(), signal }: AskOptions = {}): Promise<CommandResult> {
    const id = this.#nextId++;
    const answer = new Promise<CommandResult>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#frames.push(encodeFrame({ id, command, payload }));
      this.#sendFrames();
      this.go();
    });
    return abortable(answer, signal);
  }

  /** As {@link ask}, for what needs no answer: not even when the board is disposed of before. */
  tell(command: Command): void {
    this.ask(command).catch(() => undefined);
  }

  /** The board rang: there may be output, or room for input or commands. */
  protected rung(): void {
    this.panel.answer();
    this.#sendFrames();
    this.listener.onRing();
  }

  protected answered(answer: CommandAnswer): void {
    const waiting = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ("result" in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new BoardRefusal(answer.error));
  }

  /** Rejects what was asked and will not be answered. */
  protected failed(error: unknown): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  #sendFrames(): void {
    for (let frame = this.#frames[0]; frame !== undefined; frame = this.#frames[0]) {
      const rest = frame.subarray(this.panel.commands.push(frame));
      this.panel.wake();
      if (rest.length > 0) {
        this.#frames[0] = rest;
        return;
      }
      this.#frames.shift();
    }
  }
}

interface PromiseWithResolver {
  readonly resolve: (result: CommandResult) => void;
  readonly reject: (error: unknown) => void;
}

/** The board did not do what it was asked; `reason` is MicroPython's error number where there is one. */
export class BoardRefusal extends Error {
  readonly reason: number | string;
  constructor(reason: number | string) {
    super(typeof reason === "number" ? `error ${reason}` : reason);
    this.reason = reason;
  }
}

/** Starts a machine in a worker; resolves when it has been switched on. */
export async function startInWorker(options: MachineOptions, signal?: AbortSignal): Promise<BoardHost> {
  const worker = startWorker(boardWorkerSource);
  const panel = Panel.create(true);
  const ready = new Promise<{ memory: WebAssembly.Memory; interruptWords: InterruptWords }>(
    (resolve, reject) => {
      worker.onError(reject);
      worker.onMessage((message) => {
        if (message.type === "ready") resolve(message);
        if (message.type === "failed") reject(new Error(message.message));
      });
    },
  );
  worker.postMessage({ panel: panel.buffer, options });
  try {
    const { memory, interruptWords } = await abortable(ready, signal);
    return new WorkerBoard(worker, panel, new Interrupts(memory.buffer, interruptWords));
  } catch (cause) {
    await worker.terminate();
    signal?.throwIfAborted();
    throw new UpyError("unsupported", "MicroPython did not start in its worker", { cause });
  }
}

class WorkerBoard extends BoardHost {
  readonly interrupts: Interrupts;
  readonly #worker: WorkerHandle;

  constructor(worker: WorkerHandle, panel: Panel, interrupts: Interrupts) {
    super(panel);
    this.interrupts = interrupts;
    this.#worker = worker;
    worker.onError((error) => this.failed(error));
    worker.onMessage((message) => this.#take(message));
  }

  go(): void {
    this.panel.wake();
  }

  async stop(): Promise<void> {
    this.failed(stopped());
    await this.#worker.terminate();
  }

  #take(message: WorkerMessage): void {
    if (message.type === "ring") this.rung();
    else if (message.type === "power") this.listener.onPower(message.state);
    else if (message.type === "answer") this.answered(message.answer);
    else if (message.type === "failed") this.failed(new Error(message.message));
  }
}

/** Loading replaces a global function for a moment, so that one board is loaded after the other. */
let loading: Promise<unknown> = Promise.resolve();

/** Starts a machine in this thread. */
export async function startInThread(options: MachineOptions, signal?: AbortSignal): Promise<BoardHost> {
  const started = loading.then(() => ThreadBoard.start(options));
  loading = started.catch(() => undefined);
  try {
    return await abortable(started, signal);
  } catch (error) {
    // What was started in this very thread cannot be stopped before it is there.
    void started.then((board) => board.stop()).catch(() => undefined);
    throw error;
  }
}

class ThreadBoard extends BoardHost {
  readonly #realm: Realm = new Realm();
  #machine: Machine | undefined;
  #running = false;

  static async start(options: MachineOptions): Promise<ThreadBoard> {
    const board = new ThreadBoard(Panel.create(false));
    const machine = await board.#realm.load(() =>
      Machine.create(options, {
        panel: board.panel,
        canSleep: false,
        ring: () => board.rung(),
        power: (state) => board.listener.onPower(state),
        serve: (asked) => board.#serve(asked),
      }),
    );
    board.#machine = machine;
    board.#run(() => machine.start());
    return board;
  }

  get interrupts(): Interrupts {
    if (this.#machine === undefined) throw stopped();
    return new Interrupts(this.#machine.memory.buffer, this.#machine.interruptWords);
  }

  go(): void {
    this.#run((machine) => machine.pump());
  }

  stop(): Promise<void> {
    this.failed(stopped());
    this.#machine = undefined;
    return Promise.resolve();
  }

  /** What the board says while it runs may lead to more input; that waits for its turn. */
  #run(action: (machine: Machine) => void): void {
    const machine = this.#machine;
    if (this.#running || machine === undefined) return;
    this.#running = true;
    try {
      this.#realm.within(() => action(machine));
    } finally {
      this.#running = false;
    }
  }

  #serve(machine: Machine): void {
    while (this.panel.commands.length > 0)
      this.answered(
        execute(
          machine,
          readFrame(this.panel.commands, () => this.rung()),
        ),
      );
  }
}

function stopped(): UpyError {
  return new UpyError("link-closed", "The virtual board was disposed of");
}
