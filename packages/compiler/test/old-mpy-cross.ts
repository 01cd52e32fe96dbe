// mpy-cross of other versions, in WebAssembly: 1.19.1 writes version 6 of the format, 1.12 version 5.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** What it answered. */
export interface Answer {
  readonly status: number;
  /** Undefined where it refuses the source. */
  readonly mpy?: Uint8Array;
}

type Start = (options: {
  readonly arguments: readonly string[];
  readonly inputFileContents: string;
  readonly wasmBinary: Uint8Array;
  readonly callback: (status: number, mpy: Uint8Array) => void;
}) => unknown;

/** Compiles one source; its name is "generated.py". */
export type OldCompiler = (source: string) => Promise<Answer>;

const require = createRequire(import.meta.url);

/** The mpy-cross that writes this version of the format. */
export function oldMpyCross(version: 5 | 6): OldCompiler {
  const name = `mpy-cross-v${version}`;
  const [folder = ""] = require.resolve(`@pybricks/${name}`).split("index.js");
  const file = version === 5 ? "mpy-cross" : name;
  const start = require(`${folder}${file}.js`) as Start;
  const wasmBinary = readFileSync(`${folder}${file}.wasm`);
  return (source) => run(start, wasmBinary, source);
}

/** It leaves listeners on the process, which are taken off again. */
function run(start: Start, wasmBinary: Uint8Array, source: string): Promise<Answer> {
  const events = ["uncaughtException", "unhandledRejection"];
  const before = events.map((name) => process.listeners(name as "uncaughtException"));
  return new Promise((resolve) => {
    start({
      arguments: ["-s", "generated.py", "main.py"],
      inputFileContents: source,
      wasmBinary,
      callback: (status, mpy) => {
        events.forEach((name, i) => {
          for (const listener of process.listeners(name as "uncaughtException")) {
            if (before[i]?.includes(listener) === false) process.removeListener(name, listener);
          }
        });
        resolve(status === 0 ? { status, mpy } : { status });
      },
    });
  });
}
