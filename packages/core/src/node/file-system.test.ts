import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { evaluateManifest } from "@upykit/core/manifest";
import { nodeFileSystem, toPosixPath } from "@upykit/core/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let folder = "";
beforeEach(async () => {
  folder = toPosixPath(await mkdtemp(join(tmpdir(), "upykit-files ")));
  const files = { "in/b.py": "bb", "in/a.py": "", "in/deep/c.py": "", "out/secret.py": "s", "in.py": "" };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (path: string): string => `${folder}/${path}`;

test("lists by name, and as the disk has it", async () => {
  const byName = await nodeFileSystem(at("in")).list(at("in"));
  expect(byName).toEqual([
    { path: at("in/a.py"), type: "file" },
    { path: at("in/b.py"), type: "file" },
    { path: at("in/deep"), type: "directory" },
  ]);
  const asIs = await nodeFileSystem(at("in"), { order: "disk" }).list(at("in"));
  expect(asIs).toHaveLength(3);
  expect(asIs).toEqual(expect.arrayContaining([...byName]));
});

test("says what is where, and reads", async () => {
  const files = nodeFileSystem(at("in"));
  const found = await files.stat([at("in/b.py"), at("in"), at("in/none.py"), at("in/b.py/x")]);
  expect(found).toEqual([
    { path: at("in/b.py"), type: "file", size: 2 },
    { path: at("in"), type: "directory", size: 0 },
    null,
    null,
  ]);
  expect(await files.readFile(at("in/b.py"))).toEqual(new Uint8Array([98, 98]));
  await expect(files.readFile(at("in/none.py"))).rejects.toMatchObject({ code: "file-not-found" });
  await expect(files.readFile(at("in/deep"))).rejects.toMatchObject({ code: "is-directory" });
  await expect(files.list(at("in/a.py"))).rejects.toMatchObject({ code: "not-directory" });
});

test.each([1, 65_535, 65_536, 65_537, 300_000])("reads a file of %i bytes", async (size) => {
  const content = Uint8Array.from({ length: size }, (_, at) => (at * 31) >> 5);
  await writeFile(at("in/large.py"), content);
  const files = nodeFileSystem(at("in"));
  const read = await files.readFile(at("in/large.py"));
  await files.readFile(at("in/b.py"));
  expect(read).toEqual(content);
});

test.skipIf(process.platform === "win32")(
  "neither waits for a pipe nor reads a device for ever",
  async () => {
    execFileSync("mkfifo", [at("in/pipe.py")]);
    await expect(nodeFileSystem(at("in")).readFile(at("in/pipe.py"))).rejects.toMatchObject({
      code: "invalid-path",
      hint: "Put a plain file there.",
    });
    await expect(nodeFileSystem("/dev").readFile("/dev/zero")).rejects.toMatchObject({
      code: "invalid-path",
    });
  },
);

describe("what is outside stays outside", () => {
  test.each([
    "out/secret.py",
    "in/../out/secret.py",
    "in.py",
    "",
    "in/deep/../../out",
    "in/./a.py",
    "in/..",
    "in/deep/..",
  ])("%j", async (path) => {
    const files = nodeFileSystem(at("in"));
    for (const known of ["nothing", "in", "in/deep"]) {
      if (known !== "nothing") await files.list(at(known));
      await expect(files.readFile(at(path))).rejects.toMatchObject({ code: "invalid-path" });
      await expect(files.stat([at(path)])).rejects.toMatchObject({ code: "invalid-path" });
    }
    await expect(files.readFile("in/a.py")).rejects.toMatchObject({ code: "invalid-path" });
  });

  test("links that lead out, to a file and to a folder, are refused; those that stay are followed", async () => {
    await symlink(at("out/secret.py"), at("in/link.py"));
    await symlink(at("out"), at("in/linked"));
    await symlink(at("in/deep"), at("in/inner"));
    await symlink(at("gone"), at("in/broken.py"));
    const files = nodeFileSystem(at("in"));
    await expect(files.readFile(at("in/link.py"))).rejects.toMatchObject({ code: "invalid-path" });
    await expect(files.readFile(at("in/linked/secret.py"))).rejects.toMatchObject({ code: "invalid-path" });
    await expect(files.list(at("in/linked"))).rejects.toMatchObject({ code: "invalid-path" });
    expect(await files.list(at("in/inner"))).toEqual([{ path: at("in/inner/c.py"), type: "file" }]);
    expect(await files.stat([at("in/broken.py")])).toEqual([null]);
    const links = (await files.list(at("in"))).filter(({ link }) => link === true);
    expect(links.map(({ path, type }) => [path, type])).toEqual([
      [at("in/broken.py"), "file"],
      [at("in/inner"), "directory"],
      [at("in/link.py"), "file"],
      [at("in/linked"), "directory"],
    ]);
  });

  test("a manifest is told its line", async () => {
    await symlink(at("out"), at("in/linked"));
    await writeFile(at("in/manifest.py"), '\npackage("linked")\n');
    const evaluated = evaluateManifest(at("in/manifest.py"), { fileSystem: nodeFileSystem(at("in")) });
    await expect(evaluated).rejects.toMatchObject({
      code: "invalid-path",
      line: 2,
      file: at("in/manifest.py"),
    });
  });
});

test("a loop of links ends", async () => {
  await symlink(at("in"), at("in/deep/up"));
  await writeFile(at("in/manifest.py"), 'freeze(".")\n');
  const evaluated = evaluateManifest(at("in/manifest.py"), { fileSystem: nodeFileSystem(at("in")) });
  await expect(evaluated).rejects.toMatchObject({ code: "too-large", line: 1 });
});
