// One process that does one of the freezer's jobs once: `freeze-once.mjs '{"job": "freeze" | "index", …}'`.
// Prints the milliseconds of the call alone, of the clock and of the processors. `jobs` is for calls in a running process.
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { eachManifestPackage } from "@upykit/core/manifest";
import { nodeFileSystem } from "@upykit/core/node/file-system";
import { buildIndex, freezeManifest } from "@upykit/freezer";

export const jobs = { freeze, index };

/** A manifest to frozen_content.c. */
async function freeze({ manifest, roots, variables, qstrs, buildDirectory, order }) {
  const fileSystem = nodeFileSystem(roots, { order });
  const { c } = await freezeManifest(manifest, { fileSystem, variables, qstrs, buildDirectory });
  return [["frozen_content.c", c]];
}

/** A folder of libraries to an index; with `threads`, compiled by so many workers. */
async function index({ library, order, threads = 0 }) {
  const packages = eachManifestPackage(library, { fileSystem: nodeFileSystem(library, { order }) });
  if (threads === 0) return [...(await buildIndex(packages, { updated: 0 })).files];
  const { nodeWorkers } = await import("@upykit/compiler/node");
  const workers = nodeWorkers({ size: threads });
  try {
    return [...(await buildIndex(packages, { updated: 0, workers })).files];
  } finally {
    await workers[Symbol.asyncDispose]();
  }
}

/** A hash over names and contents. */
export function digest(files) {
  const hash = createHash("sha256");
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const bytes = Buffer.from(content);
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { job, ...request } = JSON.parse(process.argv[2]);
  const started = performance.now();
  const before = process.cpuUsage();
  const files = await jobs[job](request);
  const took = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ took, cpu: (user + system) / 1000, files: files.length }));
}
