// The worker that a virtual board runs in. It is bundled into one string (scripts/generate-board-worker.mjs), so that
// it starts the same way in Node, in a browser and behind any bundler.

import { type CommandAnswer, execute, readFrame } from "./commands.js";
import { type Machine, Machine as Board, type MachineOptions } from "./machine.js";
import type { InterruptWords } from "./interrupts.js";
import { Panel } from "./panel.js";

/** The first and only message to the worker. */
export interface WorkerStart {
  readonly panel: SharedArrayBuffer;
  readonly options: MachineOptions;
}

/** What the worker says. */
export type WorkerMessage =
  | { readonly type: "ready"; readonly memory: WebAssembly.Memory; readonly interruptWords: InterruptWords }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "ring" }
  | { readonly type: "power"; readonly state: "off" | "on" }
  | { readonly type: "answer"; readonly answer: CommandAnswer };

interface Port {
  postMessage(message: WorkerMessage, transfer?: Transferable[]): void;
}

interface NodeThreads {
  readonly parentPort: Port & { once(event: "message", listener: (message: WorkerStart) => void): void };
}

declare const process: { getBuiltinModule?(name: string): unknown } | undefined;

const threads =
  typeof process === "undefined"
    ? undefined
    : (process.getBuiltinModule?.("node:worker_threads") as NodeThreads);

if (threads === undefined) {
  const scope = globalThis as unknown as Port & EventTarget;
  scope.addEventListener("message", (event) => void start(scope, (event as MessageEvent<WorkerStart>).data), {
    once: true,
  });
} else threads.parentPort.once("message", (message) => void start(threads.parentPort, message));

async function start(port: Port, message: WorkerStart): Promise<void> {
  decodeSharedMemory();
  const panel = new Panel(message.panel);
  const ring = () => port.postMessage({ type: "ring" });
  try {
    const machine = await Board.create(message.options, {
      panel,
      canSleep: true,
      ring,
      power: (state) => port.postMessage({ type: "power", state }),
      serve: (board) => serve(board, panel, port),
    });
    port.postMessage({ type: "ready", memory: machine.memory, interruptWords: machine.interruptWords });
    machine.run();
  } catch (error) {
    port.postMessage({
      type: "failed",
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}

function serve(machine: Machine, panel: Panel, port: Port): void {
  const more = () => {
    const mark = panel.mark();
    if (panel.ring()) port.postMessage({ type: "ring" });
    if (panel.commands.length === 0) panel.sleep(mark);
  };
  while (panel.commands.length > 0) {
    const answer = execute(machine, readFrame(panel.commands, more));
    const bytes =
      "result" in answer && answer.result instanceof Uint8Array ? [answer.result.buffer as ArrayBuffer] : [];
    port.postMessage({ type: "answer", answer }, bytes);
  }
}

/** TextDecoder refuses shared memory; Emscripten decodes paths straight from the interpreter's. */
function decodeSharedMemory(): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own this below
  const { decode } = TextDecoder.prototype;
  TextDecoder.prototype.decode = function (input, options) {
    if (input === undefined) return decode.call(this, input, options);
    const view = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input);
    return decode.call(this, view.buffer instanceof ArrayBuffer ? view : view.slice(), options);
  };
}
