import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPlan, isUpyError, planInstall, type Target, uninstall, verify } from "@upykit/core";
import { directoryTarget } from "@upykit/core/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolutionOf, toBytes } from "../install/fixtures/packages.js";

const packages = resolutionOf({ one: { files: { "one/__init__.py": "x = 1\n", "two.py": "y = 2\n" } } });

let outside = "";
let root = "";
let target: Target;

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), "upykit-dir-"));
  root = join(outside, "root");
  target = directoryTarget(root);
});

afterEach(() => rm(outside, { recursive: true, force: true }));

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isUpyError(error)) return error.code;
    throw error;
  }
  return "none";
}

async function installOne(): Promise<void> {
  const { resolution, fetch } = packages;
  await applyPlan(await planInstall(resolution, target, { fetch }), target, { fetch });
}

describe("directoryTarget", () => {
  it("takes an install, and gives the directory back as it was", async () => {
    await mkdir(root);
    await installOne();
    expect(await readFile(join(root, "lib/one/__init__.py"), "utf8")).toBe("x = 1\n");
    expect((await readdir(root, { recursive: true })).sort()).toEqual([
      "lib",
      "lib/.upykit",
      "lib/.upykit/record.json",
      "lib/one",
      "lib/one/__init__.py",
      "lib/two.py",
    ]);
    expect((await verify(target)).ok).toBe(true);
    await uninstall(target, ["one"]);
    expect(await readdir(root)).toEqual([]);
  });

  it("is made with the first write", async () => {
    expect(await target.fs.walk("/")).toEqual([]);
    await target.fs.writeFiles([{ path: "/a/b.txt", content: toBytes("b") }]);
    expect(await target.fs.walk("/")).toEqual([
      { path: "/a", type: "directory", size: 0 },
      { path: "/a/b.txt", type: "file", size: 1 },
    ]);
  });

  it("answers as other targets do", async () => {
    const { fs } = target;
    await fs.writeFiles([
      { path: "/a.txt", content: toBytes("a") },
      { path: "/d/b.txt", content: toBytes("bb") },
    ]);
    expect(await fs.list("/")).toEqual([
      { path: "/a.txt", type: "file", size: 1 },
      { path: "/d", type: "directory", size: 0 },
    ]);
    expect(await fs.stat(["/a.txt", "/d", "/none", "/a.txt/x"])).toEqual([
      { path: "/a.txt", type: "file", size: 1 },
      { path: "/d", type: "directory", size: 0 },
      null,
      null,
    ]);
    const [hash, ...nothing] = await fs.hashFiles(["/a.txt", "/d", "/none"]);
    expect(hash).toBe("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
    expect(nothing).toEqual([null, null]);
    expect(await codeOf(fs.list("/none"))).toBe("file-not-found");
    expect(await codeOf(fs.list("/a.txt"))).toBe("not-directory");
    expect(await codeOf(fs.readFile("/none"))).toBe("file-not-found");
    expect(await codeOf(fs.readFile("/d"))).toBe("is-directory");
    expect(await codeOf(fs.writeFiles([{ path: "/d", content: toBytes("") }]))).toBe("is-directory");
    expect(await codeOf(fs.writeFiles([{ path: "/a.txt/x", content: toBytes("") }]))).toBe("not-directory");
    const space = await fs.space("/not/yet");
    expect(space?.free).toBeGreaterThan(0);
    expect(space?.blockSize).toBeGreaterThan(0);
  });

  it("repeats changes without complaint", async () => {
    const { fs } = target;
    await fs.writeFiles([{ path: "/a.txt", content: toBytes("a") }]);
    const changes = [
      { type: "mkdir", path: "/d/e" },
      { type: "rename", from: "/a.txt", to: "/d/b.txt" },
      { type: "remove", path: "/none" },
      { type: "rmdir", path: "/none" },
      { type: "rmdir", path: "/d" },
    ] as const;
    await fs.change(changes);
    await fs.change(changes);
    expect((await fs.walk("/")).map((entry) => entry.path)).toEqual(["/d", "/d/b.txt", "/d/e"]);
    expect(await codeOf(fs.change([{ type: "remove", path: "/d" }]))).toBe("is-directory");
    expect(await codeOf(fs.change([{ type: "rename", from: "/none", to: "/none2" }]))).toBe("file-not-found");
  });

  it("never leaves its directory", async () => {
    await mkdir(root);
    await writeFile(join(outside, "secret.txt"), "secret");
    await symlink(outside, join(root, "link"));
    await symlink(join(outside, "secret.txt"), join(root, "file"));
    await symlink("nowhere", join(root, "broken"));
    const { fs } = target;
    const bad = ["/../secret.txt", "/a/../../secret.txt", "secret.txt", "/a\0b", "/./a"];
    for (const path of [...bad, "/link/secret.txt", "/link/new.txt"]) {
      expect(await codeOf(fs.readFile(path)), path).toBe("invalid-path");
      expect(await codeOf(fs.stat([path])), path).toBe("invalid-path");
      expect(await codeOf(fs.writeFiles([{ path, content: toBytes("x") }])), path).toBe("invalid-path");
      expect(await codeOf(fs.change([{ type: "remove", path }])), path).toBe("invalid-path");
      expect(await codeOf(fs.change([{ type: "mkdir", path: `${path}/d` }])), path).toBe("invalid-path");
      expect(await codeOf(fs.change([{ type: "rename", from: "/broken", to: path }])), path).toBe(
        "invalid-path",
      );
    }
    expect(await codeOf(fs.readFile("/file"))).toBe("invalid-path");
    expect((await fs.walk("/")).map((entry) => entry.path)).toEqual([]);
    await fs.writeFiles([{ path: "/file", content: toBytes("replaced the link") }]);
    expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret");
    expect((await readdir(outside)).sort()).toEqual(["root", "secret.txt"]);
  });

  it("refuses an install through a link that leads out", async () => {
    await mkdir(root);
    await symlink(outside, join(root, "lib"));
    const { resolution, fetch } = packages;
    expect(await codeOf(planInstall(resolution, target, { fetch }))).toBe("invalid-path");
    expect((await readdir(outside)).sort()).toEqual(["root"]);
  });

  it("takes long names", async () => {
    const path = `/${"n".repeat(255)}`;
    await target.fs.writeFiles([{ path, content: toBytes("x") }]);
    expect(await target.fs.stat([path])).toEqual([{ path, type: "file", size: 1 }]);
    expect(await codeOf(target.fs.writeFiles([{ path: `${path}n`, content: toBytes("x") }]))).not.toBe(
      "none",
    );
  });

  it("stops at an aborted signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(target.fs.writeFiles([{ path: "/a", content: toBytes("a") }], { signal })).rejects.toThrow(
      "enough",
    );
    await expect(target.fs.walk("/", { signal })).rejects.toThrow("enough");
  });
});
