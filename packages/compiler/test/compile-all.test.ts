// Many files: order, errors in their place, progress, abort; in this thread, in worker threads, in (stand-in) Web Workers.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  compile,
  compileAll,
  CompileError,
  webWorkers,
  type CompileWorkers,
  type WorkerLike,
} from "@upykit/compiler";
import { nodeWorkers } from "@upykit/compiler/node";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveBatches } from "../src/bulk/serve-batches.js";

const root = new URL("../../../", import.meta.url).pathname;
const sources = Array.from({ length: 40 }, (_, i) => ({
  filename: `file${i}.py`,
  source: i === 7 ? "a b\n" : `x = ${i}\n${"def f(a):\n    return a\n".repeat(i * 20)}`,
}));

/** A Web Worker that runs in this thread: what crosses is cloned, as it would be. */
function makeWorker(): WorkerLike {
  type Listener = (event: { readonly data: unknown }) => void;
  const listeners: Listener[] = [];
  let terminated = false;
  let receive: Listener = () => undefined;
  serveBatches({
    addEventListener: (_, listener) => (receive = listener),
    postMessage: (message) => {
      const data = structuredClone(message);
      if (!terminated) for (const listener of listeners) listener({ data });
    },
  });
  return {
    postMessage: (message) => {
      const data = structuredClone(message);
      setImmediate(() => receive({ data }));
    },
    addEventListener: (type, listener) => {
      if (type === "message") listeners.push(listener);
    },
    terminate: () => (terminated = true),
  };
}

const folder = mkdtempSync(join(tmpdir(), "upykit-"));
const pools: { threads?: CompileWorkers & AsyncDisposable } = {};

beforeAll(async () => {
  await build({
    entry: { worker: join(root, "packages/compiler/src/node/worker.ts") },
    outDir: folder,
    outExtension: () => ({ js: ".mjs" }),
    format: "esm",
    config: false,
    silent: true,
    noExternal: [/@upykit/],
    tsconfig: join(root, "tsconfig.paths.json"),
  });
  pools.threads = nodeWorkers({ size: 2, workerUrl: pathToFileURL(join(folder, "worker.mjs")) });
}, 60_000);

afterAll(async () => {
  await pools.threads?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe.each(["this thread", "worker threads", "Web Workers"])("in %s", (where) => {
  const workersOf = (): CompileWorkers | undefined => {
    if (where === "worker threads") return pools.threads;
    return where === "Web Workers" ? webWorkers({ createWorker: makeWorker, size: 3 }) : undefined;
  };

  test("each file in its place, as compile gives it", async () => {
    const results = await compileAll(sources, { workers: workersOf(), optimize: 3 });
    expect(results.map(({ filename }) => filename)).toEqual(sources.map(({ filename }) => filename));
    results.forEach((result, i) => {
      const { filename, source } = sources[i] ?? { filename: "", source: "" };
      if (i === 7) expect(result).toMatchObject({ ok: false, error: { line: 1, message: "invalid syntax" } });
      else
        expect(result).toEqual({ filename, ok: true, mpy: compile(source, { filename, optimize: 3 }).mpy });
    });
    const refused = results[7];
    expect(refused?.ok === false && refused.error).toBeInstanceOf(CompileError);
  });

  test("progress rises to the end", async () => {
    const done: number[] = [];
    await compileAll(sources, { workers: workersOf(), onProgress: (progress) => done.push(progress.done) });
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBe(sources.length);
  });

  test("an abort rejects with its reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = compileAll(sources, {
      workers: workersOf(),
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(running).rejects.toBe(reason);
    await expect(compileAll(sources, { signal: controller.signal })).rejects.toBe(reason);
  });
});

describe("disposed worker threads", () => {
  const startThreads = (): CompileWorkers & AsyncDisposable =>
    nodeWorkers({ size: 1, workerUrl: pathToFileURL(join(folder, "worker.mjs")) });

  test("take no more work", async () => {
    const threads = startThreads();
    await compileAll(sources.slice(0, 2), { workers: threads });
    await threads[Symbol.asyncDispose]();
    await expect(compileAll(sources, { workers: threads })).rejects.toMatchObject({ code: "aborted" });
    await threads[Symbol.asyncDispose]();
  });

  test("reject what they were doing", async () => {
    const threads = startThreads();
    const long = { filename: "long.py", source: "x = [1, 2, 3]\n".repeat(400_000) };
    const running = compileAll([long], { workers: threads });
    const rejected = expect(running).rejects.toMatchObject({ code: "aborted" });
    await threads[Symbol.asyncDispose]();
    await rejected;
  });
});
