// Many files compiled, in order, in this thread or by workers: batches of about the same size, with progress and abort.
// It does not know what a worker is; see web-workers.ts and node/workers.ts.

import type { UpyError } from "@upykit/core/errors";
import type { CompileOptions } from "../compile.js";
import { compileBatch, reviveError, type CompileJob, type JobResult } from "./batch.js";

/** A source with its name. */
export interface SourceFile {
  /** As tracebacks on the board show it. */
  readonly filename: string;
  readonly source: string | Uint8Array;
}

/** What came of a file. */
export type CompiledFile =
  | { readonly filename: string; readonly ok: true; readonly mpy: Uint8Array }
  | { readonly filename: string; readonly ok: false; readonly error: UpyError };

/** Files are done: `done` never falls, and ends at `total`. */
export interface CompileProgress {
  readonly type: "compiled";
  readonly done: number;
  readonly total: number;
  /** The last file of those just done. */
  readonly filename: string;
}

/** Something that compiles batches elsewhere. */
export interface CompileWorkers {
  /** How many batches run at once. */
  readonly size: number;
  /** Compiles a batch; rejects with `signal.reason` where that comes first. */
  run(jobs: readonly CompileJob[], signal: AbortSignal | undefined): Promise<JobResult[]>;
}

/** How to compile many files. */
export interface CompileAllOptions extends Omit<CompileOptions, "filename"> {
  /** Where to compile; in this thread where it is not given, with pauses for other work. */
  readonly workers?: CompileWorkers | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: CompileProgress) => void) | undefined;
}

/** Bytes of source in a batch, about: some ten milliseconds of work. */
const BATCH_BYTES = 100_000;

/** Milliseconds of work in this thread after which other work gets its turn. */
const TURN = 50;
let turnStarted = -Infinity;

const inThisThread: CompileWorkers = {
  size: 1,
  run: async (jobs) => {
    if (performance.now() - turnStarted > TURN) {
      await nextTask();
      turnStarted = performance.now();
    }
    return compileBatch(jobs);
  },
};

/** A message is a task of its own, so that timers and aborts get their turn. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (): void => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(0);
  });
}

/**
 * Compiles files, each for itself: a source that is refused has an error in its place, the others are compiled.
 * @returns what came of each file, in the order of `files`
 * @throws `signal.reason` where the signal aborts
 */
export async function compileAll(
  files: readonly SourceFile[],
  options: CompileAllOptions = {},
): Promise<CompiledFile[]> {
  const { workers = inThisThread, signal, onProgress, ...settings } = options;
  signal?.throwIfAborted();
  const results = new Array<CompiledFile>(files.length);
  const batches = makeBatches(files);
  let done = 0;
  const work = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      signal?.throwIfAborted();
      const { start, end } = batch;
      const jobs = files.slice(start, end).map((file) => ({ ...settings, ...file }));
      const answers = await workers.run(jobs, signal);
      signal?.throwIfAborted();
      answers.forEach(
        (answer, i) => (results[start + i] = toCompiledFile(files[start + i]?.filename ?? "", answer)),
      );
      done += end - start;
      onProgress?.({ type: "compiled", done, total: files.length, filename: files[end - 1]?.filename ?? "" });
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, workers.size) }, work));
  return results;
}

function makeBatches(files: readonly SourceFile[]): { start: number; end: number }[] {
  const batches: { start: number; end: number }[] = [];
  let start = 0;
  let bytes = 0;
  files.forEach(({ source }, i) => {
    bytes += source.length;
    if (bytes < BATCH_BYTES && i + 1 < files.length) return;
    batches.push({ start, end: i + 1 });
    start = i + 1;
    bytes = 0;
  });
  return batches;
}

function toCompiledFile(filename: string, answer: JobResult): CompiledFile {
  if (answer.ok) return { filename, ok: true, mpy: answer.mpy };
  return { filename, ok: false, error: reviveError(answer.error) };
}
