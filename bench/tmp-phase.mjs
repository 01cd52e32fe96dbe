import { install, resolve, planInstall, applyPlan, createMemoryCache } from "@upykit/core";
import { directoryTarget, localBundle } from "@upykit/core/node";
import { mkdirSync, rmSync } from "node:fs";
const [place, library, folder] = process.argv.slice(2);
const environment = { implementation: "circuitpython", version: "10.0.3", mpy: { version: 6, subVersion: 3, architecture: "none", archFlags: 0, smallIntBits: 31 }, sysPath: ["", "/", ".frozen", "/lib"], platform: null, machine: null, boardId: null, frozenModules: [], builtinModules: [], heapFree: null };
for (let i = 0; i < 4; i++) {
  rmSync(folder, { recursive: true, force: true }); mkdirSync(folder + "/lib", { recursive: true });
  const target = directoryTarget(folder, { environment });
  const cache = createMemoryCache();
  const out = {};
  const phase = async (name, work) => { const c = process.cpuUsage(); const t = performance.now(); const v = await work(); const d = process.cpuUsage(c); out[name] = `${((d.user + d.system) / 1000).toFixed(1)} cpu / ${(performance.now() - t).toFixed(1)}`; return v; };
  const bundle = await phase("open", () => localBundle(place));
  await phase("list zip", () => bundle.readLibrary("adafruit_part_0", 10));
  const resolution = await phase("resolve", () => resolve([library], { sources: [bundle], environment, cache }));
  const plan = await phase("plan", () => planInstall(resolution, target, { cache }));
  await phase("apply", () => applyPlan(plan, target, { cache }));
  await bundle.close();
  console.log(JSON.stringify(out));
}
