import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { mipIndex, resolve, type Resolution } from "@upykit/core";
import { localPackages } from "@upykit/core/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { board, createFakeWeb, indexPages } from "../../test/fake-web.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "upykit-manifest "));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const versions = { "1.0.0": { files: { "dep.mpy": "one" } }, "2.0.0": { files: { "dep.mpy": "two" } } };
const { fetch } = createFakeWeb(indexPages("https://micropython.org/pi/v2", { dep: versions }));
const find = (requirement: string): Promise<Resolution> =>
  resolve([requirement], {
    environment: board,
    fetch,
    sources: [localPackages({ base: folder }), mipIndex()],
  });

test("a folder with a manifest.py: its files, its version, and what it requires from the index", async () => {
  await write({
    "app/manifest.py":
      'metadata(version="0.4")\nrequire("dep", version="1.0.0")\npackage("app")\nmodule("shared.py", base_path="../common")\n',
    "app/app/__init__.py": "",
    "app/app/core.py": "x = 1",
    "app/tests/test_app.py": "",
    "common/shared.py": "y = 2",
  });
  const { packages } = await find("./app");
  expect(packages.map(({ name, version }) => [name, version])).toEqual([
    ["./app", "0.4"],
    ["dep", "1.0.0"],
  ]);
  expect(packages[0]?.dependencies).toEqual(["dep"]);
  expect(packages[0]?.files.map(({ path, size }) => [path, size])).toEqual([
    ["app/__init__.py", 0],
    ["app/core.py", 5],
    ["shared.py", 5],
  ]);
});

test("a library of its own is taken from the folder", async () => {
  await write({
    "app/manifest.py": 'add_library("mine", "libs")\nrequire("one", library="mine")\n',
    "app/libs/one/manifest.py": 'metadata(version="1")\nmodule("one.py")\n',
    "app/libs/one/one.py": "",
  });
  const { packages } = await find("./app");
  expect(packages.map(({ files }) => files.map(({ path }) => path))).toEqual([["one.py"]]);
});

test.each([
  ['module("../../../outside.py")', "invalid-path"],
  ['freeze("/etc")', "invalid-path"],
  ['require("dep", version="9")', "version-conflict"],
  ['require("dep", version="?")', "invalid-requirement"],
  ['c_module("native")', "unsupported"],
  ['module("gone.py")', "file-not-found"],
])("%s is refused with %s", async (manifest, code) => {
  await write({ "app/manifest.py": manifest, "app/native/micropython.mk": "" });
  await expect(find("./app")).rejects.toMatchObject({ code });
});
