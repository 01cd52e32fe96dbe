// What the benchmarks share: medians, times as people read them, tables, and finding other people's tools.
import { spawn, spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Milliseconds of each of `runs` calls, after one that is not counted; the median. */
export async function timed(work, runs = 3) {
  await work();
  const times = [];
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return median(times);
}

export function ms(value) {
  if (value === null || value === undefined) return "–";
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

export function ratio(theirs, ours) {
  return theirs === null || ours === 0 ? "–" : `${(theirs / ours).toFixed(1)} ×`;
}

export function table(head, rows) {
  const all = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  console.log(line(all[0]));
  console.log(`| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  for (const row of all.slice(1)) console.log(line(row));
}

/** The path of a tool: the environment variable if set, else its name if it starts; null where it is missing. */
export function findTool(name, variable = name.toUpperCase().replace(/\W/g, "_"), probe = ["--version"]) {
  const command = process.env[variable] ?? name;
  const { status } = spawnSync(command, probe, { stdio: "ignore" });
  return status === 0 ? command : null;
}

/** Runs a command to its end: milliseconds, and what it printed. Rejects when it fails. */
export function runProcess(command, args, options = {}) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve({ took: performance.now() - started, output });
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output}`));
    });
  });
}
