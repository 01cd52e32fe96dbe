// A worker from a script, in Node (worker_threads) and in a browser: the only thing here that differs between them.

import type { WorkerMessage, WorkerStart } from "../engine/board-worker.js";

/** A worker, whatever the platform calls its parts. */
export interface WorkerHandle {
  postMessage(message: { panel: ArrayBufferLike; options: WorkerStart["options"] }): void;
  onMessage(listener: (message: WorkerMessage) => void): void;
  onError(listener: (error: unknown) => void): void;
  terminate(): Promise<void>;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  on(event: "message" | "error", listener: (value: never) => void): void;
  terminate(): Promise<number>;
}
interface NodeThreads {
  readonly Worker: new (
    source: string,
    options: { eval: true; execArgv: string[]; env: object },
  ) => NodeWorker;
}

declare const process: { getBuiltinModule?(name: string): unknown } | undefined;

/** Starts a worker that runs `source`. */
export function startWorker(source: string): WorkerHandle {
  const threads =
    typeof process === "undefined"
      ? undefined
      : (process.getBuiltinModule?.("node:worker_threads") as NodeThreads | undefined);
  return threads === undefined ? startInBrowser(source) : startInNode(threads, source);
}

function startInNode(threads: NodeThreads, source: string): WorkerHandle {
  // Without the parent's loaders and hooks: the script needs none, and they may not work in a script without a file.
  const worker = new threads.Worker(source, { eval: true, execArgv: [], env: {} });
  return {
    postMessage: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on("message", listener),
    onError: (listener) => worker.on("error", listener),
    async terminate() {
      await worker.terminate();
    },
  };
}

function startInBrowser(source: string): WorkerHandle {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url);
  return {
    postMessage: (message) => worker.postMessage(message),
    onMessage: (listener) =>
      worker.addEventListener("message", (event) => listener(event.data as WorkerMessage)),
    onError: (listener) =>
      worker.addEventListener("error", (event) => listener(event.error ?? new Error(event.message))),
    terminate() {
      worker.terminate();
      URL.revokeObjectURL(url);
      return Promise.resolve();
    },
  };
}
