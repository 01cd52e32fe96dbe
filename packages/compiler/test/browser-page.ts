// What chromium.test.ts runs in a page: compileAll on Web Workers, with results as data that cross to the test.

import { compileAll, webWorkers, type SourceFile } from "@upykit/compiler";

/** A result that can be sent from a page: the .mpy file in hex, or the error. */
export type PageResult =
  { readonly mpy: string } | { readonly message: string; readonly line: number | undefined };

/** What came of the files, and how far `onProgress` said it was. */
export interface PageAnswer {
  readonly results: readonly PageResult[];
  readonly progress: readonly number[];
}

declare global {
  // The functions that the test calls.
  var compileInWorkers: (files: readonly SourceFile[]) => Promise<PageAnswer>;
  var abortInWorkers: (files: readonly SourceFile[]) => Promise<string>;
  var disposeOfWorkers: (files: readonly SourceFile[]) => Promise<string[]>;
}

const createWorker = (): Worker => new Worker("/worker.js", { type: "module" });
const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

globalThis.compileInWorkers = async (files) => {
  using workers = webWorkers({ createWorker, size: 2 });
  const progress: number[] = [];
  const compiled = await compileAll(files, { workers, onProgress: ({ done }) => progress.push(done) });
  const results = compiled.map((file): PageResult => {
    if (file.ok) return { mpy: hex(file.mpy) };
    const { message } = file.error;
    return { message, line: "line" in file.error ? Number(file.error.line) : undefined };
  });
  return { results, progress };
};

globalThis.abortInWorkers = async (files) => {
  const workers = webWorkers({ createWorker, size: 2 });
  const controller = new AbortController();
  const { signal } = controller;
  const running = compileAll(files, { workers, signal, onProgress: () => controller.abort("enough") });
  return running.then(() => "not aborted", String).finally(() => workers[Symbol.dispose]());
};

globalThis.disposeOfWorkers = async (files) => {
  const workers = webWorkers({ createWorker, size: 2 });
  const running = compileAll(files, { workers });
  workers[Symbol.dispose]();
  return Promise.all([running, compileAll(files, { workers })].map((one) => one.then(() => "done", String)));
};
