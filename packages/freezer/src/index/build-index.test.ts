import { getEventListeners } from "node:events";
import { compile, type CompileJob, type CompileWorkers } from "@upykit/compiler";
import { isUpyError, sha256Sync } from "@upykit/core";
import {
  buildIndex,
  circuitPythonBytecode,
  type CompileFunction,
  type IndexOptions,
  type IndexPackage,
} from "@upykit/freezer";
import { describe, expect, it } from "vitest";
import { golden, goldenFiles, goldenManifest, goldenSource } from "../fixtures/golden.js";

/** The packages of lib/ among the sources, as their manifests describe them. */
function library(): IndexPackage[] {
  const describe = (path: string, version: string, description?: string): IndexPackage => ({
    name: path.replace(/^.*\//, ""),
    path,
    version,
    description,
    files: goldenManifest(`lib/${path}/manifest.py compile`).map(
      ({ source, target, opt, packageVersion }) => {
        return {
          path: target,
          content: goldenSource(source),
          optimize: opt as 0 | 3 | null,
          version: packageVersion,
        };
      },
    ),
  });
  const tinyjson = {
    ...describe("python-stdlib/tinyjson", "2.0.0"),
    files: [
      {
        path: "tinyjson.py",
        content: goldenSource("lib/python-stdlib/tinyjson/tinyjson.py"),
        version: "2.0.0",
      },
    ],
  };
  return [
    describe("micropython/units", "1.2.0", "Convert and format physical units."),
    describe("micropython/greenhouse", "0.3.1", "Watch and water plants."),
    tinyjson,
    describe("python-ecosys/beacon", "1.0.0-2"),
  ];
}

const options: IndexOptions = { updated: 0 };
const text = (content: Uint8Array | undefined) => new TextDecoder().decode(content);
const bytes = (content: string) => new TextEncoder().encode(content);

/** An index in memory, and how to build on it. */
function memoryIndex() {
  const files = new Map<string, Uint8Array>();
  let state: string | undefined;
  const build = async (packages: readonly IndexPackage[], more: Partial<IndexOptions> = {}) => {
    const previous = (path: string) => files.get(path) ?? null;
    const result = await buildIndex(packages, { ...options, previous, ...(state ? { state } : {}), ...more });
    for (const [path, content] of result.files) files.set(path, content);
    state = result.state;
    return result;
  };
  return { files, build };
}

const sample = (version: string, content: string): IndexPackage => ({
  name: "gre",
  path: "x/gre",
  version,
  files: [{ path: "gre.py", content, version }],
});
const upper: CompileFunction = (source, { target }) => ({
  mpy: bytes(`${String(target)}:${text(source).toUpperCase()}`),
});

/** Stands for threads: the same answers, in this one. */
const inTheirStead = (onBatch?: (jobs: readonly CompileJob[]) => void): CompileWorkers => ({
  size: 2,
  run: async (jobs) => {
    onBatch?.(jobs);
    await Promise.resolve();
    return jobs.map((job) => {
      try {
        return { ok: true, mpy: compile(job.source, job).mpy };
      } catch (error) {
        if (!isUpyError(error)) throw error;
        const { code, message, hint } = error;
        return { ok: false, error: { code, message, hint } };
      }
    });
  },
});

/** A content whose hash begins with these digits. */
function collidingWith(digits: string): Uint8Array {
  for (let number = 0; ; number++) {
    const content = bytes(`number = ${number}`);
    if (sha256Sync(content).startsWith(digits)) return content;
  }
}

describe("buildIndex", () => {
  it("writes what tools/build.py writes", async () => {
    const { files, compiled } = await buildIndex(library(), options);
    expect([...files.keys()].sort()).toEqual(goldenFiles("expected/index"));
    for (const [path, content] of files)
      expect(text(content), path).toBe(text(golden(`expected/index/${path}`)));
    expect(compiled).toBe(8); // of 10: units is part of three packages
  });

  it("compiles and writes nothing when nothing has changed", async () => {
    const index = memoryIndex();
    await index.build(library());
    const again = await index.build(library());
    expect(again.files.size).toBe(0);
    expect(again).toMatchObject({ compiled: 0, newVersions: [], changedLocked: [] });
    expect(again.reused).toBeGreaterThan(0);
  });

  it("compiles only what has changed, and says which versions are new", async () => {
    const index = memoryIndex();
    const other = { ...sample("1.0", "other"), name: "other" };
    await index.build([sample("1.0", "one"), other], { compile: upper });
    const next = await index.build([sample("1.1", "two"), other], { compile: upper });
    expect(next).toMatchObject({ compiled: 1, reused: 1, newVersions: ["gre 1.1 (py)", "gre 1.1 (6)"] });
    expect(text(index.files.get("index.json"))).toContain(
      '"6": [\n          "1.0",\n          "1.1"\n        ]',
    );
  });

  it("compiles again what another compiler compiled, or one of another version", async () => {
    const index = memoryIndex();
    const packages = [sample("1.0", "one = 1")];
    await index.build(packages, { compile: upper });
    expect(await index.build(packages, { compile: upper })).toMatchObject({ compiled: 0, reused: 1 });
    expect(await index.build(packages)).toMatchObject({ compiled: 1, reused: 0 });
    expect(await index.build(packages)).toMatchObject({ compiled: 0, reused: 1 });
    expect(await index.build(packages, { compilerVersion: "2" })).toMatchObject({ compiled: 1 });
  });

  it("leaves a version as it was first seen", async () => {
    const index = memoryIndex();
    await index.build([sample("1.0", "one")], { compile: upper });
    const locked = index.files.get("package/6/gre/1.0.json");
    const next = await index.build([sample("1.0", "two")], { compile: upper });
    expect(next.changedLocked).toEqual(["gre 1.0 (6)", "gre 1.0 (py)"]);
    expect(index.files.get("package/6/gre/1.0.json")).toBe(locked);
    expect(index.files.get("package/6/gre/latest.json")).not.toEqual(locked);
  });

  it("adds CircuitPython's bytecode beside MicroPython's", async () => {
    const bytecode = [{ key: "6", target: "micropython" as const }, circuitPythonBytecode];
    const { files } = await buildIndex([sample("1.0", "one")], { ...options, compile: upper, bytecode });
    const json = JSON.parse(text(files.get("package/circuitpython-6/gre/latest.json"))) as {
      hashes: [string, string][];
    };
    const short = json.hashes[0]?.[1] ?? "";
    expect(text(files.get(`file/${short.slice(0, 2)}/${short}`))).toMatch(/^circuitpython:ONE/);
  });

  it("is the same where packages come one by one and threads compile them", async () => {
    async function* oneByOne() {
      for (const item of library()) yield await Promise.resolve(item);
    }
    const batches: number[] = [];
    const workers = inTheirStead((jobs) => batches.push(jobs.length));
    const threaded = await buildIndex(oneByOne(), { ...options, workers });
    const plain = await buildIndex(library(), options);
    expect(threaded).toEqual(plain);
    expect(batches.reduce((sum, size) => sum + size, 0)).toBe(8 + 1); // and the probe
  });

  it("tells what a thread says of the first source that is refused", async () => {
    const packages = [sample("1.0", "one = 1"), { ...sample("1.0", "two ="), name: "two" }];
    const failing = buildIndex(packages, { ...options, workers: inTheirStead() });
    await expect(failing).rejects.toMatchObject({ code: "syntax-error", message: "invalid syntax" });
  });

  it.each([{}, { workers: inTheirStead() }])(
    "tells what is wrong with the first package, and starts no others",
    async (threads) => {
      let taken = 0;
      async function* packages() {
        yield { ...sample("1.0", "one ="), name: "one" };
        for (; taken < 1000; taken++)
          yield await Promise.resolve({ ...sample("1.0", "x"), name: `p${taken}` });
      }
      await expect(buildIndex(packages(), { ...options, ...threads })).rejects.toMatchObject({
        code: "syntax-error",
      });
      expect(taken).toBeLessThan(100);
      const wrong = [sample("1.0", "one ="), { ...sample("1.0", ""), name: "../up" }];
      await expect(buildIndex(wrong, { ...options, ...threads })).rejects.toMatchObject({
        code: "syntax-error",
      });
    },
  );

  it("tells the first error of a package, whichever thread is done first", async () => {
    const lines = Array.from({ length: 9000 }, (_, at) => `x${at} = ${at}\n`).join("");
    const files = [
      { path: "a.py", content: "a =", optimize: 0 as const },
      { path: "b.py", content: `${lines}return`, optimize: 3 as const }, // a batch of its own, sent off at once
    ];
    const failing = buildIndex([{ ...sample("1.0", ""), files }], { ...options, workers: inTheirStead() });
    await expect(failing).rejects.toThrow("invalid syntax");
  });

  it("stops threads when it is aborted", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const workers = inTheirStead(() => {
      controller.abort(reason);
    });
    const { signal } = controller;
    await expect(buildIndex(library(), { ...options, workers, signal })).rejects.toBe(reason);
  });

  it("writes damaged files anew, as a build that was interrupted leaves them", async () => {
    const index = memoryIndex();
    const packages = [sample("1.0", "one = 1")];
    await index.build(packages);
    const whole = new Map(index.files);
    for (const [path, content] of whole) {
      if (path === "index.json") continue;
      index.files.set(path, content.subarray(0, content.length / 2));
      expect([...(await index.build(packages)).files.keys()], path).toEqual([path]);
    }
    expect(index.files).toEqual(whole);
  });

  it("asks for no file outside of the index, whatever the state says", async () => {
    const { state, files } = await buildIndex([sample("1.0", "one = 1")], options);
    const asked: string[] = [];
    const previous = (path: string) => {
      asked.push(path);
      return files.get(path) ?? null;
    };
    const hostile = state.replace(/"[0-9a-f]{64}"(?=\}\})/, '"../../../secret"');
    expect(hostile).not.toBe(state);
    await buildIndex([sample("1.0", "one = 1")], { ...options, previous, state: hostile });
    expect(asked.filter((path) => path.includes(".."))).toEqual([]);
  });

  it("says that a state is damaged, and of no file that it is wrong", async () => {
    const place = { file: "/m/manifest.py", line: 3 };
    const packages = [{ ...sample("", ""), files: [{ path: "gre.py", content: "x", place }] }];
    const failing = buildIndex(packages, { ...options, state: '{"format":2' });
    await expect(failing).rejects.toMatchObject({ name: "UpyError", code: "invalid-argument" });
  });

  it.each([[["py"]], [["../6"]], [["6", "6"]]])("refuses to put bytecode into %j", async (keys) => {
    const bytecode = keys.map((key) => ({ key, target: "micropython" as const }));
    await expect(buildIndex([], { ...options, bytecode })).rejects.toThrow(/folders|bytecode key/);
  });

  it("tells where a manifest names a source that collides", async () => {
    const place = { file: "/m/manifest.py", line: 3 };
    const packages = [{ ...sample("1.0", ""), files: [{ path: "gre.py", content: "x", place }] }];
    const { files } = await buildIndex(packages, { ...options, hashLength: 4 });
    const source = [...files].find(([, content]) => text(content) === "x")?.[0] ?? "";
    const other = collidingWith(source.slice(-4));
    const previous = (path: string) => (path === source ? other : null);
    await expect(buildIndex(packages, { ...options, hashLength: 4, previous })).rejects.toMatchObject({
      code: "conflict",
      ...place,
    });
  });

  it("does not have a signal listened to once for each batch, of which Node warns", async () => {
    const { signal } = new AbortController();
    const source = "x = 1\n".repeat(11_000);
    const packages = Array.from({ length: 12 }, (_, at) => {
      return { ...sample("", `${source}y = ${at}\n`), name: `p${at}` };
    });
    const plain = inTheirStead();
    let mostListeners = 0;
    const workers: CompileWorkers = {
      size: 2,
      run: async (jobs, each) => {
        each?.addEventListener("abort", () => undefined, { once: true });
        mostListeners = Math.max(mostListeners, getEventListeners(signal, "abort").length);
        return plain.run(jobs, each);
      },
    };
    await buildIndex(packages, { ...options, workers, signal });
    expect(mostListeners).toBeLessThan(10);
  });

  it("catches contents whose hashes begin alike", async () => {
    const seen = new Map<string, string>();
    let pair: string[] = [];
    for (let number = 0; pair.length === 0; number++) {
      const content = `number = ${number}`;
      const short = sha256Sync(bytes(content)).slice(0, 4);
      if (seen.has(short)) pair = [seen.get(short) ?? "", content];
      seen.set(short, content);
    }
    const packages = pair.map((content, at) => ({ ...sample("", content), name: `p${at}` }));
    await expect(buildIndex(packages, { ...options, compile: upper, hashLength: 4 })).rejects.toMatchObject({
      code: "conflict",
      hint: expect.stringContaining("hashLength") as string,
    });
    await expect(buildIndex(packages, { ...options, compile: upper })).resolves.toBeDefined();
  });

  it.each<[string, Partial<IndexPackage>]>([
    ["a name that is a path", { name: "../up" }],
    ["a version that is a path", { version: "1/0" }],
    ["a name that no disk can store", { name: "a".repeat(300) }],
    ["a name that no requirement can have", { name: "-gre" }],
    ["the version latest", { version: "latest" }],
    ["the version Latest, which is the same file on some disks", { version: "Latest" }],
    ["a file that leaves the root", { files: [{ path: "../a.py", content: "" }] }],
    ["a file that is no source", { files: [{ path: "a.txt", content: "" }] }],
    ["a file whose name is not ASCII", { files: [{ path: "größe.py", content: "" }] }],
    ["a file that would be installed to another place", { files: [{ path: "fs:a.py", content: "" }] }],
  ])("refuses %s", async (_, wrong) => {
    const broken = { ...sample("1.0", "x"), ...wrong };
    await expect(buildIndex([broken], options)).rejects.toMatchObject({ code: "invalid-path" });
  });

  it("refuses two packages of one name, and two files of one path", async () => {
    const one = sample("1.0", "x");
    await expect(buildIndex([one, one], options)).rejects.toMatchObject({ code: "conflict" });
    await expect(buildIndex([one, { ...one, name: "GRE" }], options)).rejects.toMatchObject({
      code: "conflict",
    });
    const twice = { ...one, files: [...one.files, ...one.files] };
    await expect(buildIndex([twice], options)).rejects.toMatchObject({ code: "conflict" });
  });

  it.each(["", "[]", "{}", '{"v":1,"packages":[]}', '{"v":2,"packages":[{"name":1}]}'])(
    "refuses to build on the index.json %j",
    async (json) => {
      const previous = (path: string) => (path === "index.json" ? bytes(json) : null);
      await expect(buildIndex([], { ...options, previous })).rejects.toMatchObject({
        code: "invalid-package",
      });
    },
  );

  it("stops when it is aborted", async () => {
    const reason = new Error("enough");
    await expect(buildIndex(library(), { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });
});
