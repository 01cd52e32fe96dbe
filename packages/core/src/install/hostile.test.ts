// What an attacker can put where an install reads: resolutions, records, journals, plans. Each row has its error code,
// and in no row anything is written.

import {
  applyPlan,
  isUpyError,
  listInstalled,
  type LockedFile,
  memoryTarget,
  type Plan,
  planInstall,
  recover,
  type Resolution,
  sha256Sync,
  uninstall,
} from "@upykit/core";
import { describe, expect, it } from "vitest";
import { resolutionOf } from "./fixtures/packages.js";

const good = resolutionOf({ one: { files: { "one/a.py": "a = 1\n", "one/b.py": "b = 2\n" } } });

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isUpyError(error)) return error.code;
    throw error;
  }
  return "none";
}

const badPaths: [string, string][] = [
  ["climbing", "../boot.py"],
  ["climbing in the middle", "one/../../boot.py"],
  ["absolute", "/boot.py"],
  ["a drive letter", "C:/boot.py"],
  ["a backslash", "..\\boot.py"],
  ["NUL", "one\0.py"],
  ["a line feed", "one\n.py"],
  ["an empty segment", "one//a.py"],
  ["a dot segment", "./one.py"],
  ["empty", ""],
  ["a slash at the end", "one/"],
  ["an over-long name", `${"x".repeat(300)}.py`],
  ["an over-long path", `${"dir/".repeat(200)}a.py`],
  ["a lone surrogate", "one\ud800.py"],
  ["the record", ".upykit/record.json"],
  ["the record in another case", ".UPYKIT/record.json"],
  ["the journal", ".upykit-tx/journal"],
];

describe("a hostile resolution", () => {
  const withFile = (file: Partial<LockedFile>): Resolution => ({
    ...good.resolution,
    packages: good.resolution.packages.map((one) => ({
      ...one,
      files: [{ ...(one.files[0] as LockedFile), ...file }],
    })),
  });
  const withFiles = (paths: string[]): Resolution => ({
    ...good.resolution,
    packages: good.resolution.packages.map((one) => ({
      ...one,
      files: paths.map((path) => ({ ...(one.files[0] as LockedFile), path })),
    })),
  });

  const rows: [string, string, Resolution][] = [
    ...badPaths.map(([name, path]): [string, string, Resolution] => [
      name,
      "invalid-path",
      withFile({ path }),
    ]),
    ["files that differ in case only", "invalid-path", withFiles(["one.py", "One.py"])],
    ["directories that differ in case only", "invalid-path", withFiles(["one/a.py", "One/b.py"])],
    ["names that differ in composition only", "invalid-path", withFiles(["\u00e9.py", "e\u0301.py"])],
    ["a file that is a directory too", "invalid-path", withFiles(["one", "one/a.py"])],
    ["a hash that is none", "invalid-lockfile", withFile({ sha256: "abc" })],
    ["a negative size", "invalid-lockfile", withFile({ size: -1 })],
    ["no packages", "invalid-lockfile", { ...good.resolution, packages: null as never }],
    [
      "a package twice",
      "invalid-lockfile",
      { ...good.resolution, packages: [...good.resolution.packages, ...good.resolution.packages] },
    ],
  ];

  it.each(rows)("%s is refused with %s", async (_name, code, resolution) => {
    const target = memoryTarget();
    expect(await codeOf(() => planInstall(resolution, target, { fetch: good.fetch }))).toBe(code);
    expect(target.calls).toBe(0);
  });

  it("whose contents are others is refused before anything is written", async () => {
    const target = memoryTarget();
    const lying = withFile({ sha256: "0".repeat(64) });
    const fetch = () => Promise.resolve(new Response("something else"));
    const plan = await planInstall(lying, target, { fetch });
    expect(await codeOf(() => applyPlan(plan, target, { fetch }))).toBe("hash-mismatch");
    expect(target.steps).toBe(0);
  });

  it("cannot choose a root outside", async () => {
    for (const root of ["lib", "../lib", "/../etc", "/lib/../..", "/lib//x", "/a\0b", ""]) {
      expect(await codeOf(() => planInstall(good.resolution, memoryTarget(), { root }))).toBe("invalid-path");
    }
  });
});

describe("a hostile record", () => {
  const file = { path: "one/a.py", size: 6, sha256: "0".repeat(64) };
  const one = {
    name: "one",
    version: null,
    origin: { type: "url", url: "x" },
    dependencies: [],
    files: [file],
  };
  const record = { version: 1, roots: [], packages: [one], directories: [] };

  const rows: [string, string | Uint8Array][] = [
    ["that is not JSON", "{"],
    ["that is not UTF-8", new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
    ["that is empty", ""],
    ["that is a list", "[]"],
    ["of another version", JSON.stringify({ ...record, version: 2 })],
    ["with a key nobody knows", JSON.stringify({ ...record, constructor: {} })],
    ["with a package twice", JSON.stringify({ ...record, packages: [one, one] })],
    ["with a directory outside", JSON.stringify({ ...record, directories: ["../etc"] })],
    ["with a directory that climbs from the top", JSON.stringify({ ...record, directories: ["/../etc"] })],
    ["that nests without end", "[".repeat(100_000)],
    ...badPaths.map(([name, path]): [string, string] => [
      `with a path that is ${name}`,
      JSON.stringify({ ...record, packages: [{ ...one, files: [{ ...file, path }] }] }),
    ]),
  ];

  it.each(rows)("%s is refused", async (_name, content) => {
    const target = memoryTarget({ files: { "/lib/.upykit/record.json": content, "/boot.py": "mine\n" } });
    const before = target.snapshot();
    for (const work of [
      () => listInstalled(target),
      () => planInstall(good.resolution, target, { fetch: good.fetch }),
      () => uninstall(target, ["one"], { force: true }),
    ]) {
      expect(await codeOf(work)).toBe("invalid-record");
    }
    expect(target.snapshot()).toEqual(before);
  });
});

describe("a hostile journal", () => {
  const journal = {
    version: 1,
    root: "/lib",
    writes: [{ path: "x.py", sha256: "0".repeat(64) }],
    removes: [] as string[],
    makes: [] as string[],
    unmakes: [] as string[],
    record: "remove",
  };
  const kept = { ...journal, root: "/", record: "keep" };
  /** What people call their files is wider than what packages may, but stays below the root. */
  const leadingOut = badPaths.filter(([name]) => !/drive|backslash|over-long|surrogate|FAT/.test(name));
  const sealed = (value: unknown) => {
    const json = JSON.stringify(value);
    return `${json}\n${sha256Sync(new TextEncoder().encode(json))}\n`;
  };
  const rows: [string, string][] = [
    ["with another key", sealed({ ...journal, extra: 1 })],
    ["of a root outside", sealed({ ...journal, root: "/lib/../etc" })],
    ["that makes a directory outside", sealed({ ...journal, makes: ["../etc"] })],
    ["that unmakes a directory outside", sealed({ ...journal, unmakes: [".."] })],
    [
      "that replaces a file outside",
      sealed({ ...journal, writes: [{ ...journal.writes[0], replaces: "../boot.py" }] }),
    ],
    ["that is a number", sealed(7)],
    ...badPaths.map(([name, path]): [string, string] => [
      `removing a path that is ${name}`,
      sealed({ ...journal, removes: [path] }),
    ]),
    ...badPaths.map(([name, path]): [string, string] => [
      `writing a path that is ${name}`,
      sealed({ ...journal, writes: [{ path, sha256: "0".repeat(64) }] }),
    ]),
    ...leadingOut.flatMap(([name, path]): [string, string][] => [
      [`of no package, removing a path that is ${name}`, sealed({ ...kept, removes: [path] })],
      [`of no package, making a directory that is ${name}`, sealed({ ...kept, makes: [path] })],
    ]),
    ["of no package that touches the record", sealed({ ...kept, removes: ["lib/.upykit/record.json"] })],
  ];

  const targetWith = (content: string) =>
    memoryTarget({
      files: { "/lib/.upykit-tx/journal": content, "/lib/.upykit-tx/0": "evil\n", "/boot.py": "mine\n" },
    });

  it.each(rows)("%s is refused, and can be thrown away", async (_name, content) => {
    const target = targetWith(content);
    const before = target.snapshot();
    expect(await codeOf(() => recover(target))).toBe("invalid-record");
    expect(target.snapshot()).toEqual(before);
    expect(await recover(target, { discard: true })).toMatchObject({ outcome: "discarded" });
    expect([...target.snapshot().keys()].sort()).toEqual(["/boot.py", "/lib"]);
  });

  it("of another root is not carried out", async () => {
    const target = targetWith(sealed({ ...journal, root: "/other" }));
    expect(await codeOf(() => recover(target))).toBe("interrupted-install");
  });

  it("that is torn was never committed", async () => {
    for (const content of [
      "",
      "{",
      sealed(journal).slice(0, -10),
      `${JSON.stringify(journal)}\n${"0".repeat(64)}\n`,
    ]) {
      const target = targetWith(content);
      expect(await recover(target)).toMatchObject({ outcome: "undone" });
      expect([...target.snapshot().keys()].sort()).toEqual(["/boot.py", "/lib"]);
    }
  });
});

describe("a hostile plan", () => {
  const rows: [string, string, (plan: Plan) => unknown][] = [
    ["that is nothing", "invalid-argument", () => null],
    ["of another version", "invalid-argument", (plan) => ({ ...plan, version: 2 })],
    ["of a root outside", "invalid-argument", (plan) => ({ ...plan, root: "/lib/../.." })],
    ["of a relative root", "invalid-argument", (plan) => ({ ...plan, root: "lib" })],
    ["that stages elsewhere", "invalid-argument", (plan) => ({ ...plan, base: "/etc" })],
    [
      "of another root than its base",
      "invalid-argument",
      (plan) => ({ ...plan, root: "/other", base: "/lib" }),
    ],
    ["that makes a directory outside", "invalid-argument", (plan) => ({ ...plan, makes: ["../x"] })],
    ["with a file twice", "invalid-argument", (plan) => ({ ...plan, files: [...plan.files, ...plan.files] })],
    ["without its conflicts", "invalid-argument", (plan) => ({ ...plan, conflicts: undefined })],
    [
      "with files that differ in case only",
      "invalid-path",
      (plan) => ({
        ...plan,
        files: plan.files.map((file, index) => ({ ...file, path: index === 0 ? "x.py" : "X.py" })),
      }),
    ],
    ...badPaths.map(([name, path]): [string, string, (plan: Plan) => unknown] => [
      `that writes a path that is ${name}`,
      "invalid-argument",
      (plan) => ({ ...plan, files: plan.files.map((file) => ({ ...file, path })).slice(0, 1) }),
    ]),
    ...badPaths.map(([name, path]): [string, string, (plan: Plan) => unknown] => [
      `that removes a path that is ${name}`,
      "invalid-argument",
      (plan) => ({ ...plan, removals: [{ path, size: 0, sha256: "0".repeat(64), packages: [] }] }),
    ]),
    [
      "that expects other contents of what it replaces",
      "conflict",
      (plan) => ({ ...plan, removals: [{ path: "x.py", size: 0, sha256: "0".repeat(64), packages: [] }] }),
    ],
  ];

  it.each(rows)("%s is refused with %s", async (_name, code, change) => {
    const target = memoryTarget({ files: { "/boot.py": "mine\n" } });
    const plan = await planInstall(good.resolution, target, { fetch: good.fetch });
    expect(await codeOf(() => applyPlan(change(plan) as Plan, target, { fetch: good.fetch }))).toBe(code);
    expect(target.steps).toBe(0);
  });

  it("whose hashes do not match its contents installs nothing", async () => {
    const target = memoryTarget();
    const plan = await planInstall(good.resolution, target, { fetch: good.fetch });
    const files = plan.files.map((file) => ({ ...file, sha256: "1".repeat(64) }));
    expect(await codeOf(() => applyPlan({ ...plan, files }, target, { fetch: good.fetch }))).toBe(
      "hash-mismatch",
    );
    expect(target.steps).toBe(0);
  });
});
