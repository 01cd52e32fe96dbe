import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  createMemoryCache,
  fetchContent,
  mipIndex,
  resolve,
  urlPackages,
  type Resolution,
} from "@upykit/core";
import { localPackages, readLocalFile } from "@upykit/core/node";
import { board, bytes, createFakeWeb, indexPages } from "../../test/fake-web.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "upykit-local "));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string | object>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
}

const index = "https://micropython.org/pi/v2";
const web = createFakeWeb({
  ...indexPages(index, { dep: { "1": { files: { "dep.mpy": "dep" } } } }),
  "https://x.example/far.py": "far",
});
const find = (...requirements: string[]): Promise<Resolution> =>
  resolve(requirements, {
    environment: board,
    fetch: web.fetch,
    sources: [localPackages({ base: folder }), mipIndex(), urlPackages()],
  });
const pathsOf = ({ packages }: Resolution): string[] =>
  packages.flatMap(({ files }) => files.map(({ path }) => path));

test("a module", async () => {
  await write({ "path/to/pkg.py": "x = 1" });
  const { packages, roots } = await find("path/to/pkg.py");
  expect(roots).toEqual([{ package: "./path/to/pkg.py", requirements: ["./path/to/pkg.py"] }]);
  expect(packages[0]?.origin).toEqual({ type: "local", path: join(folder, "path/to/pkg.py") });
  expect(packages[0]?.files).toMatchObject([
    { path: "pkg.py", size: 5, url: pathToFileURL(join(folder, "path/to/pkg.py")).href },
  ]);
});

test("a package.json, by its folder and by its name, with sources beside it, far away, and by hash", async () => {
  const [[, hash] = []] =
    (await find("dep")).packages[0]?.files.map(({ sha256 }) => ["", sha256.slice(0, 8)]) ?? [];
  await write({
    "app/package.json": {
      version: "0.3",
      urls: [
        ["app.py", "src/app.py"],
        ["shared.py", "../shared.py"],
        ["far.py", "https://x.example/far.py"],
      ],
      hashes: [["byhash.mpy", hash]],
      deps: [["dep", "latest"]],
    },
    "app/src/app.py": "app",
    "shared.py": "shared",
  });
  const byFolder = await find("./app");
  expect(pathsOf(byFolder)).toEqual(["app.py", "byhash.mpy", "far.py", "shared.py", "dep.mpy"]);
  expect(byFolder.packages[0]).toMatchObject({ version: "0.3", dependencies: ["dep"] });
  expect(pathsOf(await find("app/package.json"))).toEqual(pathsOf(byFolder));
});

test("a folder with an __init__ is a package, another one holds modules; hidden and other files are left out", async () => {
  await write({
    "mods/a.py": "",
    "mods/sub/b.py": "",
    "mods/.git/c.py": "",
    "mods/__pycache__/d.py": "",
    "mods/README.md": "",
    "mods/e.mpy": "",
    "pkg/__init__.py": "",
    "pkg/x.py": "",
  });
  expect(pathsOf(await find("./mods"))).toEqual(["a.py", "e.mpy", "sub/b.py"]);
  expect(pathsOf(await find("./pkg/"))).toEqual(["pkg/__init__.py", "pkg/x.py"]);
});

test.each([
  ["./gone", "not-found"],
  ["./empty", "invalid-package"],
  ["./with-manifest", "invalid-manifest"],
  ["./other.txt", "unsupported"],
  ["./broken/package.json", "invalid-package"],
  ["./missing", "not-found"],
  ["./leads-out", "invalid-path"],
])("%s is refused with %s", async (requirement, code) => {
  await mkdir(join(folder, "empty"));
  await write({
    "with-manifest/manifest.py": "module('x')",
    "other.txt": "",
    "broken/package.json": "{",
    "missing/package.json": { urls: [["a.py", "a.py"]] },
    "leads-out/package.json": { urls: [["../a.py", "package.json"]] },
  });
  await expect(find(requirement)).rejects.toMatchObject({ code });
});

test("without the source, a path is refused with a hint", async () => {
  await expect(resolve(["./x"], { environment: board, fetch: web.fetch })).rejects.toMatchObject({
    code: "not-found",
    hint: expect.stringContaining("localPackages") as string,
  });
});

test("a locked local file is read again, checked, or taken from the cache", async () => {
  await write({ "x.py": "one" });
  const cache = createMemoryCache();
  const { packages } = await resolve(["./x.py"], {
    environment: board,
    cache,
    sources: [localPackages({ base: folder })],
  });
  const file = packages[0]?.files[0];
  if (file === undefined) throw new Error("no file");
  expect(await fetchContent(file, { readFile: readLocalFile })).toEqual(bytes("one"));
  await write({ "x.py": "two" });
  await expect(fetchContent(file, { readFile: readLocalFile })).rejects.toMatchObject({
    code: "hash-mismatch",
  });
  await expect(fetchContent(file, { readFile: readLocalFile, maxFileSize: 2 })).rejects.toMatchObject({
    code: "too-large",
  });
  expect(await fetchContent(file, { cache, offline: true })).toEqual(bytes("one"));
  await rm(join(folder, "x.py"));
  await expect(fetchContent(file, { readFile: readLocalFile })).rejects.toMatchObject({ code: "not-found" });
});

test("an index in a folder", async () => {
  const pages = indexPages(pathToFileURL(folder).href, {
    a: { "1": { files: { "a.mpy": "a" } }, "2": { files: { "a.mpy": "aa" } } },
  });
  for (const [url, page] of Object.entries(pages))
    await write({
      [decodeURIComponent(url.slice(pathToFileURL(folder).href.length + 1))]: page,
    });
  const sources = [mipIndex({ url: pathToFileURL(folder).href })];
  const { packages } = await resolve(["a<2"], {
    environment: board,
    readFile: readLocalFile,
    sources,
    offline: true,
  });
  expect(packages).toMatchObject([{ version: "1", files: [{ path: "a.mpy", size: 1 }] }]);
});
