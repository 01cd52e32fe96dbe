// A process that installs onto a drive is killed before every change it makes and in the middle of every write; with the
// kernel's driver the power is cut too: the FAT image is taken as it is. After recover the drive is as before or as
// wanted, and no two files share a cluster.

import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPlan, type Plan, planInstall, planUninstall, recover, type Resolution } from "@upykit/core";
import { circuitPythonDrive } from "@upykit/core/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolutionOf } from "../../install/fixtures/packages.js";
import { type FatVolume, fatOrSkip } from "../fixtures/fat-volume.js";
import { buildChild } from "../fixtures/build-child.js";

const bootOut =
  "Adafruit CircuitPython 9.2.8 on 2025-05-28; Adafruit PyPortal with samd51j20\nBoard ID:pyportal\n";
const older = resolutionOf({
  one: { dependencies: ["two"], files: { "one/__init__.py": "x = 1\n".repeat(400), "one/old.py": "old\n" } },
  two: { files: { "two.py": "y = 1\n" } },
});
const newer = resolutionOf({
  one: { version: "2", files: { "one/__init__.py": "x = 2\n".repeat(300), "one/sub/new.py": "z = 1\n" } },
});
const contents: Record<string, string> = {};

const probe = fatOrSkip(256);
probe?.unmount();

let work = "";
let child = "";
const volumes: FatVolume[] = [];

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "upykit-kill-"));
  child = await buildChild(work);
  for (const { resolution, fetch } of [older, newer]) await keepContents(resolution, fetch);
});

afterAll(async () => {
  for (const volume of volumes) volume.unmount();
  await rm(work, { recursive: true, force: true });
});

async function keepContents({ packages }: Resolution, fetch: typeof globalThis.fetch): Promise<void> {
  for (const { url } of packages.flatMap((one) => one.files)) contents[url] = await (await fetch(url)).text();
}

/** Runs the child; null when it was killed, else how many changes it made. */
async function runChild(directory: string, plan: Plan, killAt: number): Promise<number | null> {
  const order = join(work, "order.json");
  await writeFile(order, JSON.stringify({ directory, isDrive: true, plan, contents }));
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [child, order, String(killAt)], (error, output) => {
      if (error === null) resolve(Number(output));
      else if (error.signal === "SIGKILL") resolve(null);
      else reject(new Error("the child failed", { cause: error }));
    });
  });
}

async function treeOf({ path: directory }: FatVolume): Promise<Record<string, string | null>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const pairs = entries.map(async (entry): Promise<[string, string | null]> => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(directory.length), entry.isFile() ? await readFile(path, "utf8") : null];
  });
  return Object.fromEntries((await Promise.all(pairs)).sort());
}

async function freshVolume(): Promise<FatVolume> {
  const volume = fatOrSkip(256);
  if (volume === null) throw new Error("no FAT file system can be mounted");
  volumes.push(volume);
  await writeFile(join(volume.path, "boot_out.txt"), bootOut);
  await writeFile(join(volume.path, "code.py"), "import one\n");
  return volume;
}

async function installedVolume(): Promise<FatVolume> {
  const volume = await freshVolume();
  const target = circuitPythonDrive(volume.path);
  const { resolution, fetch } = older;
  await applyPlan(await planInstall(resolution, target, { fetch }), target, { fetch });
  return volume;
}

/** With how many changes lie between two kills: each kill is a process. */
const scenarios: [string, number, () => Promise<FatVolume>, (volume: FatVolume) => Promise<Plan>][] = [
  [
    "an install",
    4,
    freshVolume,
    ({ path }) => planInstall(older.resolution, circuitPythonDrive(path), { fetch: older.fetch }),
  ],
  [
    "an upgrade",
    3,
    installedVolume,
    ({ path }) => planInstall(newer.resolution, circuitPythonDrive(path), { fetch: newer.fetch }),
  ],
  ["an uninstall", 2, installedVolume, ({ path }) => planUninstall(circuitPythonDrive(path), ["one", "two"])],
];

describe.skipIf(probe === null)("a drive on FAT", { timeout: 300_000 }, () => {
  it.each(scenarios)(
    "is whole after a kill and a power cut anywhere in %s",
    async (_name, step, make, planOf) => {
      const before = await make();
      const plan = await planOf(before);
      const done = before.copy();
      const changes = (await runChild(done.path, plan, Infinity)) ?? 0;
      const states = [await treeOf(before), await treeOf(done)];
      done.unmount();
      const seen = [0, 0];
      for (let killAt = 0; killAt < changes; killAt += step) {
        const volume = before.copy();
        expect(await runChild(volume.path, plan, killAt)).toBeNull();
        const cut = volume.cut();
        await recover(circuitPythonDrive(cut.path));
        const tree = await treeOf(cut);
        const state = JSON.stringify(tree) === JSON.stringify(states[1]) ? 1 : 0;
        expect(tree, `killed before change ${killAt}`).toEqual(states[state]);
        expect(cut.check(), `killed before change ${killAt}`).not.toMatch(/share|bad|truncat/iu);
        cut.unmount();
        seen[state] = (seen[state] ?? 0) + 1;
      }
      expect(changes).toBeGreaterThan(8);
      expect(Math.min(...seen)).toBeGreaterThan(2);
    },
  );
});
