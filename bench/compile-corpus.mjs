// One process that compiles every file named on standard input (one path a line) with the compiler that is asked for:
//   compile-corpus.mjs upykit | pybricks
// Prints how many compiled, and the milliseconds of compiling alone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";

const compilers = { upykit, pybricks };
const paths = readFileSync(0, "utf8").split("\n").filter(Boolean);
const compileOne = await compilers[process.argv[2]]();
const sources = paths.map((path) => [basename(path), readFileSync(path)]);
let compiled = 0;
const started = performance.now();
for (const [name, source] of sources) if (await compileOne(name, source)) compiled++;
console.log(JSON.stringify({ compiled, took: performance.now() - started }));
process.exit(0);

async function upykit() {
  const { compile } = await import("@upykit/compiler");
  return (filename, source) => {
    try {
      return compile(source, { filename }).mpy.length > 0;
    } catch {
      return false;
    }
  };
}

/** mpy-cross 1.19.1 in WebAssembly; on today's Node only its inner module starts, given the binary by hand. */
async function pybricks() {
  const require = createRequire(import.meta.url);
  const start = require("@pybricks/mpy-cross-v6/build/mpy-cross-v6.js");
  const wasmBinary = readFileSync(require.resolve("@pybricks/mpy-cross-v6/build/mpy-cross-v6.wasm"));
  process.setMaxListeners(0);
  return (filename, source) =>
    new Promise((resolve) => {
      const callback = (_status, mpy) => resolve(mpy?.length > 0);
      start({ wasmBinary, arguments: [filename], inputFileContents: source.toString(), callback });
    });
}
