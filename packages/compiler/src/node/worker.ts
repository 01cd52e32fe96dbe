// What runs inside a worker thread of Node for `nodeWorkers`.

import { compileBatch, type CompileJob, type JobResult } from "../bulk/batch.js";

/** Compiles a batch: what the pool calls. */
export function compileInThread(jobs: readonly CompileJob[]): JobResult[] {
  return compileBatch(jobs);
}
