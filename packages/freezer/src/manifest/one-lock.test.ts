// One lockfile for installing, for freezing and for a ROMFS image: everywhere the same files.
import {
  applyPlan,
  formatLockfile,
  memoryTarget,
  mipIndex,
  parseLockfile,
  planInstall,
  resolve,
} from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { evaluateManifest, lockedPackages, memoryFileSystem, readManifestFiles } from "@upykit/core/manifest";
import { createVirtualBoard } from "@upykit/core/testing";
import { freezeManifest, planRomfs, readRomfs } from "@upykit/freezer";
import { expect, it } from "vitest";
import { indexUrl, serveGoldenIndex } from "../fixtures/served-index.js";

const sorted = (files: Iterable<readonly [string, Uint8Array]>) =>
  [...files].sort(([a], [b]) => (a < b ? -1 : 1));

it.each([true, false])("one lock is installed, frozen and put into a ROMFS (mpy: %s)", async (mpy) => {
  const { fetch } = await serveGoldenIndex();
  const environment = await memoryTarget().environment();
  const sources = [mipIndex({ url: indexUrl })];
  const resolved = await resolve(["greenhouse", "tinyjson"], { sources, fetch, environment, mpy });
  const lock = parseLockfile(formatLockfile(resolved));
  // An index gives the files of what a package requires with it: tinyjson.py is in two of its packages.
  const paths = [...new Set(lock.packages.flatMap(({ files }) => files.map(({ path }) => path)))].sort();
  expect(paths.length).toBeGreaterThan(4);

  const target = memoryTarget();
  await applyPlan(await planInstall(lock, target, { fetch }), target, { fetch });
  const snapshot = target.snapshot();
  const installed = sorted(paths.map((path) => [path, snapshot.get(`/lib/${path}`) ?? new Uint8Array()]));

  const fileSystem = memoryFileSystem({ "/manifest.py": 'require("greenhouse")\nrequire("tinyjson")\n' });
  const options = { fileSystem, packages: lockedPackages(lock, { fetch }) };
  const contents = await readManifestFiles(await evaluateManifest("/manifest.py", options), options);
  expect(sorted(contents.map(({ path, content }) => [path, content]))).toEqual(installed);
  const { modules } = await freezeManifest("/manifest.py", options);
  expect([...modules].sort()).toEqual(paths.map((path) => path.replace(/\.mpy$/, ".py")));

  const { image } = await planRomfs(lock, { fetch, environment, compile: false, directory: "" });
  const inImage = readRomfs(image).entries.flatMap((entry): [string, Uint8Array][] =>
    "content" in entry ? [[entry.path, entry.content]] : [],
  );
  expect(sorted(inImage)).toEqual(installed);
});

it("and a real MicroPython imports what was installed from it", async () => {
  const { fetch } = await serveGoldenIndex();
  await using virtual = await createVirtualBoard();
  await using board = await connectBoard(virtual.transport());
  const target = board.target();
  const environment = await target.environment();
  const sources = [mipIndex({ url: indexUrl })];
  const lock = parseLockfile(formatLockfile(await resolve(["tinyjson"], { sources, fetch, environment })));
  await applyPlan(await planInstall(lock, target, { fetch }), target, { fetch });
  await board.exec("import tinyjson");
  expect(await board.evaluate("tinyjson.__version__")).toBe("2.0.0");
});
