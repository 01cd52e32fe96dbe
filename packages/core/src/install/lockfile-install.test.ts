// From a lockfile to files on a target: no index is asked, a changed byte upstream is told, and a cache is enough.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  adopt,
  applyPlan,
  formatLockfile,
  install,
  listInstalled,
  type MemoryTarget,
  memoryTarget,
  parseLockfile,
  planInstall,
  resolve,
  verify,
} from "@upykit/core";
import { createDiskCache } from "@upykit/core/node";
import { expect, onTestFinished, test } from "vitest";
import { board, createFakeWeb, indexPages } from "../../test/fake-web.js";
import { visibleFiles } from "./fixtures/packages.js";

const official = "https://micropython.org/pi/v2";
const pages = indexPages(official, {
  app: { "1": { files: { "app/__init__.py": "app", "app/extra.py": "extra" }, deps: [["lib", ""]] } },
  lib: { "1": { files: { "lib.py": "lib" } } },
});
const files = { "/lib/app/__init__.py": "app", "/lib/app/extra.py": "extra", "/lib/lib.py": "lib" };

async function locked(): Promise<string> {
  return formatLockfile(await resolve(["app"], { environment: board, fetch: createFakeWeb(pages).fetch }));
}

async function installLocked(
  lockfile: string,
  target: MemoryTarget,
  options: Parameters<typeof planInstall>[2],
): Promise<void> {
  await applyPlan(await planInstall(parseLockfile(lockfile), target, options), target, options);
}

test("needs the files and nothing of the index", async () => {
  const web = createFakeWeb(pages);
  const target = memoryTarget();
  await installLocked(await locked(), target, { fetch: web.fetch });
  expect(visibleFiles(target.snapshot())).toEqual(files);
  expect(web.requests).toHaveLength(3);
  for (const url of web.requests) expect(url).toMatch(/\/file\/[0-9a-f]{2}\/[0-9a-f]{8}$/);
});

test("tells the file of which a byte changed upstream, and touches nothing", async () => {
  const lockfile = await locked();
  const extra = parseLockfile(lockfile)
    .packages.flatMap((one) => one.files)
    .find((file) => file.path === "app/extra.py");
  const web = createFakeWeb({ ...pages, [extra?.url ?? ""]: "extrA" });
  const target = memoryTarget({ files: { "/main.py": "mine" } });
  await expect(installLocked(lockfile, target, { fetch: web.fetch })).rejects.toMatchObject({
    code: "hash-mismatch",
    message: expect.stringContaining("app/extra.py") as string,
  });
  expect([...target.snapshot().keys()]).toEqual(["/main.py"]);
});

test("is done offline with what a disk cache kept, and told what that lacks", async () => {
  const folder = await mkdtemp(join(tmpdir(), "upykit-offline-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lockfile = await locked();
  const offline = { cache: createDiskCache(folder), offline: true, fetch: createFakeWeb({}).fetch };
  await expect(installLocked(lockfile, memoryTarget(), offline)).rejects.toMatchObject({ code: "offline" });
  await installLocked(lockfile, memoryTarget(), {
    cache: createDiskCache(folder),
    fetch: createFakeWeb(pages).fetch,
  });
  const target = memoryTarget();
  await installLocked(lockfile, target, offline);
  expect(visibleFiles(target.snapshot())).toEqual(files);
});

test("files that were copied by hand are adopted by what an index says of them", async () => {
  const target = memoryTarget({ files: { ...files, "/lib/mine.py": "mine" }, environment: board });
  const { fetch } = createFakeWeb(pages);
  const resolution = await resolve(["app"], { environment: board, fetch });
  expect((await adopt(target, resolution)).adoptedPackages).toEqual(["app", "lib"]);
  expect(await verify(target)).toMatchObject({ ok: true, unknown: ["/lib/mine.py"] });
  expect((await install(target, ["app"], { fetch: createFakeWeb({}).fetch })).written).toEqual([]);
});

test("two installs at once on one target follow each other", async () => {
  const target = memoryTarget({ environment: board });
  const { fetch } = createFakeWeb(pages);
  await Promise.all([install(target, ["app"], { fetch }), install(target, ["lib"], { fetch })]);
  expect(visibleFiles(target.snapshot())).toEqual(files);
  expect((await verify(target)).ok).toBe(true);
  expect((await listInstalled(target)).roots.map((root) => root.package)).toEqual(["app", "lib"]);
});

test("of two plans made at once the second to be applied is refused, and the first is whole", async () => {
  const target = memoryTarget({ environment: board });
  const { fetch } = createFakeWeb(pages);
  const resolutions = await Promise.all(
    ["app", "lib"].map((name) => resolve([name], { environment: board, fetch })),
  );
  const plans = await Promise.all(resolutions.map((one) => planInstall(one, target, { fetch })));
  const [first, second] = await Promise.allSettled(plans.map((plan) => applyPlan(plan, target, { fetch })));
  expect(first?.status).toBe("fulfilled");
  expect(second).toMatchObject({ status: "rejected", reason: { code: "conflict" } });
  expect(visibleFiles(target.snapshot())).toEqual(files);
  expect((await verify(target)).ok).toBe(true);
});

test("an install that waits for its turn can be cancelled, and holds nobody up", async () => {
  const target = memoryTarget({ environment: board });
  const { fetch } = createFakeWeb(pages);
  const abort = new AbortController();
  const first = install(target, ["lib"], { fetch });
  const second = install(target, ["app"], { fetch, signal: abort.signal });
  const third = install(target, ["lib"], { fetch });
  abort.abort(new Error("enough"));
  await expect(second).rejects.toThrow("enough");
  expect((await first).written).toEqual(["/lib/lib.py"]);
  expect((await third).unchanged).toEqual(["/lib/lib.py"]);
});
