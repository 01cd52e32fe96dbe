// The drive on a real FAT file system where the machine can mount one, and what does not need one in a directory.

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPlan, isUpyError, planInstall, type Target, uninstall, verify } from "@upykit/core";
import { parseBoards } from "@upykit/core/circuitpython";
import { applyFix, explainImports, planFix } from "@upykit/core/imports";
import { circuitPythonDrive, findCircuitPythonDrives, preventHostDroppings } from "@upykit/core/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { resolutionOf, toBytes } from "../../install/fixtures/packages.js";
import { type FatVolume, fatOrSkip } from "../fixtures/fat-volume.js";

const bootOut =
  "Adafruit CircuitPython 9.2.8 on 2025-05-28; Adafruit PyPortal with samd51j20\r\nBoard ID:pyportal\r\n";
const packages = resolutionOf({
  one: { files: { "one/__init__.py": "x = 1\n", "one/long_name_of_a_module.py": "y = 2\n" } },
  two: { files: { "two.py": "z = 3\n".repeat(500) } },
});

async function failureOf(work: Promise<unknown>): Promise<{ code: string; hint: string | undefined }> {
  try {
    await work;
  } catch (error) {
    if (isUpyError(error)) return { code: error.code, hint: error.hint };
    throw error;
  }
  return { code: "none", hint: undefined };
}

async function installAll(target: Target): Promise<void> {
  const { resolution, fetch } = packages;
  await applyPlan(await planInstall(resolution, target, { fetch }), target, { fetch });
}

describe("a drive in a directory", () => {
  let root = "";
  let target: Target;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "upykit-drive-"));
    await writeFile(join(root, "boot_out.txt"), bootOut);
    target = circuitPythonDrive(root);
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it("says what runs on the board", async () => {
    expect(await target.environment()).toMatchObject({
      implementation: "circuitpython",
      version: "9.2.8",
      mpy: { version: 6 },
      sysPath: ["", "/", ".frozen", "/lib"],
      boardId: "pyportal",
      frozenModules: null,
    });
    const list = await readFile(new URL("../../circuitpython/fixtures/boards.json", import.meta.url));
    const known = circuitPythonDrive(root, { boards: parseBoards(list), environment: { heapFree: 1000 } });
    const environment = await known.environment();
    expect(environment.frozenModules).toContain("adafruit_esp32spi");
    expect(environment.heapFree).toBe(1000);
  });

  it("wants a version where boot_out.txt does not say it", async () => {
    await rm(join(root, "boot_out.txt"));
    expect(await failureOf(target.environment())).toMatchObject({ code: "unsupported" });
    const given = circuitPythonDrive(root, { version: "8.2.10", boardId: "pygamer" });
    expect(await given.environment()).toMatchObject({
      version: "8.2.10",
      mpy: { version: 5 },
      boardId: "pygamer",
    });
  });

  it("does not show what systems keep on drives, and clears away what computers leave beside files", async () => {
    for (const name of [
      ".Trashes",
      "._code.py",
      "System Volume Information/x",
      ".fseventsd/no_log",
      "lib/._a.py",
      "lib/.DS_Store",
      "lib/a.py",
    ]) {
      await mkdir(join(root, name, ".."), { recursive: true });
      await writeFile(join(root, name), "x = 1");
    }
    const dropped = ["/._code.py", "/lib/.DS_Store", "/lib/._a.py"];
    const rest = ["/boot_out.txt", "/lib", "/lib/a.py"];
    const walked = async () => (await target.fs.walk("/")).map((entry) => entry.path);
    expect(await walked()).toEqual([...dropped, ...rest].sort());
    const { findings } = await explainImports(target);
    const found = findings.find(({ code }) => code === "dropping");
    expect(found?.files).toEqual(dropped);
    await applyFix(await planFix(found?.fixes[0] ?? [], target), target);
    expect(await walked()).toEqual(rest);
    expect(await readdir(join(root, ".fseventsd"))).toEqual(["no_log"]);
  });

  it("keeps computers from leaving them", async () => {
    expect(await preventHostDroppings(target)).toHaveLength(4);
    expect(await preventHostDroppings(target)).toEqual([]);
    expect(await readdir(join(root, ".fseventsd"))).toEqual(["no_log"]);
  });

  it.each([
    "/a:b.py",
    "/a?.py",
    "/lib/a.",
    "/lib /a.py",
    '/"',
    "/a\\b",
    "/a\u0001",
    `/${"n".repeat(256)}`,
    "a.py",
    "/../a",
  ])("refuses the name %j", async (path) => {
    expect(await failureOf(target.fs.writeFiles([{ path, content: toBytes("x") }]))).toMatchObject({
      code: "invalid-path",
    });
    expect(await readdir(root)).toEqual(["boot_out.txt"]);
  });

  it("refuses names that are one file on FAT before it writes", async () => {
    const files = ["/Code.py", "/code.py"].map((path) => ({ path, content: toBytes(path) }));
    expect(await failureOf(target.fs.writeFiles(files))).toMatchObject({ code: "conflict" });
    expect(await readdir(root)).toEqual(["boot_out.txt"]);
  });

  it("is not made where none is mounted", async () => {
    const nowhere = circuitPythonDrive(join(root, "not/mounted"));
    expect(await failureOf(nowhere.fs.writeFiles([{ path: "/a", content: toBytes("a") }]))).toMatchObject({
      code: "file-not-found",
      hint: expect.stringContaining("findCircuitPythonDrives") as string,
    });
    expect(await readdir(root)).toEqual(["boot_out.txt"]);
  });

  it("is lost when its mount point goes", async () => {
    await target.fs.list("/");
    await rm(root, { recursive: true });
    expect(await failureOf(target.fs.writeFiles([{ path: "/a/b", content: toBytes("a") }]))).toMatchObject({
      code: "link-lost",
    });
    expect(await failureOf(target.fs.change([{ type: "mkdir", path: "/x" }]))).toMatchObject({
      code: "link-lost",
    });
    await expect(readdir(root)).rejects.toThrow("ENOENT");
  });

  it("moves a file by copying it, again and again", async () => {
    const { fs } = target;
    await fs.writeFiles([
      { path: "/.upykit-tx/0", content: toBytes("new") },
      { path: "/a.py", content: toBytes("old, and longer") },
    ]);
    const move = [{ type: "rename", from: "/.upykit-tx/0", to: "/a.py" }] as const;
    await fs.change(move);
    expect(await readFile(join(root, "a.py"), "utf8")).toBe("new");
    await fs.change(move);
    expect(await failureOf(fs.change([{ type: "rename", from: "/none", to: "/b" }]))).toMatchObject({
      code: "file-not-found",
    });
    await fs.change([{ type: "rename", from: "/a.py", to: "/A.py" }]);
    expect(await readFile(join(root, "A.py"), "utf8")).toBe("new");
  });
});

const volume = fatOrSkip(256);
describe.skipIf(volume === null)("a drive on FAT", { timeout: 60_000 }, () => {
  let empty: FatVolume;
  let now: FatVolume;
  let target: Target;

  beforeAll(async () => {
    if (volume === null) throw new Error("no FAT file system can be mounted");
    empty = volume;
    await writeFile(join(empty.path, "boot_out.txt"), bootOut);
    await writeFile(join(empty.path, "code.py"), "import one\n");
  });

  afterAll(() => {
    empty.unmount();
  });

  beforeEach(() => {
    now = empty.copy();
    target = circuitPythonDrive(now.path);
  });

  afterEach(() => {
    now.unmount();
  });

  const filesOf = (image: string) =>
    execFileSync("mdir", ["-/", "-b", "-a", "-i", image, "::"], { encoding: "utf8" })
      .trim()
      .split("\n")
      .sort();

  it("takes an install, and gives it back", async () => {
    const before = filesOf(now.image);
    await installAll(target);
    expect(await verify(target)).toMatchObject({ ok: true });
    expect(filesOf(now.image)).toEqual(
      [
        ...before,
        "::/lib/",
        "::/lib/.upykit/",
        "::/lib/.upykit/record.json",
        "::/lib/one/",
        "::/lib/one/__init__.py",
        "::/lib/one/long_name_of_a_module.py",
        "::/lib/two.py",
      ].sort(),
    );
    expect(now.check()).toBe("");
    await uninstall(target, ["one", "two"]);
    expect(filesOf(now.image)).toEqual(before);
    expect(now.check()).toBe("");
  });

  it("is found by what is on it", async () => {
    const found = await findCircuitPythonDrives();
    expect(found.find((drive) => drive.path === now.path)).toMatchObject({
      readOnly: false,
      bootOut: { boardId: "pyportal" },
    });
  });

  it("counts space in clusters", async () => {
    const space = await target.fs.space("/");
    const { free = 0, blockSize = 0, total = 0 } = space ?? {};
    expect(blockSize).toBeGreaterThanOrEqual(512);
    expect(total).toBeGreaterThan(200 * 1024);
    await target.fs.writeFiles([1, 2, 3].map((name) => ({ path: `/${name}`, content: toBytes("x") })));
    expect((await target.fs.space("/"))?.free).toBe(free - 3 * blockSize);
  });

  it("writes nothing when not all fits", async () => {
    const { free = 0 } = (await target.fs.space("/")) ?? {};
    const before = filesOf(now.image);
    const half = new Uint8Array(Math.ceil(free / 2) + 1);
    const files = ["/a.bin", "/b.bin"].map((path) => ({ path, content: half }));
    expect(await failureOf(target.fs.writeFiles(files))).toMatchObject({ code: "no-space" });
    expect(filesOf(now.image)).toEqual(before);
  });

  it("moves a file where there is no room to copy it", async () => {
    const { free = 0, blockSize = 512 } = (await target.fs.space("/")) ?? {};
    const most = new Uint8Array(free - 4 * blockSize).fill(7);
    await target.fs.writeFiles([{ path: "/.upykit-tx/0", content: most }]);
    await target.fs.change([{ type: "rename", from: "/.upykit-tx/0", to: "/big.bin" }]);
    expect(await target.fs.readFile("/big.bin")).toEqual(most);
    expect(now.check()).toBe("");
  });

  it("cannot be written when it is mounted read-only", async () => {
    const locked = now.copy("ro");
    try {
      const drive = circuitPythonDrive(locked.path);
      expect(await drive.fs.space("/")).toMatchObject({ readOnly: true });
      expect(await failureOf(drive.fs.writeFiles([{ path: "/a", content: toBytes("a") }]))).toMatchObject({
        code: "read-only",
        hint: expect.stringContaining("boot.py") as string,
      });
      expect(await failureOf(installAll(drive))).toMatchObject({ code: "read-only" });
    } finally {
      locked.unmount();
    }
  });

  it("is lost when it is taken away between two files", async () => {
    const gone = now.copy();
    const drive = circuitPythonDrive(gone.path);
    const files = ["/a", "/b"].map((path) => ({ path, content: toBytes(path) }));
    const onProgress = () => execFileSync("umount", ["-l", gone.path]);
    expect(await failureOf(drive.fs.writeFiles(files, { onProgress }))).toMatchObject({ code: "link-lost" });
    expect(await readdir(gone.path)).toEqual([]);
    await rm(join(gone.path, ".."), { recursive: true });
  });
});
