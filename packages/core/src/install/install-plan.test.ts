import {
  applyPlan,
  isUpyError,
  listInstalled,
  memoryTarget,
  planInstall,
  uninstall,
  verify,
} from "@upykit/core";
import { describe, expect, it } from "vitest";
import { installTo, mpyOf, resolutionOf, visibleFiles } from "./fixtures/packages.js";

const aiohttp = resolutionOf(
  {
    aiohttp: {
      version: "0.0.6",
      dependencies: ["url"],
      files: { "aiohttp/__init__.mpy": mpyOf("init"), "aiohttp/client.mpy": mpyOf("client") },
    },
    url: { files: { "url.py": "parse = 1\n" } },
  },
  ["aiohttp"],
);

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isUpyError(error)) return error.code;
    throw error;
  }
  return "none";
}

describe("planInstall and applyPlan", () => {
  it("install into an empty tree, and a second time write nothing", async () => {
    const target = memoryTarget();
    const report = await installTo(target, aiohttp);
    expect(report.written).toEqual(["/lib/aiohttp/__init__.mpy", "/lib/aiohttp/client.mpy", "/lib/url.py"]);
    expect([...target.snapshot().keys()].sort()).toEqual([
      "/lib",
      "/lib/.upykit",
      "/lib/.upykit/record.json",
      "/lib/aiohttp",
      "/lib/aiohttp/__init__.mpy",
      "/lib/aiohttp/client.mpy",
      "/lib/url.py",
    ]);
    const steps = target.steps;
    const again = await installTo(target, aiohttp);
    expect(again).toMatchObject({ written: [], bytesWritten: 0, removed: [] });
    expect(again.unchanged).toHaveLength(3);
    expect(target.steps).toBe(steps);
  });

  it("touch nothing while planning, and say it all", async () => {
    const target = memoryTarget({ freeSpace: 100_000, files: { "/lib/url.py": "mine\n" } });
    const before = target.snapshot();
    const plan = await planInstall(aiohttp.resolution, target, { fetch: aiohttp.fetch });
    expect(target.snapshot()).toEqual(before);
    expect(target.steps).toBe(0);
    expect(plan.files.map(({ path, action }) => [path, action])).toEqual([
      ["aiohttp/__init__.mpy", "new"],
      ["aiohttp/client.mpy", "new"],
      ["url.py", "changed"],
    ]);
    expect(plan.conflicts).toEqual([
      { path: "url.py", type: "user-file", packages: ["url"], owners: [], policy: "refuse" },
    ]);
    expect(plan.space?.freeAfter).toBeLessThan(100_000);
    expect(plan.packages).toEqual([
      { name: "aiohttp", version: "0.0.6", previousVersion: null, action: "install" },
      { name: "url", version: "1.0", previousVersion: null, action: "install" },
    ]);
    expect(await codeOf(applyPlan(plan, target, { fetch: aiohttp.fetch }))).toBe("conflict");
    expect(target.snapshot()).toEqual(before);
  });

  it("take few calls for a fresh install", async () => {
    const target = memoryTarget({ freeSpace: 100_000 });
    await installTo(target, aiohttp);
    expect(target.calls).toBeLessThanOrEqual(5);
  });

  it("overwrite or adopt what is in the way when told", async () => {
    const files = { "/lib/url.py": "mine\n" };
    const overwritten = memoryTarget({ files });
    await installTo(overwritten, aiohttp, { onConflict: "overwrite" });
    expect(visibleFiles(overwritten.snapshot())["/lib/url.py"]).toBe("parse = 1\n");

    const adopted = memoryTarget({ files });
    const report = await installTo(adopted, aiohttp, { onConflict: "adopt" });
    expect(report.adopted).toEqual(["/lib/url.py"]);
    expect(visibleFiles(adopted.snapshot())["/lib/url.py"]).toBe("mine\n");
    expect((await installTo(adopted, aiohttp)).written).toEqual([]);
    expect((await verify(adopted)).ok).toBe(true);
  });

  it("adopt identical files without being told", async () => {
    const target = memoryTarget({ files: { "/lib/url.py": "parse = 1\n" } });
    const report = await installTo(target, aiohttp);
    expect(report.adopted).toEqual(["/lib/url.py"]);
    expect(report.written).toHaveLength(2);
  });

  it("replace an older version, and take its files and lone dependencies away", async () => {
    const target = memoryTarget();
    await installTo(target, aiohttp);
    const newer = resolutionOf({
      aiohttp: { version: "0.1", files: { "aiohttp/__init__.mpy": mpyOf("new") } },
    });
    const report = await installTo(target, newer);
    expect(report.removed).toEqual(["/lib/aiohttp/client.mpy", "/lib/url.py"]);
    expect(Object.keys(visibleFiles(target.snapshot()))).toEqual(["/lib/aiohttp/__init__.mpy"]);
    expect((await listInstalled(target)).packages.map((one) => [one.name, one.version])).toEqual([
      ["aiohttp", "0.1"],
    ]);
  });

  it("keep what was installed before", async () => {
    const target = memoryTarget();
    await installTo(target, aiohttp);
    await installTo(target, resolutionOf({ other: { files: { "other.py": "x = 1\n" } } }));
    const installed = await listInstalled(target);
    expect(installed.packages.map((one) => one.name)).toEqual(["aiohttp", "other", "url"]);
    expect(installed.roots.map((root) => root.package)).toEqual(["aiohttp", "other"]);
  });

  it("leave a file that the user changed, restore one that is missing", async () => {
    const target = memoryTarget();
    await installTo(target, aiohttp);
    await target.fs.writeFiles([{ path: "/lib/url.py", content: new TextEncoder().encode("hacked\n") }]);
    await target.fs.change([{ type: "remove", path: "/lib/aiohttp/client.mpy" }]);
    const report = await installTo(target, aiohttp);
    expect(report).toMatchObject({ written: ["/lib/aiohttp/client.mpy"], kept: ["/lib/url.py"] });
    expect((await verify(target)).problems).toEqual([
      { path: "/lib/url.py", type: "changed", packages: ["url"] },
    ]);
    expect((await installTo(target, aiohttp, { onConflict: "overwrite" })).written).toEqual(["/lib/url.py"]);
    expect((await verify(target)).ok).toBe(true);
  });

  it("refuse to replace a file that the user changed, unless told", async () => {
    const target = memoryTarget();
    await installTo(target, aiohttp);
    await target.fs.writeFiles([{ path: "/lib/url.py", content: new TextEncoder().encode("hacked\n") }]);
    const newer = resolutionOf({ url: { version: "2", files: { "url.py": "parse = 2\n" } } });
    expect(await codeOf(installTo(target, newer))).toBe("conflict");
    await installTo(target, newer, { onConflict: "overwrite" });
    expect(visibleFiles(target.snapshot())["/lib/url.py"]).toBe("parse = 2\n");
  });

  it("refuse the file of another package, and share an identical one", async () => {
    const target = memoryTarget();
    await installTo(target, aiohttp);
    const rival = resolutionOf({ rival: { files: { "url.py": "other\n" } } });
    const plan = await planInstall(rival.resolution, target, { fetch: rival.fetch });
    expect(plan.conflicts[0]).toMatchObject({ type: "package-file", owners: ["url"] });
    const broken = target.clone();
    await broken.fs.change([{ type: "remove", path: "/lib/url.py" }]);
    const other = await planInstall(rival.resolution, broken, { fetch: rival.fetch });
    expect(other.conflicts).toEqual(plan.conflicts);

    const friend = resolutionOf({ friend: { files: { "url.py": "parse = 1\n" } } });
    expect((await installTo(target, friend)).written).toEqual([]);
    await uninstall(target, ["aiohttp"]);
    expect(Object.keys(visibleFiles(target.snapshot()))).toEqual(["/lib/url.py"]);
    await uninstall(target, ["friend"]);
    expect([...target.snapshot()]).toEqual([]);
  });

  it("refuse two packages that want different contents at one path", async () => {
    const two = resolutionOf({ a: { files: { "x.py": "a" } }, b: { files: { "x.py": "b" } } });
    const plan = await planInstall(two.resolution, memoryTarget(), {
      fetch: two.fetch,
      onConflict: "overwrite",
    });
    expect(plan.conflicts).toEqual([
      { path: "x.py", type: "two-packages", packages: ["a"], owners: ["b"], policy: "refuse" },
    ]);
  });

  it("refuse a directory in the way of a file, and the other way round", async () => {
    const target = memoryTarget({ files: { "/lib/url.py/": "", "/lib/aiohttp": "a file\n" } });
    const plan = await planInstall(aiohttp.resolution, target, {
      fetch: aiohttp.fetch,
      onConflict: "overwrite",
    });
    expect(plan.conflicts.map(({ path, type, policy }) => [path, type, policy])).toEqual([
      ["aiohttp/__init__.mpy", "not-directory", "refuse"],
      ["aiohttp/client.mpy", "not-directory", "refuse"],
      ["url.py", "directory", "refuse"],
    ]);
  });

  it("tell .mpy files that the board cannot load before anything is written", async () => {
    const old = resolutionOf({ old: { files: { "old.mpy": new Uint8Array([0x4d, 5, 2, 31, 0]) } } });
    const target = memoryTarget();
    const plan = await planInstall(old.resolution, target, { fetch: old.fetch });
    expect(plan.incompatible).toHaveLength(1);
    expect(await codeOf(applyPlan(plan, target, { fetch: old.fetch }))).toBe("incompatible-mpy");
    expect(target.steps).toBe(0);
  });

  it("refuse a plan when the target changed since", async () => {
    const changes: Record<string, string>[] = [
      { "/lib/url.py": "came since\n" },
      { "/lib/.upykit/record.json": "{}" },
      { "/lib/aiohttp": "a file\n" },
    ];
    for (const files of changes) {
      const plan = await planInstall(aiohttp.resolution, memoryTarget({ files: { "/lib/": "" } }), {
        fetch: aiohttp.fetch,
      });
      const since = memoryTarget({ files });
      const before = since.snapshot();
      expect(await codeOf(applyPlan(plan, since, { fetch: aiohttp.fetch }))).toBe("conflict");
      expect(since.snapshot()).toEqual(before);
    }
  });

  it("refuse when there is no room, before and while writing", async () => {
    const large = resolutionOf({ large: { files: { "large.py": "#".repeat(5000) } } });
    const target = memoryTarget({ freeSpace: 4000, blockSize: 512 });
    expect(await codeOf(installTo(target, large))).toBe("no-space");
    expect(target.steps).toBe(0);
    const plan = await planInstall(large.resolution, memoryTarget(), { fetch: large.fetch });
    expect(await codeOf(applyPlan(plan, target, { fetch: large.fetch }))).toBe("no-space");
    expect([...target.snapshot()]).toEqual([]);
    expect(await target.fs.space("/")).toMatchObject({ free: 4000 });
  });

  it("compile sources for the board, and say where that failed", async () => {
    const sources = resolutionOf({
      one: { files: { "one/__init__.py": "", "one/a.py": "a", "one/bad.py": "bad", "one/empty.py": "" } },
    });
    const compile = (source: Uint8Array, { path }: { path: string }) => {
      const text = new TextDecoder().decode(source);
      if (text === "bad") throw new Error("line 1: no");
      return mpyOf(`${path}:${text}`);
    };
    const target = memoryTarget();
    const report = await installTo(target, sources, { compile });
    expect(report.fallbacks).toEqual([{ path: "one/bad.py", reason: "line 1: no" }]);
    expect(visibleFiles(target.snapshot())).toEqual({
      "/lib/one/__init__.mpy": "M\u0006\u0000\u001fone/__init__.py:",
      "/lib/one/a.mpy": "M\u0006\u0000\u001fone/a.py:a",
      "/lib/one/bad.py": "bad",
      "/lib/one/empty.mpy": "M\u0006\u0000\u001fone/empty.py:",
    });
    const steps = target.steps;
    expect((await installTo(target, sources, { compile })).bytesWritten).toBe(0);
    expect(target.steps).toBe(steps);
    expect(await codeOf(installTo(target, sources, { compile, mpy: "require" }))).toBe("syntax-error");
    const back = await installTo(target, sources, { mpy: "never" });
    expect(back.written).toHaveLength(3);
    expect(back.removed).toHaveLength(3);
  });

  it("compile again what is gone, whatever compiler made it", async () => {
    const target = memoryTarget();
    const sources = resolutionOf({ app: { files: { "app.py": "x = 1" } } });
    const header = [0x4d, 6, 0, 31];
    await installTo(target, sources, { compile: () => Uint8Array.from([...header, 1]) });
    await target.fs.change([{ type: "remove", path: "/lib/app.mpy" }]);
    const report = await installTo(target, sources, { compile: () => Uint8Array.from([...header, 2]) });
    expect(report.written).toEqual(["/lib/app.mpy"]);
    expect(await target.fs.readFile("/lib/app.mpy")).toEqual(Uint8Array.from([...header, 2]));
  });

  it("compile no source beside an .mpy file of the same name", async () => {
    const target = memoryTarget();
    const mpy = Uint8Array.from([0x4d, 6, 0, 31, 1]);
    const both = resolutionOf({ app: { files: { "app.py": "x = 1", "app.mpy": mpy } } });
    const report = await installTo(target, both, { compile: () => mpy });
    expect(report.fallbacks).toEqual([{ path: "app.py", reason: "app.mpy comes with it" }]);
    expect(report.written).toEqual(["/lib/app.mpy", "/lib/app.py"]);
  });

  it("report what hides and is hidden on sys.path", async () => {
    const target = memoryTarget({
      files: { "/aiohttp.py": "mine\n", "/lib/url/": "" },
      environment: { frozenModules: ["url"], sysPath: ["", ".frozen", "/lib"] },
    });
    const plan = await planInstall(aiohttp.resolution, target, { fetch: aiohttp.fetch });
    expect(plan.shadows).toEqual([
      { module: "aiohttp", type: "hidden", path: "aiohttp/__init__.mpy", other: "/aiohttp.py" },
      { module: "url", type: "hidden", path: "url.py", other: "the frozen module url" },
    ]);
    const stale = memoryTarget({
      files: { "/lib/aiohttp/client.py": "old\n", "/url.py": "x", "/lib/url.mpy": "" },
    });
    const second = await planInstall(aiohttp.resolution, stale, { fetch: aiohttp.fetch });
    expect(second.shadows).toEqual([
      {
        module: "aiohttp.client",
        type: "hidden",
        path: "aiohttp/client.mpy",
        other: "/lib/aiohttp/client.py",
      },
      { module: "url", type: "hidden", path: "url.py", other: "/url.py" },
    ]);
  });

  it("rename a file that changes in case only, on FAT and elsewhere", async () => {
    for (const caseInsensitive of [true, false]) {
      const target = memoryTarget({ caseInsensitive, renameReplaces: !caseInsensitive });
      await installTo(target, resolutionOf({ one: { version: "1", files: { "Mod.py": "same" } } }));
      await installTo(target, resolutionOf({ one: { version: "2", files: { "mod.py": "same" } } }));
      expect(visibleFiles(target.snapshot())).toEqual({ "/lib/mod.py": "same" });
    }
  });

  it("install on a file system without directories", async () => {
    const target = memoryTarget({ hasDirectories: false, environment: { sysPath: [] } });
    const flat = resolutionOf({ one: { files: { "one.py": "1" } } });
    await installTo(target, flat);
    expect([...target.snapshot().keys()].sort()).toEqual(["/.upykit-record", "/one.py"]);
    expect(await codeOf(installTo(target, aiohttp))).toBe("unsupported");
    await uninstall(target, ["one"]);
    expect([...target.snapshot()]).toEqual([]);
  });

  it("recover an interrupted install first when told", async () => {
    const target = memoryTarget();
    const plan = await planInstall(aiohttp.resolution, target, { fetch: aiohttp.fetch });
    target.unplugAfter(100);
    expect(await codeOf(applyPlan(plan, target, { fetch: aiohttp.fetch }))).toBe("link-lost");
    target.plugIn();
    expect(await codeOf(installTo(target, aiohttp))).toBe("interrupted-install");
    expect(await codeOf(applyPlan(plan, target, { fetch: aiohttp.fetch }))).toBe("interrupted-install");
    expect(await codeOf(listInstalled(target))).toBe("interrupted-install");
    expect((await installTo(target, aiohttp, { recover: true })).written).toHaveLength(3);
    expect((await verify(target)).ok).toBe(true);
  });

  it("go to the first place on sys.path that can be written, and are refused where none can", async () => {
    const sysPath = ["", "/rom/lib", "/sd/lib", "/flash/lib", "/lib"];
    const files = { "/sd/lib/": "", "/main.py": "mine" };
    const { resolution, fetch } = resolutionOf({ one: { files: { "one.py": "1" } } });
    const one = memoryTarget({ files, environment: { sysPath }, readOnly: ["/sd", "/flash"] });
    expect((await planInstall(resolution, one)).root).toBe("/lib");
    await applyPlan(await planInstall(resolution, one), one, { fetch });
    expect(visibleFiles(one.snapshot())).toEqual({ "/lib/one.py": "1", "/main.py": "mine" });

    const none = memoryTarget({ files, environment: { sysPath }, readOnly: ["/sd", "/flash", "/lib"] });
    const plan = await planInstall(resolution, none);
    expect(plan).toMatchObject({ root: "/sd/lib", space: { readOnly: true } });
    await expect(applyPlan(plan, none, { fetch })).rejects.toMatchObject({ code: "read-only" });
  });

  it("can be cancelled while staging, and leave nothing", async () => {
    const target = memoryTarget();
    const plan = await planInstall(aiohttp.resolution, target, { fetch: aiohttp.fetch });
    const controller = new AbortController();
    const reason = new Error("enough");
    const work = applyPlan(plan, target, {
      fetch: aiohttp.fetch,
      signal: controller.signal,
      onProgress: (progress) => progress.type === "write" && controller.abort(reason),
    });
    await expect(work).rejects.toBe(reason);
    expect([...target.snapshot()]).toEqual([]);
  });

  it("report progress that only grows", async () => {
    const target = memoryTarget();
    const plan = await planInstall(aiohttp.resolution, target, { fetch: aiohttp.fetch });
    const seen: { type: string; done: number; total: number }[] = [];
    await applyPlan(plan, target, { fetch: aiohttp.fetch, onProgress: (progress) => seen.push(progress) });
    for (const type of ["fetch", "write", "commit"]) {
      const steps = seen.filter((one) => one.type === type);
      expect(steps.length).toBeGreaterThan(1);
      expect(steps.every((one, index) => one.done >= (steps[index - 1]?.done ?? 0))).toBe(true);
      expect(steps.at(-1)?.done).toBe(steps.at(-1)?.total);
    }
  });
});
