// Worker threads of Node that compile, kept by tinypool.

import { availableParallelism } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { UpyError } from "@upykit/core/errors";
import { Tinypool } from "tinypool";
import type { JobResult } from "../bulk/batch.js";
import type { CompileWorkers } from "../bulk/compile-all.js";

/** How many threads, and what they run. */
export interface NodeWorkersOptions {
  /** How many; as many as there are processors where it is not given. */
  readonly size?: number | undefined;
  /** Where the worker's file is, for bundlers that move it. */
  readonly workerUrl?: URL | undefined;
}

/** Threads for `compileAll`. They live until they are disposed of; work that is left then rejects with code `aborted`. */
export function nodeWorkers(options: NodeWorkersOptions = {}): CompileWorkers & AsyncDisposable {
  const { size = availableParallelism(), workerUrl = new URL("./worker.js", here()) } = options;
  const pool = new Tinypool({
    filename: fileURLToPath(workerUrl),
    name: "compileInThread",
    minThreads: 0,
    maxThreads: size,
    idleTimeout: 1000,
    // Flags of this process are not for a worker that runs one file.
    execArgv: [],
  });
  let disposed = false;
  const checkDisposed = (cause?: unknown): void => {
    if (disposed) throw disposedError(cause);
  };
  return {
    size,
    run: async (jobs, signal) => {
      // The pool itself would start new threads.
      checkDisposed();
      const running = pool.run([...jobs], signal === undefined ? {} : { signal }) as Promise<JobResult[]>;
      try {
        return await running;
      } catch (error) {
        signal?.throwIfAborted();
        checkDisposed(error);
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => {
      disposed = true;
      return pool.destroy();
    },
  };
}

function disposedError(cause?: unknown): UpyError {
  return new UpyError("aborted", "The compiler's worker threads have been disposed of.", {
    hint: "Dispose of nodeWorkers() once all of compileAll() is done, or make new ones.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Where this file is; a CommonJS build has no `import.meta`. */
function here(): string {
  return typeof __filename === "string" ? pathToFileURL(__filename).href : import.meta.url;
}
