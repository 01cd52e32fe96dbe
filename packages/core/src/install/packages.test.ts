// The life of packages on a target: install in one call, list, uninstall, verify, adopt.

import {
  adopt,
  createMemoryCache,
  install,
  type InstallOptions,
  isUpyError,
  listInstalled,
  type MemoryTarget,
  memoryTarget,
  type PackageSource,
  sha256Sync,
  uninstall,
  UpyError,
  verify,
} from "@upykit/core";
import { describe, expect, it } from "vitest";
import { resolutionOf, toBytes, visibleFiles } from "./fixtures/packages.js";

interface Release {
  readonly version: string;
  readonly needs?: Record<string, string>;
  readonly files: Record<string, string>;
}

/** A source of packages by name (the last release that fits is the best), which counts what it was asked. */
function testSource(releases: Record<string, Release[]>): PackageSource & { asked: number } {
  const source: PackageSource & { asked: number } = {
    name: "test",
    asked: 0,
    find: (requirements) => {
      source.asked += 1;
      const [first] = requirements;
      const known = first?.type === "name" ? releases[first.name] : undefined;
      if (first?.type !== "name" || known === undefined) return Promise.resolve(null);
      const fits = ({ version }: Release) =>
        requirements.every((one) => one.type === "name" && satisfies(version, one.specifier));
      const best = known.filter(fits).at(-1);
      return best
        ? Promise.resolve(releaseOf(first.name, best))
        : Promise.reject(new UpyError("version-conflict", `no ${first.name} fits`));
    },
  };
  return source;
}

function releaseOf(name: string, { version, needs = {}, files }: Release) {
  return {
    name,
    version,
    origin: { type: "index", url: "https://index.test" } as const,
    dependencies: Object.entries(needs).map(
      ([to, specifier]) => ({ type: "name", name: to, specifier }) as const,
    ),
    files: Object.entries(files).map(([path, content]) => ({
      path,
      url: `https://index.test/${version}/${path}`,
      hash: sha256Sync(toBytes(content)),
      content: toBytes(content),
    })),
  };
}

function satisfies(version: string, specifier: string): boolean {
  return specifier.split(",").every((clause) => {
    const [, operator, wanted = ""] = /^(===?|>=|<)(.*)$/.exec(clause) ?? [];
    if (operator === ">=") return Number(version) >= Number(wanted);
    return operator === "<" ? Number(version) < Number(wanted) : operator === undefined || version === wanted;
  });
}

const releases: Record<string, Release[]> = {
  app: [
    { version: "1", needs: { lib: "<2" }, files: { "app.py": "app 1" } },
    { version: "2", needs: { lib: "" }, files: { "app.py": "app 2" } },
  ],
  lib: [
    { version: "1", needs: { base: "" }, files: { "lib/__init__.py": "lib 1", "lib/old.py": "old" } },
    { version: "2", needs: { base: "" }, files: { "lib/__init__.py": "lib 2" } },
  ],
  base: [{ version: "1", files: { "base.py": "base" } }],
  tool: [{ version: "1", needs: { lib: "" }, files: { "tool.py": "tool" } }],
  modern: [{ version: "1", needs: { lib: ">=2" }, files: { "modern.py": "modern" } }],
};

const noFetch: typeof fetch = () => Promise.reject(new Error("the network was asked"));

/** Installs with a source; contents come out of the source by the cache, so that no network is needed. */
function installFrom(
  source: PackageSource,
  target: MemoryTarget,
  wanted: string[],
  options: InstallOptions = {},
) {
  return install(target, wanted, {
    sources: [source],
    fetch: noFetch,
    cache: createMemoryCache(),
    ...options,
  });
}

async function versions(target: MemoryTarget): Promise<string[]> {
  return (await listInstalled(target)).packages.map((one) => `${one.name} ${one.version ?? ""}`);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isUpyError(error)) return error.code;
    throw error;
  }
  return "none";
}

describe("install", () => {
  it("looks again when the firmware loads other .mpy files", async () => {
    const compile: InstallOptions["compile"] = (source, { environment }) =>
      Uint8Array.from([environment.implementation === "circuitpython" ? 0x43 : 0x4d, 6, 0, 31, ...source]);
    const before = memoryTarget();
    await installFrom(testSource(releases), before, ["base"], { compile });
    const content = await before.fs.readFile("/lib/base.mpy");
    const record = await before.fs.readFile("/lib/.upykit/record.json");
    const flashed = memoryTarget({
      files: { "/lib/base.mpy": content, "/lib/.upykit/record.json": record },
      environment: { implementation: "circuitpython" },
    });
    const report = await installFrom(testSource(releases), flashed, ["base"], { compile });
    expect(report.written).toEqual(["/lib/base.mpy"]);
    expect((await flashed.fs.readFile("/lib/base.mpy"))[0]).toBe(0x43);
    expect((await installFrom(testSource(releases), flashed, ["base"], { compile })).written).toEqual([]);
  });

  it("resolves, plans and applies; again it asks and writes nothing", async () => {
    const source = testSource(releases);
    const target = memoryTarget();
    const report = await installFrom(source, target, ["app"]);
    expect(report.written).toEqual(["/lib/app.py", "/lib/base.py", "/lib/lib/__init__.py"]);
    const { asked } = source;
    const steps = target.steps;
    const again = await installFrom(source, target, ["app>=1"]);
    expect(again).toMatchObject({ written: [], removed: [], bytesWritten: 0, unchanged: report.written });
    expect(source.asked).toBe(asked);
    expect(target.steps).toBe(steps);
  });

  it("keeps what is installed and fits, and upgrades when asked", async () => {
    const source = testSource(releases);
    const target = memoryTarget();
    await installFrom(source, target, ["app==1"]);
    expect(await versions(target)).toEqual(["app 1", "base 1", "lib 1"]);
    await installFrom(source, target, ["tool"]);
    expect(await versions(target)).toEqual(["app 1", "base 1", "lib 1", "tool 1"]);
    expect((await listInstalled(target)).roots).toEqual([
      { package: "app", requirements: ["app==1"] },
      { package: "tool", requirements: ["tool"] },
    ]);
    const report = await installFrom(source, target, ["app"], { upgrade: true });
    expect(await versions(target)).toEqual(["app 2", "base 1", "lib 2", "tool 1"]);
    expect(report.removed).toEqual(["/lib/lib/old.py"]);
    expect((await verify(target)).ok).toBe(true);
  });

  it("does not change a dependency under what was installed before", async () => {
    const target = memoryTarget();
    await installFrom(testSource(releases), target, ["app==1"]);
    const before = target.snapshot();
    expect(await codeOf(installFrom(testSource(releases), target, ["modern"]))).toBe("version-conflict");
    expect(target.snapshot()).toEqual(before);
  });

  it("does not change what was asked for before in a version that does not fit any more", async () => {
    const target = memoryTarget();
    await installFrom(testSource(releases), target, ["lib==1"]);
    expect(await codeOf(installFrom(testSource(releases), target, ["modern"]))).toBe("version-conflict");
    await installFrom(testSource(releases), target, ["modern", "lib"]);
    expect(await versions(target)).toEqual(["base 1", "lib 2", "modern 1"]);
  });

  it("restores what is missing", async () => {
    const target = memoryTarget();
    await installFrom(testSource(releases), target, ["app"]);
    await target.fs.change([{ type: "remove", path: "/lib/base.py" }]);
    const report = await installFrom(testSource(releases), target, ["app"]);
    expect(report.written).toEqual(["/lib/base.py"]);
  });
});

describe("uninstall", () => {
  it("takes dependencies along that nobody else needs, and leaves the target as it was", async () => {
    const target = memoryTarget({ files: { "/main.py": "mine", "/lib/keep/": "" } });
    const before = target.snapshot();
    await installFrom(testSource(releases), target, ["app", "tool"]);
    const report = await uninstall(target, ["app"]);
    expect(report.removed).toEqual(["/lib/app.py"]);
    expect(await versions(target)).toEqual(["base 1", "lib 2", "tool 1"]);
    await uninstall(target, ["tool"]);
    expect(new Map([...target.snapshot()].sort())).toEqual(new Map([...before].sort()));
  });

  it("refuses what is not there, and what another package needs", async () => {
    const target = memoryTarget();
    await installFrom(testSource(releases), target, ["app"]);
    expect(await codeOf(uninstall(target, ["nothing"]))).toBe("not-found");
    expect(await codeOf(uninstall(target, ["lib"]))).toBe("conflict");
    await uninstall(target, ["lib"], { force: true });
    expect(await versions(target)).toEqual(["app 2"]);
  });

  it("keeps files that the user changed, unless forced", async () => {
    for (const force of [false, true]) {
      const target = memoryTarget();
      await installFrom(testSource(releases), target, ["lib==1"]);
      await target.fs.writeFiles([{ path: "/lib/lib/old.py", content: toBytes("mine") }]);
      const report = await uninstall(target, ["lib"], { force });
      expect(report.kept).toEqual(force ? [] : ["/lib/lib/old.py"]);
      expect(visibleFiles(target.snapshot())).toEqual(force ? {} : { "/lib/lib/old.py": "mine" });
    }
  });

  it("leaves files of the user in a package's directory", async () => {
    const target = memoryTarget();
    await installFrom(testSource(releases), target, ["lib"]);
    await target.fs.writeFiles([{ path: "/lib/lib/notes.txt", content: toBytes("mine") }]);
    await uninstall(target, ["lib"]);
    expect(visibleFiles(target.snapshot())).toEqual({ "/lib/lib/notes.txt": "mine" });
  });
});

describe("verify", () => {
  it("tells missing, changed and unknown files", async () => {
    const target = memoryTarget();
    await installFrom(testSource(releases), target, ["app"]);
    expect(await verify(target)).toEqual({ root: "/lib", ok: true, problems: [], unknown: [] });
    await target.fs.change([{ type: "remove", path: "/lib/app.py" }]);
    await target.fs.writeFiles([
      { path: "/lib/base.py", content: toBytes("other") },
      { path: "/lib/mine.py", content: toBytes("mine") },
    ]);
    expect(await verify(target)).toEqual({
      root: "/lib",
      ok: false,
      problems: [
        { path: "/lib/app.py", type: "missing", packages: ["app"] },
        { path: "/lib/base.py", type: "changed", packages: ["base"] },
      ],
      unknown: ["/lib/mine.py"],
    });
  });
});

describe("adopt", () => {
  it("records packages whose files are all there, without the network", async () => {
    const files = {
      "/lib/one/a.py": "a",
      "/lib/one/b.py": "b",
      "/lib/two.py": "changed",
      "/lib/mine.py": "mine",
    };
    const target = memoryTarget({ files });
    const { resolution } = resolutionOf({
      one: { files: { "one/a.py": "a", "one/b.py": "b" } },
      two: { files: { "two.py": "two", "three.mpy": "three" } },
    });
    const report = await adopt(target, resolution);
    expect(report.adoptedPackages).toEqual(["one"]);
    expect(report.unadopted).toEqual([{ name: "two", different: ["three.mpy", "two.py"], matching: 0 }]);
    expect((await listInstalled(target)).roots).toEqual([{ package: "one", requirements: ["one"] }]);
    expect(visibleFiles(target.snapshot())).toEqual(files);
    expect((await verify(target)).unknown).toEqual(["/lib/mine.py", "/lib/two.py"]);
    await uninstall(target, ["one"]);
    expect(visibleFiles(target.snapshot())).toEqual({ "/lib/mine.py": "mine", "/lib/two.py": "changed" });
  });

  it("keeps what a package needs that is not as it was published", async () => {
    const target = memoryTarget({ files: { "/lib/app.py": "changed", "/lib/part.py": "part" } });
    const { resolution } = resolutionOf(
      { app: { dependencies: ["part"], files: { "app.py": "app" } }, part: { files: { "part.py": "part" } } },
      ["app"],
    );
    await adopt(target, resolution);
    await installFrom(testSource(releases), target, ["lib"]);
    expect(visibleFiles(target.snapshot())).toMatchObject({ "/lib/part.py": "part" });
  });
});
