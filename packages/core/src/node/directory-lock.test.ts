// Two processes at one directory: the second is told so; what a dead one left does not matter.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { applyPlan, planInstall, recover, uninstall } from "@upykit/core";
import { directoryTarget } from "@upykit/core/node";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { resolutionOf } from "../install/fixtures/packages.js";

const { resolution, fetch } = resolutionOf({ one: { files: { "one.py": "x = 1\n" } } });
let folder = "";
let lock = "";

beforeEach(async () => {
  const outer = await mkdtemp(join(tmpdir(), "upykit-lock-"));
  onTestFinished(() => rm(outer, { recursive: true }));
  folder = join(outer, "tree");
  lock = join(folder, ".upykit-lock");
});

async function installOne(): Promise<string> {
  const target = directoryTarget(folder);
  await applyPlan(await planInstall(resolution, target, { fetch }), target, { fetch });
  return readFile(join(folder, "lib/one.py"), "utf8");
}

async function lockAs(holder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await symlink(holder, lock);
}

const isBusy = { code: "link-busy", message: expect.stringContaining("is changing") as string };

test("a process that lives keeps others out, also from recovering; one that died does not", async () => {
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  onTestFinished(() => void other.kill());
  await lockAs(`${other.pid}@${hostname()}`);
  await expect(installOne()).rejects.toMatchObject(isBusy);
  await expect(recover(directoryTarget(folder))).rejects.toMatchObject(isBusy);
  expect(await readdir(folder)).toEqual([".upykit-lock"]);
  other.kill("SIGKILL");
  await once(other, "exit");
  expect(await installOne()).toBe("x = 1\n");
  expect(await readdir(folder)).toEqual(["lib"]);
});

test("an install under way is not taken for an interrupted one", async () => {
  await mkdir(join(folder, "lib/.upykit-tx"), { recursive: true });
  const unlock = await directoryTarget(folder).fs.lock?.();
  await expect(planInstall(resolution, directoryTarget(folder), { fetch })).rejects.toMatchObject(isBusy);
  await unlock?.();
  const plan = planInstall(resolution, directoryTarget(folder), { fetch });
  await expect(plan).rejects.toMatchObject({ code: "interrupted-install" });
});

test("two targets of one process are two, also for one directory", async () => {
  const unlock = await directoryTarget(folder).fs.lock?.();
  await expect(installOne()).rejects.toMatchObject(isBusy);
  await unlock?.();
  expect(await installOne()).toBe("x = 1\n");
});

test("a process on another machine cannot be asked", async () => {
  await lockAs("1@elsewhere");
  await expect(installOne()).rejects.toMatchObject({
    ...isBusy,
    hint: expect.stringContaining(lock) as string,
  });
});

test.each(["", "nonsense"])("a lock file that says %j is not believed for long", async (text) => {
  await mkdir(folder);
  await writeFile(lock, text);
  await expect(installOne()).rejects.toMatchObject(isBusy);
  const { utimes } = await import("node:fs/promises");
  await utimes(lock, 0, 0);
  expect(await installOne()).toBe("x = 1\n");
});

test("nothing is left of a lock, and nothing to do needs none", async () => {
  await installOne();
  const unlock = await directoryTarget(folder).fs.lock?.();
  expect(await installOne()).toBe("x = 1\n");
  await unlock?.();
  await uninstall(directoryTarget(folder), ["one"]);
  expect(await readdir(folder)).toEqual([]);
});
