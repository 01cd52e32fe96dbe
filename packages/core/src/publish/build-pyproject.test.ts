// Projects for pip: byte for byte what makepyproject.py makes, and what it would not make.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { memoryFileSystem } from "@upykit/core/manifest";
import { nodeFileSystem, toPosixPath } from "@upykit/core/node";
import { buildPyproject } from "@upykit/core/publish";

const fixtures = fileURLToPath(new URL("fixtures/pyproject/", import.meta.url));
const lib = toPosixPath(`${fixtures}lib`);

describe("what makepyproject.py makes of", () => {
  test.each([
    ["units", "micropython/units"],
    ["weather", "python-ecosys/weather/manifest.py"],
  ])("%s", async (name, manifest) => {
    const fileSystem = nodeFileSystem(lib);
    const files = await buildPyproject(`${lib}/${manifest}`, { fileSystem, variables: { MPY_LIB_DIR: lib } });
    const folder = `${fixtures}expected/${name}`;
    const expected = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1).replaceAll("\\", "/"));
    expect(files.map(({ path }) => path).sort()).toEqual(expected.sort());
    for (const { path, content } of files)
      expect(new TextDecoder().decode(content), path).toBe(readFileSync(`${folder}/${path}`, "utf8"));
  });
});

describe("a manifest", () => {
  const full = 'metadata(version="1.0", description="x", pypi_publish="y")\n';
  const build = (manifest: string, name?: string): ReturnType<typeof buildPyproject> =>
    buildPyproject("/p", {
      fileSystem: memoryFileSystem({
        "/p/manifest.py": manifest,
        "/p/a/__init__.py": "",
        "/p/a/b/c.py": "",
        "/p/d/__init__.py": "",
        "/p/m.py": "",
      }),
      name,
    });
  test.each<[string, string, string, RegExp]>([
    [
      "without a name for PyPI",
      'metadata(version="1", description="x")\npackage("a")',
      "invalid-manifest",
      /pypi_publish/,
    ],
    [
      "without a version",
      'metadata(description="x", pypi_publish="y")\npackage("a")',
      "invalid-manifest",
      /no version/,
    ],
    [
      "without a description",
      'metadata(version="1", pypi_publish="y")\npackage("a")',
      "invalid-manifest",
      /no description/,
    ],
    ["of a module", `${full}module("m.py")`, "unsupported", /m\.py/],
    ["of two packages", `${full}package("a")\npackage("d")`, "unsupported", /a, d/],
    ["of nothing", full, "unsupported", /no files/],
    ["that needs what is not there", `${full}require("z")`, "not-found", /z/],
    ["with an error", `${full}nonsense(`, "syntax-error", /manifest\.py/],
  ])("%s is refused", async (_, manifest, code, message) => {
    await expect(build(manifest)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test("may have packages in its package, and take its name from the caller", async () => {
    const files = await build('metadata(version="1", description="a\\\\b\\nc")\npackage("a")', "given");
    const toml = new TextDecoder().decode(files.find(({ path }) => path === "pyproject.toml")?.content);
    expect(toml).toContain('name = "given"');
    expect(toml).toContain('description = "a\\\\b\\u000ac"');
    expect(toml).toContain('packages = ["a"]');
  });
});
