// Source distributions: the same bytes each time, what is in them, and that boards can unpack them: a real interpreter does,
// with a window of 4 KB and a reader of the few lines that upip had.
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { install, memoryTarget, sha256Sync } from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { pypiIndex, readSdist } from "@upykit/core/pypi";
import { buildSdist, type Project } from "@upykit/core/publish";
import { createVirtualBoard } from "@upykit/core/testing";
import { board as environment, createFakeWeb } from "../../test/fake-web.js";
import { projectPages } from "../pypi/fixtures/archives.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Text that repeats itself at distances of more than 4 KB, which a larger window would make use of. */
const distant = Array.from({ length: 3 }, () =>
  Array.from({ length: 500 }, (_, at) => `v${at} = ${Math.floor(Math.abs(Math.sin(at)) * 1e9)}\n`).join(""),
).join("");

const project: Project = {
  name: "micropython-demo",
  version: "1.0",
  description: "A demo",
  author: "Someone",
  license: "MIT",
  dependencies: ["micropython-units>=1.0", "old; python_version < '3'"],
  files: [
    { path: "demo/__init__.py", content: bytes("def answer():\n    return 42\n") },
    { path: "demo/tables.py", content: bytes(distant) },
    { path: "demo/data/page.html", content: bytes("<p>grün</p>") },
    { path: "demo/data/image.bin", content: Uint8Array.from({ length: 2000 }, (_, at) => (at * 7) % 256) },
    { path: "standalone.py", content: bytes("x = 1\n") },
    { path: "notes.txt", content: bytes("for nobody") },
  ],
};

describe("a source distribution", () => {
  test("has the members that sdist_upip left, and says what it dropped", () => {
    const built = buildSdist(project);
    expect(built.filename).toBe("micropython-demo-1.0.tar.gz");
    expect(built.members).toEqual([
      "micropython-demo-1.0/demo/R.py",
      "micropython-demo-1.0/demo/__init__.py",
      "micropython-demo-1.0/demo/tables.py",
      "micropython-demo-1.0/micropython_demo.egg-info/PKG-INFO",
      "micropython-demo-1.0/micropython_demo.egg-info/requires.txt",
      "micropython-demo-1.0/standalone.py",
    ]);
    expect(built.dropped).toEqual(["notes.txt"]);
    const kept = buildSdist(project, { keepResources: true });
    expect(kept.members).toContain("micropython-demo-1.0/demo/data/page.html");
  });

  test("is read back as what it was made of", () => {
    const read = readSdist(buildSdist(project).content);
    expect(read).toMatchObject({
      madeFor: "micropython",
      signs: [],
      window: 4096,
      requirements: [{ name: "micropython-units", specifier: ">=1.0" }],
      ignored: [{ text: "old" }],
    });
    expect(read.files.map(({ path }) => path)).toEqual([
      "demo/R.py",
      "demo/__init__.py",
      "demo/tables.py",
      "standalone.py",
    ]);
    expect(new TextDecoder().decode(read.files[2]?.content)).toBe(distant);
  });

  test("has the same bytes for the same project, on every machine and in any order of its files", () => {
    const built = buildSdist(project);
    expect(sha256Sync(built.content)).toBe(sha256Sync(buildSdist(project).content));
    const shuffled = { ...project, files: [...project.files].reverse() };
    expect(buildSdist(shuffled).content).toEqual(built.content);
    expect(sha256Sync(built.content)).toBe(
      "1696fcfc8b08659bb4456401537026185772173195d67a5898e940c59796ab29",
    );
    expect(buildSdist(project, { modified: 1 }).content).not.toEqual(built.content);
  });

  test("reaches back no more than 4096 bytes", () => {
    const { content } = buildSdist(project);
    expect(inflateRawSync(content.subarray(10), { windowBits: 12, chunkSize: 64 }).length % 512).toBe(0);
    expect(content[8]).toBe(2);
  });

  test.each<[string, Partial<Project>, string]>([
    ["a name that is none", { name: "a b" }, "invalid-argument"],
    ["a name with a path", { name: "../x" }, "invalid-argument"],
    ["a version that is none", { version: "newest" }, "invalid-argument"],
    ["a description of two lines", { description: "a\nClassifier: x" }, "invalid-argument"],
    ["a dependency that is none", { dependencies: ["a b"] }, "invalid-requirement"],
    ["a dependency of two lines", { dependencies: ["a\nb"] }, "invalid-argument"],
    ["no modules", { files: [{ path: "a/b.txt", content: bytes("") }] }, "invalid-package"],
    ["a path that leads out", { files: [{ path: "../a.py", content: bytes("") }] }, "invalid-path"],
    ["a file twice", { files: [1, 2].map(() => ({ path: "a.py", content: bytes("") })) }, "conflict"],
    [
      "files that differ in case",
      { files: ["a.py", "A.py"].map((path) => ({ path, content: bytes("") })) },
      "invalid-path",
    ],
    [
      "an R.py beside resources",
      { files: ["a/R.py", "a/b.txt"].map((path) => ({ path, content: bytes("") })) },
      "conflict",
    ],
    [
      "a path that upip cannot read",
      { files: [{ path: `${"a".repeat(60)}/${"b".repeat(40)}.py`, content: bytes("") }] },
      "invalid-path",
    ],
  ])("with %s is refused", (_, change, code) => {
    expect(() => buildSdist({ ...project, ...change })).toThrow(expect.objectContaining({ code }) as Error);
  });
});

/** upip 1.18's way in a few lines: a header of 512 bytes, name and size of it, and what it skips. */
const reader = `
import deflate, os
def install_tar(name, prefix):
    skipped, deps = [], b""
    with open(name, "rb") as f:
        d = deflate.DeflateIO(f, deflate.GZIP, 12)
        while True:
            head = d.read(512)
            if not head or not head[0]:
                break
            path = head[:100].rstrip(b"\\0").decode()
            size = int(head[124:135], 8)
            path = path[path.index("/") + 1:]
            save = not (path.startswith(("setup.", "PKG-INFO", "README")) or ".egg-info" in path)
            if save:
                made = prefix
                for part in path.split("/")[:-1]:
                    made += "/" + part
                    try:
                        os.mkdir(made)
                    except OSError:
                        pass
            else:
                skipped.append(path)
            out = open(prefix + "/" + path, "wb") if save else None
            left = size
            while left:
                data = d.read(min(left, 256))
                left -= len(data)
                if out:
                    out.write(data)
                elif path.endswith("/requires.txt"):
                    deps += data
            d.read(-size % 512)
            if out:
                out.close()
    return skipped, deps
`;

describe("beside what sdist_upip made of the same project", () => {
  const fixture = (name: string): Uint8Array =>
    new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
  const same = buildSdist(
    {
      name: "micropython-demo",
      version: "1.0",
      description: "A demo",
      homepage: "https://x.example",
      author: "Someone",
      license: "MIT",
      dependencies: ["micropython-units>=1.0"],
      files: [
        { path: "demo/__init__.py", content: bytes("def answer():\n    return 42\n") },
        { path: "demo/sub/__init__.py", content: bytes("x = 1\n") },
        { path: "demo/data/page.html", content: bytes("<p>grün</p>") },
        { path: "demo/data/image.bin", content: Uint8Array.of(0, 1, 255) },
        { path: "single.py", content: bytes("y = 2\n") },
      ],
    },
    { keepResources: true },
  );
  const contents = (archive: Uint8Array): [string, string][] =>
    readSdist(archive).files.map(({ member, content }): [string, string] => [
      member,
      new TextDecoder().decode(content),
    ]);

  test("the files are the same, R.py included", () => {
    const upip = readSdist(fixture("sdist-upip.tar.gz"));
    expect(contents(same.content)).toEqual(contents(fixture("sdist-upip.tar.gz")));
    expect(readSdist(same.content).skipped).toEqual(upip.skipped);
    expect(upip).toMatchObject({ madeFor: "micropython", signs: [], window: 4096 });
    expect(readSdist(same.content).requirements).toEqual(upip.requirements);
  });

  test("what setuptools had made is told from it, and installs to the same modules", () => {
    const plain = readSdist(fixture("setuptools.tar.gz"));
    expect(plain.madeFor).toBe("cpython");
    expect(plain.signs).toContain("it has a setup.py");
    const modules = (archive: Uint8Array): unknown[] =>
      contents(archive).filter(([name]) => name.endsWith(".py"));
    expect(modules(fixture("setuptools.tar.gz"))).toEqual(modules(same.content));
  });
});

describe("on a board", () => {
  test("a reader like upip's unpacks it with a window of 4 KB, and its resources are read", async () => {
    const { content } = buildSdist(project);
    await using virtual = await createVirtualBoard({ files: { "/demo.tar.gz": content } });
    await using board = await connectBoard(virtual.transport());
    await board.exec(reader);
    const printed = await board.exec('os.mkdir("/app")\nprint(install_tar("/demo.tar.gz", "/app"))');
    expect(printed).toContain("micropython_demo.egg-info/requires.txt");
    expect(printed).toContain("micropython-units>=1.0");
    expect(
      (await virtual.fs.list("/app")).filter(({ type }) => type === "file").map(({ path }) => path),
    ).toEqual(["/app/demo/R.py", "/app/demo/__init__.py", "/app/demo/tables.py", "/app/standalone.py"]);
    expect(await virtual.fs.readText("/app/demo/tables.py")).toBe(distant);
    const code =
      'import sys\nsys.path.insert(0, "/app")\nimport demo\nfrom demo.R import R\n' +
      'print(demo.answer(), R["data/page.html"].decode(), len(R["data/image.bin"]), sum(R["data/image.bin"]))';
    const sum = project.files[3]?.content.reduce((total, byte) => total + byte, 0) ?? 0;
    expect((await board.exec(code)).trim()).toBe(`42 <p>grün</p> 2000 ${sum}`);
  });

  test("an archive packed as today is refused by the same reader", async () => {
    const { content } = buildSdist(project);
    const { gzipSync, gunzipSync } = await import("node:zlib");
    const large = new Uint8Array(gzipSync(gunzipSync(content)));
    expect(readSdist(large).window).toBe(32768);
    await using virtual = await createVirtualBoard({ files: { "/demo.tar.gz": large } });
    await using board = await connectBoard(virtual.transport());
    await board.exec(reader);
    const broken = board.exec('os.mkdir("/app")\nprint(install_tar("/demo.tar.gz", "/app"))');
    await expect(broken).rejects.toMatchObject({ code: "io-error" });
  });
});

test("what is built installs through an index, to the same files", async () => {
  const { content } = buildSdist({ ...project, dependencies: [] });
  const pages = projectPages("https://pypi.org/pypi", {
    "micropython-demo": { "1.0": { archive: content } },
  });
  const target = memoryTarget({ environment });
  const web = createFakeWeb(pages);
  const warnings: unknown[] = [];
  const sources = [pypiIndex({ onWarning: (warning) => warnings.push(warning) })];
  const report = await install(target, ["demo"], { sources, fetch: web.fetch });
  expect(report.written).toEqual([
    "/lib/demo/R.py",
    "/lib/demo/__init__.py",
    "/lib/demo/tables.py",
    "/lib/standalone.py",
  ]);
  expect(warnings).toEqual([]);
});
