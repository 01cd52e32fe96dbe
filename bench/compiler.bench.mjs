// Compiling the standard library of the python3 on this machine: upykit in one cold process, beside mpy-cross once per
// file (as build tools run it) and the WebAssembly build of mpy-cross on npm; then time per byte from 1 KB to 1 MB.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "@upykit/compiler";
import { findTool, median, ms, ratio, runProcess, table, timed } from "./report.mjs";

const rounds = 5;
/** Half of what Node 20's engine does with a cold process is making code of functions with others put into them. */
const engineOption = "--max-inlined-bytecode-size-cumulative=100";
const corpusScript = new URL("compile-corpus.mjs", import.meta.url).pathname;

export async function run() {
  const paths = standardLibrary();
  if (paths === null) console.log("no python3 on this machine, so no corpus");
  else await corpus(paths);
  await flatness();
}

async function corpus(paths) {
  const list = join(tmpdir(), "upykit-bench-corpus.txt");
  writeFileSync(list, paths.join("\n") + "\n");
  const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
  const mpyCross = findTool("mpy-cross");
  const one =
    (kind, flags = "") =>
    () =>
      runProcess("sh", ["-c", `"${process.execPath}" ${flags} "${corpusScript}" ${kind} < "${list}"`]);
  const native = () =>
    runProcess("sh", ["-c", `xargs -n 1 "${mpyCross}" -o /dev/null < "${list}" 2>/dev/null || true`]);
  const contestants = [
    ["upykit, one process from a cold start", one("upykit")],
    [`the same, node ${engineOption}`, one("upykit", engineOption)],
    ["mpy-cross, once per file", mpyCross === null ? null : native],
    ["@pybricks/mpy-cross-v6, one process", one("pybricks")],
  ];
  const measured = contestants.map(() => ({ whole: [], alone: [], compiled: "" }));
  for (let round = 0; round < rounds; round++) {
    for (const [number, [, work]] of contestants.entries()) {
      if (work === null) continue;
      const { took, output } = await work();
      const figures = measured[number];
      figures.whole.push(took);
      if (output === "") continue;
      const printed = JSON.parse(output);
      figures.alone.push(printed.took);
      figures.compiled = printed.compiled;
    }
  }
  console.log(`${paths.length} files, ${(bytes / 1e6).toFixed(1)} MB; medians of ${rounds}, in turn:\n`);
  const [ours] = measured;
  const cells = (theirs, mine) =>
    theirs.length === 0 ? ["", ""] : [ms(median(theirs)), ratio(median(theirs), median(mine))];
  table(
    ["", "whole process", "times ours", "compiling alone", "times ours", "compiled"],
    contestants.map(([name], number) => {
      const { whole, alone, compiled } = measured[number];
      return [name, ...cells(whole, ours.whole), ...cells(alone, ours.alone), compiled];
    }),
  );
}

/** The .py files of python3's standard library, without its tests and installed packages; null without python3. */
function standardLibrary() {
  const code = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
  const { status, stdout } = spawnSync("python3", ["-c", code], { encoding: "utf8" });
  if (status !== 0) return null;
  const root = stdout.trim();
  return readdirSync(root, { recursive: true })
    .filter((path) => path.endsWith(".py") && !/(^|\/)(tests?|site-packages|idle_test)\//.test(path))
    .map((path) => join(root, path))
    .sort();
}

async function flatness() {
  const rows = [];
  for (const size of [1e3, 1e4, 1e5, 1e6]) {
    const source = new TextEncoder().encode(program(size));
    // A sample takes some 50 ms at least, so that what the clock and the collector do does not count.
    const repetitions = Math.ceil(1e6 / source.length);
    const work = () => {
      for (let round = 0; round < repetitions; round++) compile(source, { filename: "program.py" });
    };
    work();
    const took = (await timed(work, 7)) / repetitions;
    rows.push([`${source.length / 1000} KB`, ms(took), `${((took * 1e6) / source.length).toFixed(0)} ns`]);
  }
  console.log("\nOne program, warm:\n");
  table(["source", "time", "per byte"], rows);
}

/** A program of about `size` bytes whose functions are all different. */
function program(size) {
  let text = "";
  for (let number = 0; text.length < size; number++) {
    text += `def step_${number}(value, scale=${number % 7}):\n    total = [value * scale + item for item in range(${number % 90})]\n`;
    text += `    if value > ${number}:\n        return {"sum": sum(total), "name": "step ${number % 50}"}\n    return None\n\n\n`;
  }
  return text;
}
