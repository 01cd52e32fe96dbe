// Type-checks every tsconfig of the workspace: each package has one for neutral code and one for Node and tests.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";

const projects = ["tsconfig.root.json", "examples/browser/src/tsconfig.json"];
for (const folder of readdirSync("packages")) {
  for (const name of ["tsconfig.neutral.json", "tsconfig.node.json"]) {
    const path = `packages/${folder}/${name}`;
    if (existsSync(path)) projects.push(path);
  }
}

let failed = false;
const queue = [...projects];
await Promise.all(Array.from({ length: availableParallelism() }, worker));
process.exit(failed ? 1 : 0);

async function worker() {
  for (let project = queue.shift(); project !== undefined; project = queue.shift()) {
    const code = await run(project);
    if (code !== 0) failed = true;
  }
}

function run(project) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["node_modules/typescript/bin/tsc", "-p", project, "--pretty"], {
      stdio: "inherit",
    });
    child.on("close", resolve);
  });
}
