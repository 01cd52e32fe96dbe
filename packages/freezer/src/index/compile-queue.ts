// Compiles sources one by one in this thread, or in batches by workers while the caller goes on reading packages.

import { compile, compileAll, type CompileWorkers, type SourceFile } from "@upykit/compiler";
import type { CompileFunction, CompileSettings } from "../files/freeze-file.js";

/** How a source is compiled. */
export type CompileRequest = CompileSettings & { readonly filename: string };

/** What compiles the sources of an index. */
export interface IndexCompiler {
  compile(source: Uint8Array, request: CompileRequest): Uint8Array | Promise<Uint8Array>;
}

/** What the options of `buildIndex` say about compiling. */
export interface IndexCompilerOptions {
  readonly compile?: CompileFunction | undefined;
  readonly workers?: CompileWorkers | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The compiler that the options ask for: `compile` where it is given, then `workers`, else this thread. */
export function indexCompiler(options: IndexCompilerOptions): IndexCompiler {
  const { compile: own, workers, signal } = options;
  if (own === undefined && workers !== undefined) return new CompileQueue(workers, signal);
  return { compile: (source, request) => (own ?? compile)(source, request).mpy };
}

/** Bytes of source that make a batch. */
const batchBytes = 60_000;

interface Waiting extends SourceFile {
  readonly resolve: (mpy: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Sources of the same settings, waiting to be sent off. */
interface Batch {
  readonly settings: CompileSettings;
  readonly files: Waiting[];
  bytes: number;
}

class CompileQueue implements IndexCompiler {
  readonly #batches = new Map<string, Batch>();
  #isFlushing = false;

  constructor(
    private readonly workers: CompileWorkers,
    private readonly signal: AbortSignal | undefined,
  ) {}

  compile(source: Uint8Array, { filename, ...settings }: CompileRequest): Promise<Uint8Array> {
    const key = JSON.stringify(settings);
    const batch = this.#batches.get(key) ?? { settings, files: [], bytes: 0 };
    this.#batches.set(key, batch);
    return new Promise((resolve, reject) => {
      batch.files.push({ filename, source, resolve, reject });
      batch.bytes += source.length;
      if (batch.bytes >= batchBytes) this.#send(key, batch);
      else this.#flushSoon();
    });
  }

  /** A batch that nothing more comes for is sent off as it is. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setTimeout(() => {
      this.#isFlushing = false;
      for (const [key, batch] of this.#batches) this.#send(key, batch);
    });
  }

  #send(key: string, { settings, files }: Batch): void {
    this.#batches.delete(key);
    const { workers } = this;
    // Each batch listens to a signal of its own: Node warns of more than ten listeners of one.
    const signal = this.signal && AbortSignal.any([this.signal]);
    const sources = files.map(({ filename, source }) => ({ filename, source }));
    compileAll(sources, { ...settings, workers, signal }).then(
      (compiled) => {
        compiled.forEach((each, at) => {
          if (each.ok) files[at]?.resolve(each.mpy);
          else files[at]?.reject(each.error);
        });
      },
      (error: unknown) => {
        for (const { reject } of files) reject(error);
      },
    );
  }
}
