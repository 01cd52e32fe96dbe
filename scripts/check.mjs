// `pnpm check`: everything a pull request must pass, quickest first; prints one line a step, and the whole output of
// a step that fails.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";

const packages = readdirSync("packages").map((folder) => `packages/${folder}`);

const steps = [
  ["format", "prettier --check --log-level warn ."],
  ["lint", "eslint . --cache --cache-location node_modules/.cache/eslint/"],
  ["types", "node scripts/typecheck.mjs"],
  ["unused code", "knip"],
  ["build", "pnpm --filter ./packages/* run build"],
  ["package lint", packages.map((folder) => `publint --strict ${folder}`)],
  ["types as users see them", packages.map((folder) => `attw --pack ${folder} --profile node16`)],
  ["size", "size-limit"],
  ["packed tarballs", "node scripts/try-packed.mjs"],
  ["tests", "vitest run"],
];

const started = performance.now();
for (const [name, commands] of steps) {
  const begun = performance.now();
  for (const command of [commands].flat()) {
    const { code, output } = await run(command);
    if (code === 0) continue;
    console.error(`✗ ${name}: ${command}\n\n${output}`);
    process.exit(1);
  }
  console.log(`✓ ${name.padEnd(24)} ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}
console.log(`all good after ${((performance.now() - started) / 1000).toFixed(0)} s`);

/** Runs a command with the workspace's own tools on its PATH. */
function run(command) {
  const [program, ...args] = command.split(" ");
  const env = { ...process.env, PATH: `node_modules/.bin:${process.env.PATH}`, FORCE_COLOR: "1" };
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, shell: process.platform === "win32" });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: 1, output: String(error) }));
    child.on("close", (code) => resolve({ code, output }));
  });
}
