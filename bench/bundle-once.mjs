// Opens a bundle and installs one library of it, in a process of its own: prints milliseconds and bytes as JSON.
// Arguments: the place of the bundle, the library, where it is installed.
import { performance } from "node:perf_hooks";
import { install } from "@upykit/core";
import { directoryTarget, localBundle } from "@upykit/core/node";

const [place, library, folder] = process.argv.slice(2);
const environment = {
  implementation: "circuitpython",
  version: "10.0.3",
  mpy: { version: 6, subVersion: 3, architecture: "none", archFlags: 0, smallIntBits: 31 },
  sysPath: ["", "/", ".frozen", "/lib"],
  platform: null,
  machine: null,
  boardId: null,
  frozenModules: [],
  builtinModules: [],
  heapFree: null,
};
const target = directoryTarget(folder, { environment });
globalThis.gc?.();
const before = process.memoryUsage();
const processor = process.cpuUsage();
const started = performance.now();
const bundle = await localBundle(place);
const opened = performance.now();
const report = await install(target, [library], { sources: [bundle] });
const done = performance.now();
const { user, system } = process.cpuUsage(processor);
const after = process.memoryUsage();
await bundle.close();
console.log(
  JSON.stringify({
    libraries: bundle.libraries.length,
    written: report.written.length,
    opened: opened - started,
    took: done - started,
    processor: (user + system) / 1000,
    rss: after.rss - before.rss,
    heap: after.heapUsed + after.external - before.heapUsed - before.external,
  }),
);
