// A process that installs into a directory is killed with SIGKILL before every change it makes to the disk, and in the
// middle of every write. After recover the directory is as before or as wanted, whole.

import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPlan, planInstall, planUninstall, type Plan, recover, type Resolution } from "@upykit/core";
import { directoryTarget } from "@upykit/core/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolutionOf } from "../install/fixtures/packages.js";
import { buildChild } from "./fixtures/build-child.js";

const older = resolutionOf({
  one: { dependencies: ["two"], files: { "one/__init__.py": "x = 1\n", "one/old.py": "old\n" } },
  two: { files: { "two.py": "y = 1\n" } },
});
const newer = resolutionOf({
  one: { version: "2", files: { "one/__init__.py": "x = 2\n", "one/sub/new.py": "z = 1\n" } },
});
const contents: Record<string, string> = {};

let work = "";
let child = "";

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "upykit-kill-"));
  child = await buildChild(work);
  for (const { resolution, fetch } of [older, newer]) await keepContents(resolution, fetch);
});

afterAll(() => rm(work, { recursive: true, force: true }));

async function keepContents({ packages }: Resolution, fetch: typeof globalThis.fetch): Promise<void> {
  for (const { url } of packages.flatMap((one) => one.files)) contents[url] = await (await fetch(url)).text();
}

/** Runs the child; null when it was killed, else how many changes it made. */
function runChild(orderFile: string, killAt: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [child, orderFile, String(killAt)], (error, output) => {
      if (error === null) resolve(Number(output));
      else if (error.signal === "SIGKILL") resolve(null);
      else reject(new Error("the child failed", { cause: error }));
    });
  });
}

async function treeOf(directory: string): Promise<Record<string, string | null>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const pairs = entries.map(async (entry): Promise<[string, string | null]> => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(directory.length), entry.isFile() ? await readFile(path, "utf8") : null];
  });
  return Object.fromEntries((await Promise.all(pairs)).sort());
}

interface Scenario {
  readonly before: string;
  readonly plan: Plan;
}

async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(work, "before-"));
  await writeFile(join(directory, "main.py"), "mine\n");
  return directory;
}

async function installedDirectory(): Promise<string> {
  const directory = await freshDirectory();
  const target = directoryTarget(directory);
  await applyPlan(await planInstall(older.resolution, target, { fetch: older.fetch }), target, {
    fetch: older.fetch,
  });
  return directory;
}

/** With how many changes lie between two kills: each kill is a process. */
const scenarios: [string, number, () => Promise<Scenario>][] = [
  [
    "an install",
    3,
    async () => {
      const before = await freshDirectory();
      return {
        before,
        plan: await planInstall(older.resolution, directoryTarget(before), { fetch: older.fetch }),
      };
    },
  ],
  [
    "an upgrade",
    1,
    async () => {
      const before = await installedDirectory();
      return {
        before,
        plan: await planInstall(newer.resolution, directoryTarget(before), { fetch: newer.fetch }),
      };
    },
  ],
  [
    "an uninstall",
    1,
    async () => {
      const before = await installedDirectory();
      return { before, plan: await planUninstall(directoryTarget(before), ["one", "two"]) };
    },
  ],
];

describe("a directory", { timeout: 300_000 }, () => {
  it.each(scenarios)("is whole after a SIGKILL anywhere in %s", async (_name, step, prepare) => {
    const { before, plan } = await prepare();
    const copyOf = async (name: string) => {
      const directory = join(work, name);
      await rm(directory, { recursive: true, force: true });
      await cp(before, directory, { recursive: true });
      await writeFile(`${directory}.json`, JSON.stringify({ directory, plan, contents }));
      return directory;
    };
    const done = await copyOf("done");
    const changes = (await runChild(`${done}.json`, Infinity)) ?? 0;
    const states = [await treeOf(before), await treeOf(done)];
    const seen = [0, 0];
    for (let killAt = 0; killAt < changes; killAt += step) {
      const directory = await copyOf("killed");
      expect(await runChild(`${directory}.json`, killAt)).toBeNull();
      await recover(directoryTarget(directory));
      const tree = await treeOf(directory);
      const state = JSON.stringify(tree) === JSON.stringify(states[1]) ? 1 : 0;
      expect(tree, `killed before change ${killAt}`).toEqual(states[state]);
      seen[state] = (seen[state] ?? 0) + 1;
    }
    expect(changes).toBeGreaterThan(8);
    expect(Math.min(...seen)).toBeGreaterThan(2);
  });
});
