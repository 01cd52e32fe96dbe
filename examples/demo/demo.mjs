// The main job, end to end, on a board that is a real MicroPython in WebAssembly:
// resolve → plan → install → verify → import on the board → install again → uninstall.
//
//   node demo.mjs [REQUIREMENT …] [--index URL] [--lockfile FILE]
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  applyPlan,
  createMemoryCache,
  formatLockfile,
  listInstalled,
  mipIndex,
  parseLockfile,
  planInstall,
  resolve,
  uninstall,
  urlPackages,
  verify,
} from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { serveIndex } from "upykit-example-index";
import { bytes, heading, indent, progressBar, table } from "./print.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { index: { type: "string" }, lockfile: { type: "string" }, help: { type: "boolean", short: "h" } },
});
if (options.help) {
  console.log("usage: demo [REQUIREMENT …] [--index URL] [--lockfile FILE]");
  process.exit(0);
}

const ours = options.index === undefined && positionals.length === 0;
const requirements = positionals.length > 0 ? positionals : ["greenhouse>=0.3", "tinylog"];
const server = options.index === undefined ? await serveIndex() : null;
const virtual = await createVirtualBoard();
try {
  await main();
} catch (error) {
  console.error(`\n${error.code ?? "error"}: ${error.message}`);
  if (error.hint) console.error(`  ${error.hint}`);
  process.exitCode = 1;
} finally {
  await virtual[Symbol.asyncDispose]();
  await server?.close();
}

async function main() {
  heading("A board");
  const board = await connectBoard(virtual.transport());
  const environment = await board.environment();
  const { implementation, version, mpy, sysPath } = environment;
  console.log(
    `${implementation} ${version}, loads .mpy v${mpy.version}.${mpy.subVersion}, sys.path ${JSON.stringify(sysPath)}`,
  );
  const target = board.target();
  const before = await target.fs.walk("/");

  heading("Resolve");
  const cache = createMemoryCache();
  const resolution = await lockedOrResolved(environment, cache);
  table(
    resolution.packages.map(({ name, version, dependencies, files }) => [
      name,
      version ?? "",
      `${files.length} ${files.length === 1 ? "file" : "files"}`,
      dependencies.length > 0 ? `needs ${dependencies.join(", ")}` : "",
    ]),
  );

  heading("Plan (nothing is touched yet)");
  const plan = await planInstall(resolution, target, { cache });
  table(plan.files.map(({ action, path, size }) => [action, `${plan.root}/${path}`, bytes(size)]));
  const { needed, free, freeAfter } = plan.space ?? {};
  if (free !== undefined)
    console.log(`flash: needs ${bytes(needed)} of ${bytes(free)} free; ${bytes(freeAfter)} free afterwards`);

  heading("Install");
  const bar = progressBar();
  const report = await applyPlan(plan, target, { cache, onProgress: bar });
  console.log(`${report.written.length} files, ${bytes(report.bytesWritten)} written to ${report.root}`);

  heading("Verify");
  const { problems } = await verify(target);
  if (problems.length > 0) throw new Error(`the board has something else: ${JSON.stringify(problems)}`);
  const { packages } = await listInstalled(target);
  console.log(
    `every hash on the board is right: ${packages.map(({ name, version }) => `${name} ${version}`).join(", ")}`,
  );

  heading("Import it on the board");
  const program = ours
    ? "import greenhouse, tinylog\ngreenhouse.report()\nlog = tinylog.Log()\nlog.add(28800, 'done')\nprint(*log)"
    : importAll(resolution);
  indent(await board.exec(program));

  heading("Install again");
  const again = await applyPlan(await planInstall(resolution, target, { cache }), target, { cache });
  console.log(`${again.written.length} files written, ${again.unchanged.length} were right already`);

  heading("Uninstall");
  const roots = resolution.roots.map((root) => root.package);
  const removed = await uninstall(target, roots);
  console.log(
    `removed ${removed.packages.map(({ name }) => name).join(", ")}: ${removed.removed.length} files`,
  );
  const after = await target.fs.walk("/");
  const same = JSON.stringify(after) === JSON.stringify(before);
  if (!same) throw new Error("the board is not as it was");
  console.log(`the board is as it was: ${after.length} entries on its file system`);
  await board.close();
}

/** From the lockfile if there is one, without asking any index; else resolved, and the lockfile written. */
async function lockedOrResolved(environment, cache) {
  const { lockfile } = options;
  if (lockfile !== undefined && existsSync(lockfile)) {
    console.log(`from ${lockfile}, no index asked`);
    return parseLockfile(readFileSync(lockfile, "utf8"));
  }
  const index = server?.url ?? options.index;
  console.log(`${requirements.join(", ")} from ${index}`);
  const sources = [mipIndex({ url: index }), urlPackages()];
  const resolution = await resolve(requirements, { sources, environment, cache });
  if (lockfile !== undefined) writeFileSync(lockfile, formatLockfile(resolution));
  return resolution;
}

/** Imports the first module of each package that was asked for. */
function importAll(resolution) {
  const modules = resolution.packages
    .filter(({ name }) => resolution.roots.some((root) => root.package === name))
    .flatMap(({ files }) =>
      files.slice(0, 1).map(({ path }) => path.replace(/(\/__init__)?\.m?py$/, "").replaceAll("/", ".")),
    );
  return modules.map((name) => `import ${name}\nprint("imported", ${name})`).join("\n");
}
