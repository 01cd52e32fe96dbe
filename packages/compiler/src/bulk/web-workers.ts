// Web Workers that compile: the page's side. The worker's side is worker.ts, which a bundler turns into a file.

import { UpyError } from "@upykit/core/errors";
import type { CompileJob, JobResult } from "./batch.js";
import type { CompileWorkers } from "./compile-all.js";

/** What a worker is sent. */
export interface WorkerRequest {
  readonly id: number;
  readonly jobs: readonly CompileJob[];
}

/** What it answers. */
export interface WorkerResponse {
  readonly id: number;
  readonly results: readonly JobResult[];
}

/** A Web Worker, as far as it is needed here. */
export interface WorkerLike {
  postMessage(message: WorkerRequest): void;
  addEventListener(type: "message" | "error", listener: (event: object) => void): void;
  terminate(): void;
}

/** How many workers, and where they come from. */
export interface WebWorkersOptions {
  /** Such as `() => new Worker(new URL("@upykit/compiler/worker", import.meta.url), { type: "module" })`. */
  readonly createWorker: () => WorkerLike;
  /** How many; 4 where it is not given. */
  readonly size?: number | undefined;
}

/** Workers for `compileAll`. They live until they are disposed of. */
export function webWorkers(options: WebWorkersOptions): CompileWorkers & Disposable {
  const { createWorker, size = 4 } = options;
  const idle: PooledWorker[] = [];
  const all: PooledWorker[] = [];
  const pool = { disposed: false };
  const take = (): PooledWorker => {
    const worker = idle.pop() ?? new PooledWorker(createWorker());
    if (!all.includes(worker)) all.push(worker);
    return worker;
  };
  return {
    size,
    run: async (jobs, signal) => {
      if (pool.disposed) throw disposed();
      const worker = take();
      const results = await worker.run(jobs, signal);
      idle.push(worker);
      return results;
    },
    [Symbol.dispose]: () => {
      pool.disposed = true;
      for (const worker of all) worker.terminate(disposed());
    },
  };
}

function disposed(): UpyError {
  return new UpyError("unsupported", "The compiler's workers were disposed of.", {
    hint: "Dispose of them when compileAll is done.",
  });
}

/** The reason of an abort; it need not be an Error, but mostly is. */
function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason as Error;
}

/** One worker with one batch at a time. */
class PooledWorker {
  private nextId = 1;
  private waiting:
    { id: number; resolve: (results: JobResult[]) => void; reject: (reason: Error) => void } | undefined;

  constructor(private readonly worker: WorkerLike) {
    worker.addEventListener("message", (event) => {
      const { id, results } = (event as { data: WorkerResponse }).data;
      if (this.waiting?.id === id) this.waiting.resolve([...results]);
    });
    worker.addEventListener("error", (event) => {
      const { message } = event as { message?: string };
      this.waiting?.reject(
        new UpyError("unsupported", `The compiler's worker failed: ${message ?? "it did not start"}.`),
      );
    });
  }

  /** An aborted worker is terminated: its batch cannot be taken back. */
  run(jobs: readonly CompileJob[], signal: AbortSignal | undefined): Promise<JobResult[]> {
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      const abort = (): void => {
        this.terminate(reasonOf(signal));
      };
      const settle = (): void => {
        signal?.removeEventListener("abort", abort);
        this.waiting = undefined;
      };
      this.waiting = {
        id,
        resolve: (results) => {
          settle();
          resolve(results);
        },
        reject: (reason) => {
          settle();
          reject(reason);
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.worker.postMessage({ id, jobs });
    });
  }

  /** Ends it; a batch that runs rejects with the reason. */
  terminate(reason: Error): void {
    this.worker.terminate();
    this.waiting?.reject(reason);
  }
}
