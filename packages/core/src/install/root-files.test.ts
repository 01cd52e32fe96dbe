// Files that a package.json puts into the root of the file system ("fs:"), through every stage and on every target.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applyPlan,
  formatLockfile,
  install,
  listInstalled,
  memoryTarget,
  parseLockfile,
  planInstall,
  resolve,
  type Target,
  uninstall,
  verify,
} from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { directoryTarget } from "@upykit/core/node";
import { createVirtualBoard } from "@upykit/core/testing";
import { expect, onTestFinished, test } from "vitest";
import { board, createFakeWeb } from "../../test/fake-web.js";
import { visibleFiles } from "./fixtures/packages.js";

const address = "https://x.example/package.json";
const urls = [
  ["model.py", "model.py"],
  ["fs:run.py", "run.py"],
  ["fs:data/weights.bin", "w.bin"],
];
const { fetch } = createFakeWeb({
  [address]: JSON.stringify({ urls }),
  "https://x.example/model.py": "answer = 42\n",
  "https://x.example/run.py": "from model import answer\nprint('run', answer)\n",
  "https://x.example/w.bin": "weights",
});
const files = ["/data/weights.bin", "/lib/model.py", "/run.py"];

/** Installs, looks at it, takes it away; the caller looks at what is left. */
async function thereAndBack(
  target: Target,
  afterwards: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const report = await install(target, [address], { fetch });
  expect([...report.written].sort()).toEqual(files);
  expect((await target.fs.stat(files)).every((entry) => entry?.type === "file")).toBe(true);
  expect((await verify(target)).ok).toBe(true);
  expect((await listInstalled(target)).packages[0]?.files.map(({ path }) => path)).toEqual([
    "/data/weights.bin",
    "/run.py",
    "model.py",
  ]);
  expect((await install(target, [address], { fetch })).written).toEqual([]);
  await target.fs.writeFiles([{ path: "/data/weights.bin", content: new Uint8Array(3) }]);
  expect((await verify(target)).problems).toMatchObject([{ path: "/data/weights.bin", type: "changed" }]);
  const again = await install(target, [address], { fetch, onConflict: "overwrite" });
  expect(again.written).toEqual(["/data/weights.bin"]);
  await afterwards();
  const removed = (await uninstall(target, [address])).removed;
  expect([...removed].sort()).toEqual(files);
}

test("in memory", async () => {
  const target = memoryTarget({ files: { "/main.py": "mine" } });
  await thereAndBack(target);
  expect([...target.snapshot().keys()]).toEqual(["/main.py"]);
});

test("in a directory", async () => {
  const folder = await mkdtemp(join(tmpdir(), "upykit-root-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await thereAndBack(directoryTarget(folder));
  expect(await readdir(folder)).toEqual([]);
});

test("on a board, where they run and are imported", { timeout: 60_000 }, async () => {
  await using virtual = await createVirtualBoard();
  await using connected = await connectBoard(virtual.transport());
  const before = await virtual.fs.snapshot();
  await thereAndBack(connected.target(), async () => {
    expect((await connected.exec("import run")).trim()).toBe("run 42");
    await connected.exec("import sys; del sys.modules['run'], sys.modules['model']");
  });
  expect(await virtual.fs.snapshot()).toEqual(before);
});

test("the lockfile has them with a slash, and installs them", async () => {
  const text = formatLockfile(await resolve([address], { fetch, environment: board }));
  expect(text).toContain('"path": "/data/weights.bin"');
  const target = memoryTarget();
  await applyPlan(await planInstall(parseLockfile(text), target, { fetch }), target, { fetch });
  expect(Object.keys(visibleFiles(target.snapshot()))).toEqual(files);
});

test("where the install root is the root itself, they are beside the modules", async () => {
  const target = memoryTarget();
  const plan = await planInstall(await resolve([address], { fetch, environment: board }), target, {
    fetch,
    root: "/",
  });
  expect(plan.files.map(({ path }) => path)).toEqual(["data/weights.bin", "model.py", "run.py"]);
  await applyPlan(plan, target, { fetch });
  expect(Object.keys(visibleFiles(target.snapshot()))).toEqual(["/data/weights.bin", "/model.py", "/run.py"]);
});

test("a file that the user has there is not touched", async () => {
  const target = memoryTarget({ files: { "/run.py": "mine" } });
  await expect(install(target, [address], { fetch })).rejects.toMatchObject({ code: "conflict" });
  expect(visibleFiles(target.snapshot())).toEqual({ "/run.py": "mine" });
});

test("one path in two ways is one file, and upykit's own names stay its own", async () => {
  const pages = (first: string) => ({
    [address]: JSON.stringify({
      urls: [
        [first, "a"],
        ["fs:x/y.py", "b"],
      ],
    }),
    "https://x.example/a": "a",
    "https://x.example/b": "b",
  });
  const resolved = await resolve([address], { ...createFakeWeb(pages("y.py")), environment: board });
  const plan = await planInstall(resolved, memoryTarget(), { ...createFakeWeb(pages("y.py")), root: "/x" });
  expect(plan.conflicts).toMatchObject([{ path: "y.py", type: "two-packages" }]);
  const own = createFakeWeb(pages("fs:.upykit-tx/journal"));
  await expect(install(memoryTarget(), [address], own)).rejects.toMatchObject({ code: "invalid-path" });
});
