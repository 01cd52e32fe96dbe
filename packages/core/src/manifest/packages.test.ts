// require() answered by libraries, lockfiles and sources; and the way from manifests to contents and packages.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { mipIndex, resolve, type Resolution } from "@upykit/core";
import {
  evaluateManifest,
  lockedPackages,
  type ManifestFileSystem,
  manifestPackages,
  memoryFileSystem,
  readManifestFiles,
  sourcePackages,
  type EvaluateManifestOptions,
  type ManifestResult,
} from "@upykit/core/manifest";
import { nodeFileSystem } from "@upykit/core/node";
import { describe, expect, test } from "vitest";
import { board, createFakeWeb, indexPages } from "../../test/fake-web.js";

const library = {
  "/lib/micropython/one/manifest.py": 'metadata(version="1.2.0")\nmodule("one.py")\n',
  "/lib/micropython/one/one.py": "from_library = 1",
  "/lib/micropython/bare/manifest.py": 'module("bare.py")\n',
  "/lib/micropython/bare/bare.py": "",
  "/lib/micropython/other/manifest.py": 'metadata(version="0.1.0-2")\nrequire("one")\nmodule("other.py")\n',
  "/lib/micropython/other/other.py": "",
  "/lib/unix-ffi/ffi/manifest.py": "module('ffi.py')",
  "/lib/unix-ffi/ffi/ffi.py": "",
};

function evaluate(source: string, options: Partial<EvaluateManifestOptions> = {}): Promise<ManifestResult> {
  const fileSystem = memoryFileSystem({ ...library, "/app/manifest.py": source, "/app/main.py": "" });
  return evaluateManifest("/app/manifest.py", { fileSystem, variables: { MPY_LIB_DIR: "/lib" }, ...options });
}

const targets = ({ files }: ManifestResult): string[] => files.map(({ target }) => target);

describe("version= is honoured", () => {
  test.each(["1.2.0", "1.2", "==1.2.0", ">=1,<2", "~=1.1", "latest", "!=1.0"])(
    "%s is satisfied by 1.2.0",
    async (version) => {
      const result = await evaluate(`require("one", version="${version}")`);
      expect(result.required).toEqual([
        { name: "one", version, library: null, answer: "/lib/micropython/one/manifest.py" },
      ]);
    },
  );

  test.each(["1.2.1", "<1", ">=2", "==1.1", "~=2.0"])("%s is not", async (version) => {
    await expect(evaluate(`\nrequire("one", version="${version}")`)).rejects.toMatchObject({
      code: "version-conflict",
      line: 2,
      message: `Error in manifest file: /app/manifest.py: require("one", version="${version}"): the one in /lib/micropython/one/manifest.py is 1.2.0`,
    });
  });

  test("neither is a package without a version, nor what is no version", async () => {
    await expect(evaluate('require("bare", version="1")')).rejects.toMatchObject({
      code: "version-conflict",
    });
    await expect(evaluate('require("one", version=">=")')).rejects.toMatchObject({
      code: "invalid-manifest",
    });
  });

  test("also of a package that was required before, and with a post-release", async () => {
    await evaluate('require("one")\nrequire("one", version="1.2")\nrequire("other", version="0.1.0-2")');
    await expect(evaluate('require("other")\nrequire("one", version="3")')).rejects.toMatchObject({
      line: 2,
    });
  });
});

test("unix_ffi=True finds what only unix-ffi has", async () => {
  expect(targets(await evaluate('require("ffi", unix_ffi=True)\nrequire("one", unix_ffi=True)'))).toEqual([
    "ffi.py",
    "one.py",
  ]);
  await expect(evaluate('require("ffi")')).rejects.toMatchObject({ code: "not-found" });
  const libraries = [{ name: "unix-ffi", path: "/lib/unix-ffi" }];
  expect(targets(await evaluate('require("ffi", library="unix-ffi")', { libraries }))).toEqual(["ffi.py"]);
});

const index = indexPages("https://micropython.org/pi/v2", {
  net: { "2.0.0": { files: { "net/__init__.py": "net", "net/fast.py": "fast" } } },
  log: { "1.0.0": { files: { "log.py": "log" } }, "1.1.0": { files: { "log.py": "log 1.1" } } },
});
const { fetch } = createFakeWeb(index);
const environment = { ...board, mpy: null };

async function lock(...requirements: string[]): Promise<Resolution> {
  return resolve(requirements, { environment, fetch, sources: [mipIndex()] });
}

describe("a lockfile answers", () => {
  test("with the files that would be installed, before the libraries", async () => {
    const resolution = await lock("net", "log==1.0.0");
    const packages = lockedPackages(resolution, { fetch });
    const result = await evaluate(
      'require("net")\nrequire("log")\nrequire("net")\nrequire("one")\nmodule("main.py")',
      { packages },
    );
    expect(targets(result)).toEqual(["net/__init__.py", "net/fast.py", "log.py", "one.py", "main.py"]);
    expect(result.files.map(({ kind, metadata, line }) => [kind, metadata.version, line])).toEqual([
      ["freeze-as-mpy", "2.0.0", 1],
      ["freeze-as-mpy", "2.0.0", 1],
      ["freeze-as-mpy", "1.0.0", 2],
      ["freeze-as-mpy", "1.2.0", 2],
      ["freeze-as-mpy", null, 5],
    ]);
    const fileSystem = memoryFileSystem({ ...library, "/app/main.py": "" });
    const contents = await readManifestFiles(result, { fileSystem });
    const locked = resolution.packages.flatMap(({ files }) =>
      files.map(({ path, sha256 }) => [path, sha256]),
    );
    const frozen = contents
      .slice(0, 3)
      .map(({ path, content }) => [path, createHash("sha256").update(content).digest("hex")]);
    expect(frozen.sort()).toEqual(locked.sort());
  });

  test("with dependencies first, each once, cycles or not", async () => {
    const resolution = await lock("net", "log");
    const [log, net] = resolution.packages;
    if (log === undefined || net === undefined) throw new Error("two packages were locked");
    const packages = [
      { ...log, dependencies: ["net"] },
      { ...net, dependencies: ["log"] },
    ];
    const answers = lockedPackages({ ...resolution, packages }, { fetch });
    expect(targets(await evaluate('require("net")\nrequire("log")', { packages: answers }))).toEqual([
      "log.py",
      "net/__init__.py",
      "net/fast.py",
    ]);
    const missing = lockedPackages(
      { ...resolution, packages: [{ ...log, dependencies: ["gone"] }] },
      { fetch },
    );
    await expect(evaluate('require("log")', { packages: missing })).rejects.toMatchObject({
      code: "invalid-lockfile",
      line: 1,
    });
  });

  test("and refuses another version, and changed contents", async () => {
    const resolution = await lock("log==1.0.0");
    const packages = lockedPackages(resolution, { fetch });
    await expect(evaluate('require("log", version=">1")', { packages })).rejects.toMatchObject({
      code: "version-conflict",
    });
    const [log] = resolution.packages;
    if (log === undefined) throw new Error("a package was locked");
    const files = log.files.map((file) => ({ ...file, sha256: "0".repeat(64) }));
    const changed = lockedPackages({ ...resolution, packages: [{ ...log, files }] }, { fetch });
    await expect(evaluate('\n\nrequire("log")', { packages: changed })).rejects.toMatchObject({
      code: "hash-mismatch",
      line: 3,
    });
  });
});

describe("a package source answers", () => {
  test("in the version asked for, else the latest", async () => {
    const read = async (source: string): Promise<string[]> => {
      const packages = sourcePackages(mipIndex(), { environment, fetch });
      const result = await evaluate(source, { packages, mode: "freeze" });
      return result.files.map(({ content }) => new TextDecoder().decode(content));
    };
    expect(await read('require("log", version="1.0.0")\nrequire("net")')).toEqual(["log", "net", "fast"]);
    expect(await read('require("log")\nrequire("log", version="1.1.0")')).toEqual(["log 1.1"]);
    expect(await read('require("one")')).toEqual([""]);
  });

  test("and two versions of one package are a conflict", async () => {
    const packages = sourcePackages(mipIndex(), { environment, fetch });
    const source = 'require("log", version="1.0.0")\nrequire("log", version="1.1.0")';
    await expect(evaluate(source, { packages })).rejects.toMatchObject({ code: "version-conflict", line: 2 });
  });
});

test("a folder of libraries as the packages of an index", async () => {
  const lib = fileURLToPath(new URL("fixtures/freeze/lib", import.meta.url));
  const done: number[] = [];
  const packages = await manifestPackages(lib, {
    fileSystem: nodeFileSystem(lib),
    onProgress: (step) => done.push(step.done),
  });
  expect(packages.map(({ name, path, version, license }) => [name, path, version, license])).toEqual([
    ["greenhouse", "micropython/greenhouse", "0.3.1", null],
    ["units", "micropython/units", "1.2.0", "MIT"],
    ["tinyjson", "python-stdlib/tinyjson", "2.0.0", null],
    ["beacon", "python-ecosys/beacon", "1.0.0-2", null],
  ]);
  expect(packages[0]?.files.map(({ path, version, optimize }) => [path, version, optimize])).toEqual([
    ["units.py", "1.2.0", null],
    ["tinyjson.py", "2.0.0", null],
    ["greenhouse/__init__.py", "0.3.1", 3],
    ["greenhouse/loop.py", "0.3.1", 3],
    ["greenhouse/sensors.py", "0.3.1", 3],
  ]);
  expect(done).toEqual([1, 2, 3, 4]);
});

test("packages of folders of one's own require each other, and what micropython-lib has", async () => {
  const own = {
    "/own/a/manifest.py": 'metadata(version="2")\nrequire("b")\nrequire("one")\n',
    "/own/deep/b/manifest.py": 'metadata(version="3")\nmodule("b.py")\n',
    "/own/deep/b/b.py": "",
  };
  const fileSystem = memoryFileSystem({ ...library, ...own });
  const variables = { MPY_LIB_DIR: "/lib" };
  const [a] = await manifestPackages("/own", { fileSystem, variables, folders: ["."] });
  expect(a?.files.map(({ path, version }) => [path, version])).toEqual([
    ["b.py", "3"],
    ["one.py", "1.2.0"],
  ]);
});

test("a library folder need not be there, but one of them has to be", async () => {
  const fileSystem = memoryFileSystem({ "/lib/micropython/one/manifest.py": 'metadata(version="1")' });
  expect((await manifestPackages("/lib", { fileSystem })).map(({ name }) => name)).toEqual(["one"]);
  await expect(manifestPackages("/lib/micropython", { fileSystem })).rejects.toMatchObject({
    code: "file-not-found",
    hint: expect.stringContaining("`folders`") as string,
  });
});

test("and what a lockfile answers there stays as it is", async () => {
  const manifest = { "/own/a/manifest.py": 'metadata(version="2")\nrequire("log")\n' };
  const packages = lockedPackages(await lock("log==1.0.0"), { fetch });
  const [a] = await manifestPackages("/own", {
    fileSystem: memoryFileSystem(manifest),
    folders: ["."],
    packages,
  });
  expect(a?.files.map(({ path, version }) => [path, version])).toEqual([["log.py", null]]);
});

test("a library in which links lead to ever more folders is refused", async () => {
  const fileSystem: ManifestFileSystem = {
    ...memoryFileSystem({}),
    list: (path) =>
      Promise.resolve(["a", "b"].map((name) => ({ path: `${path}/${name}`, type: "directory" }))),
  };
  await expect(manifestPackages("/lib", { fileSystem, folders: ["."] })).rejects.toMatchObject({
    code: "too-large",
  });
});

test("what is likely a mistake is a warning", async () => {
  const fileSystem = memoryFileSystem({ "/p/manifest.py": '\nfreeze("data")', "/p/data/x.txt": "" });
  const { warnings } = await evaluateManifest("/p/manifest.py", { fileSystem });
  expect(warnings).toEqual([{ message: "No .py or .mpy file in /p/data", file: "/p/manifest.py", line: 2 }]);
});

test("several manifests are evaluated into one result", async () => {
  const fileSystem = memoryFileSystem({
    "/a.py": 'module("x.py")',
    "/b.py": 'module("y.py")',
    "/x.py": "",
    "/y.py": "",
  });
  const result = await evaluateManifest(["/a.py", "b.py"], { fileSystem });
  expect(targets(result)).toEqual(["x.py", "y.py"]);
  expect(result.manifests).toEqual(["/a.py", "/b.py"]);
});

test("environment, platform and print", async () => {
  const source =
    'import os, sys\nprint(os.getenv("BOARD"), os.environ["BOARD"], sys.platform, os.getenv("HOME"))';
  let printed = "";
  await evaluate(source, {
    environment: { BOARD: "X" },
    platform: "darwin",
    onPrint: (text) => (printed += text),
  });
  expect(printed).toBe("X X darwin None\n");
});
