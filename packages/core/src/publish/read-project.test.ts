// Folders as their authors lay them out: which file describes the project, what it is called, and which files belong to it.
import { describe, expect, test } from "vitest";
import { memoryFileSystem } from "@upykit/core/manifest";
import { buildSdist, readProject, type Project, type ReadProjectOptions } from "@upykit/core/publish";

type Files = Record<string, string>;

function read(files: Files, options: Partial<ReadProjectOptions> = {}): Promise<Project> {
  const placed = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [`/work/demo/${path}`, text]),
  );
  return readProject("/work/demo/", { fileSystem: memoryFileSystem(placed), ...options });
}
const paths = ({ files }: Project): string[] => files.map(({ path }) => path);

const toml = (rest = ""): string => `[project]\nname = "micropython-demo"\nversion = "1.0"\n${rest}`;
const cfg = (rest = ""): string => `[metadata]\nname = micropython-demo\nversion = 1.0\n${rest}`;
const flat: Files = {
  "demo/__init__.py": "",
  "demo/data/page.html": "<p>",
  "demo/.hidden": "",
  "demo/__pycache__/x.pyc": "",
  "demo/py.typed": "",
  "tests/__init__.py": "",
  "other/x.py": "",
  "single.py": "",
  "setup.py": "raise SystemExit",
  "conftest.py": "",
  "README.md": "",
};

describe("pyproject.toml", () => {
  test("says what a project is", async () => {
    const text = toml(
      'description = "A demo"\nauthors = [{name = "A", email = "a@b"}]\nlicense = {text = "MIT"}\n' +
        'dependencies = ["micropython-units>=1"]\n[project.urls]\nHomepage = "https://x.example"\n',
    );
    const project = await read({ ...flat, "pyproject.toml": text });
    expect(project).toMatchObject({
      name: "micropython-demo",
      version: "1.0",
      description: "A demo",
      author: "A",
      authorEmail: "a@b",
      license: "MIT",
      homepage: "https://x.example",
      dependencies: ["micropython-units>=1"],
    });
    expect(paths(project)).toEqual(["demo/__init__.py", "demo/data/page.html", "single.py"]);
    expect(buildSdist(project).members).toContain("micropython-demo-1.0/demo/R.py");
  });

  test.each<[string, string, Files, string[]]>([
    [
      "a src folder",
      "",
      { "src/a/b/c.py": "", "src/a/x.py": "", "src/m.py": "", "z/__init__.py": "" },
      ["a/b/c.py", "a/x.py", "m.py"],
    ],
    [
      "setuptools' packages",
      '[tool.setuptools]\npackages = ["a", "a.b"]\n',
      { "a/x.py": "", "a/b/y.py": "", "a/c/z.py": "", "m.py": "" },
      ["a/b/y.py", "a/x.py"],
    ],
    ["setuptools' modules", '[tool.setuptools]\npy-modules = ["m"]\n', { "m.py": "", "n.py": "" }, ["m.py"]],
    [
      "setuptools' package-dir",
      '[tool.setuptools]\npy-modules = ["m"]\npackage-dir = {"" = "lib"}\n',
      { "lib/m.py": "" },
      ["m.py"],
    ],
    [
      "setuptools' find",
      '[tool.setuptools.packages.find]\nwhere = ["lib"]\nexclude = ["t*"]\n',
      { "lib/a/x.py": "", "lib/tests/y.py": "" },
      ["a/x.py"],
    ],
    [
      "hatch's packages",
      '[tool.hatch.build.targets.wheel]\npackages = ["src/a"]\n',
      { "src/a/x.py": "", "src/b/y.py": "" },
      ["a/x.py"],
    ],
    ["flit's module", '[tool.flit.module]\nname = "a"\n', { "a/x.py": "", "b/__init__.py": "" }, ["a/x.py"]],
  ])("finds files by %s", async (_, settings, files, expected) => {
    expect(paths(await read({ ...files, "pyproject.toml": toml(settings) }))).toEqual(expected);
  });

  test.each<[string, string, Files]>([
    [
      "setuptools' attr",
      '[tool.setuptools.dynamic]\nversion = {attr = "demo.__version__"}',
      { "demo/__init__.py": '__version__ = "3.1"' },
    ],
    [
      "setuptools' file",
      '[tool.setuptools.dynamic]\nversion = {file = "VERSION"}',
      { "demo/__init__.py": "", VERSION: "3.1\n" },
    ],
    [
      "hatch's path",
      '[tool.hatch.version]\npath = "src/demo/v.py"',
      { "src/demo/v.py": "__version__: str = '3.1'  # now\n" },
    ],
  ])("takes a version from %s", async (_, settings, files) => {
    const text = `[project]\nname = "demo"\ndynamic = ["version"]\n${settings}`;
    expect((await read({ ...files, "pyproject.toml": text })).version).toBe("3.1");
  });

  test("leaves out data files when told to", async () => {
    const project = await read({ ...flat, "pyproject.toml": toml() }, { resources: false });
    expect(paths(project)).toEqual(["demo/__init__.py", "single.py"]);
  });
});

describe("setup.cfg", () => {
  test("says what a project is, as setuptools reads it", async () => {
    const text =
      "# a comment\n[metadata]\nname: micropython-demo\nversion = attr: demo.__version__\nAuthor-Email = a@b\n" +
      "url = https://x.example\n\n[options]\npackages = find:\npackage_dir =\n    = lib\n" +
      "install_requires =\n    micropython-units>=1,<2\n    micropython-b\n\n[options.packages.find]\nwhere = lib\n";
    const project = await read({
      "setup.cfg": text,
      "lib/demo/__init__.py": "__version__ = '2.0'\n",
      "lib/demo/x.txt": "",
    });
    expect(project).toMatchObject({
      name: "micropython-demo",
      version: "2.0",
      authorEmail: "a@b",
      homepage: "https://x.example",
      dependencies: ["micropython-units>=1,<2", "micropython-b"],
    });
    expect(paths(project)).toEqual(["demo/__init__.py", "demo/x.txt"]);
  });

  test("of modules and of named packages", async () => {
    const files = { "a/x.py": "", "b/y.py": "", "m.py": "" };
    const one = await read({ ...files, "setup.cfg": cfg("[options]\npy_modules = m\n") });
    expect(paths(one)).toEqual(["m.py"]);
    const two = await read({ ...files, "setup.cfg": cfg("[options]\npackages = a, b\npy_modules =\n  m\n") });
    expect(paths(two)).toEqual(["a/x.py", "b/y.py", "m.py"]);
  });
});

describe("manifest.py", () => {
  const manifest =
    'metadata(version="1.0", description="A demo", author="A <a@b>")\nrequire("units")\nrequire("b", version="1.2")\n' +
    'package("demo")\nmodule("single.py")\n';

  test("has its own files in the project, and what it requires as dependencies", async () => {
    const project = await read({ ...flat, "manifest.py": manifest });
    expect(project).toMatchObject({
      name: "micropython-demo",
      version: "1.0",
      author: "A",
      authorEmail: "a@b",
      dependencies: ["micropython-units", "micropython-b==1.2"],
    });
    expect(paths(project)).toEqual(["demo/__init__.py", "demo/data/page.html", "single.py"]);
  });

  test("has its files from another folder", async () => {
    const text = 'metadata(version="1.0", pypi_publish="named")\npackage("a", base_path="code")\n';
    const project = await read({ "manifest.py": text, "code/a/__init__.py": "", "code/a/d.bin": "" });
    expect(project.name).toBe("named");
    expect(project.files.map(({ path, source }) => [path, source])).toEqual([
      ["a/__init__.py", "code/a/__init__.py"],
      ["a/d.bin", "code/a/d.bin"],
    ]);
  });
});

describe("of several descriptions", () => {
  test("the first that is about the project is taken, or the one that is asked for", async () => {
    const files = {
      ...flat,
      "manifest.py": 'metadata(version="3.0")\nmodule("single.py")\n',
      "setup.cfg": cfg(),
    };
    expect((await read({ ...files, "pyproject.toml": "[build-system]\nrequires = []\n" })).version).toBe(
      "1.0",
    );
    expect((await read({ ...files, "setup.cfg": "[flake8]\nmax = 1\n" })).version).toBe("3.0");
    expect((await read(files, { from: "manifest.py", name: "n" })).name).toBe("n");
    expect((await read(files, { version: "9" })).version).toBe("9");
  });
});

test.each<[string, Files, string, RegExp]>([
  ["nothing", {}, "not-found", /describes a project/],
  ["a tool's settings only", { "pyproject.toml": "[tool.x]\na = 1\n" }, "not-found", /describes a project/],
  ["TOML that is none", { "pyproject.toml": "[project]\nname = \n" }, "invalid-package", /line 2/],
  ["no name", { "pyproject.toml": "[project]\nversion = '1'\n" }, "invalid-package", /name is missing/],
  [
    "a version of a wrong kind",
    { "pyproject.toml": "[project]\nname = 'a'\nversion = 1\n" },
    "invalid-package",
    /version/,
  ],
  [
    "a version that code makes",
    { "pyproject.toml": "[project]\nname = 'a'\ndynamic = ['version']\n" },
    "unsupported",
    /version/,
  ],
  [
    "a version outside the folder",
    { "pyproject.toml": "[project]\nname = 'a'\n[tool.hatch.version]\npath = '../v.py'\n" },
    "unsupported",
    /version/,
  ],
  ["an INI file that is none", { "setup.cfg": "name = x\n" }, "invalid-package", /line 1/],
  [
    "a package that is not there",
    { "setup.cfg": cfg("[options]\npackages = gone\n") },
    "file-not-found",
    /gone/,
  ],
  ["a manifest without a version", { "manifest.py": "metadata()\n" }, "unsupported", /metadata/],
  [
    "a manifest that fails",
    { "manifest.py": "metadata(version='1')\n1/0\n" },
    "invalid-manifest",
    /division/,
  ],
])("a folder with %s is refused", async (_, files, code, message) => {
  await expect(read({ ...files, "x.txt": "" })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  });
});
