// package.json for mip: what is written is installed back, from each place it may point to.
import { describe, expect, test } from "vitest";
import { install, memoryTarget, parsePackageJson, urlPackages } from "@upykit/core";
import { memoryFileSystem } from "@upykit/core/manifest";
import { buildPackageJson, readProject, type Project } from "@upykit/core/publish";
import { board as environment, createFakeWeb, type Page } from "../../test/fake-web.js";

const files = {
  "manifest.py":
    'metadata(version="1.0")\nrequire("units")\nrequire("b", version="1.2")\n' +
    'package("demo", base_path="src")\nmodule("single.py")\n',
  "src/demo/__init__.py": "print(1)\n",
  "src/demo/page.html": "<p>",
  "single.py": "x = 1\n",
};
const folder = memoryFileSystem(
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text])),
);
const withoutDependencies = async (): Promise<Project> => ({
  ...(await readProject("/p", { fileSystem: folder })),
  dependencies: [],
});

/** The files of the folder below an address, and what is to be the package.json there. */
function pages(at: string, json: string): Record<string, Page> {
  const placed = Object.entries(files).map(([path, text]) => [`${at}/${path}`, text]);
  return { ...Object.fromEntries(placed), [`${at}/package.json`]: json } as Record<string, Page>;
}

describe("a package.json is installed back", () => {
  const raw = "https://raw.githubusercontent.com/org/repo";
  test.each<[string, string | undefined, string, string, string]>([
    [
      "beside its files",
      undefined,
      "https://x.example/p",
      "https://x.example/p/package.json",
      "https://x.example/p",
    ],
    [
      "from an address",
      "https://x.example/p",
      "https://x.example/p",
      "https://y.example/package.json",
      "https://y.example",
    ],
    ["from a repository", "github:org/repo/p", `${raw}/HEAD/p`, "github:org/repo/p", `${raw}/HEAD/p`],
    ["at a ref", "github:org/repo/p", `${raw}/v1/p`, "github:org/repo/p@v1", `${raw}/v1/p`],
    [
      "at a ref of its own",
      "github:org/repo/p@v2",
      `${raw}/v2/p`,
      "https://x.example/package.json",
      "https://x.example",
    ],
  ])("%s", async (_, base, filesAt, requirement, jsonAt) => {
    const json = buildPackageJson(await withoutDependencies(), { base });
    const web = createFakeWeb({ ...pages(filesAt, json), [`${jsonAt}/package.json`]: json });
    const target = memoryTarget({ environment });
    await install(target, [requirement], { fetch: web.fetch, sources: [urlPackages({ pin: false })] });
    const read = async (path: string): Promise<string> =>
      new TextDecoder().decode(await target.fs.readFile(path));
    expect(await read("/lib/demo/__init__.py")).toBe("print(1)\n");
    expect(await read("/lib/demo/page.html")).toBe("<p>");
    expect(await read("/lib/single.py")).toBe("x = 1\n");
  });

  test("on other forges too", async () => {
    const project = await withoutDependencies();
    for (const base of ["gitlab:group/sub/repo//p", "codeberg:org/repo", "gitlab:group/repo@v1"]) {
      const parsed = parsePackageJson(buildPackageJson(project, { base }));
      expect(parsed.files.map(({ path }) => path)).toEqual([
        "demo/__init__.py",
        "demo/page.html",
        "single.py",
      ]);
      expect(parsed.files.every(({ source }) => source.type === "git" || source.type === "url")).toBe(true);
    }
  });
});

test("dependencies are those of mip's index, and data files can be left out", async () => {
  const project = await readProject("/p", { fileSystem: folder });
  expect(JSON.parse(buildPackageJson(project, { resources: false }))).toEqual({
    urls: [
      ["demo/__init__.py", "src/demo/__init__.py"],
      ["single.py", "single.py"],
    ],
    deps: [
      ["units", "latest"],
      ["b", "1.2"],
    ],
    version: "1.0",
  });
  const deps = ["github:o/r@v1", "micropython-c", "https://x.example/package.json"];
  expect(JSON.parse(buildPackageJson({ ...project, dependencies: deps }))).toMatchObject({
    deps: [
      ["github:o/r", "v1"],
      ["c", "latest"],
      ["https://x.example/package.json", "latest"],
    ],
  });
});

test.each<[string, Partial<Project>, string | undefined, string]>([
  ["a range, which mip does not know", { dependencies: ["a>=1"] }, undefined, "unsupported"],
  ["a path on this machine", { dependencies: ["../a"] }, undefined, "unsupported"],
  ["a dependency that is none", { dependencies: ["a b"] }, undefined, "invalid-requirement"],
  [
    "a file outside the folder",
    { files: [{ path: "a.py", source: "../a.py", content: new Uint8Array() }] },
    undefined,
    "invalid-path",
  ],
  [
    "a name that is no address",
    { files: [{ path: "a#b.py", content: new Uint8Array() }] },
    undefined,
    "invalid-path",
  ],
  ["a base that is none", {}, "somewhere", "invalid-argument"],
  ["a base without a repository", {}, "github:org", "invalid-requirement"],
])("%s is refused", async (_, change, base, code) => {
  const project = { ...(await withoutDependencies()), ...change };
  expect(() => buildPackageJson(project, { base })).toThrow(expect.objectContaining({ code }) as Error);
});
