// The worker's side of web-workers.ts: batches come in as messages, results go out.

import { compileBatch } from "./batch.js";
import type { WorkerRequest, WorkerResponse } from "./web-workers.js";

/** The worker's own scope, as far as it is needed here. */
export interface WorkerScope {
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: WorkerResponse): void;
}

/** Answers the batches that come in. */
export function serveBatches(scope: WorkerScope): void {
  scope.addEventListener("message", ({ data }) => {
    const { id, jobs } = data as WorkerRequest;
    scope.postMessage({ id, results: compileBatch(jobs) });
  });
}
