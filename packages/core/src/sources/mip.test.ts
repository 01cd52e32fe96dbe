import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mipIndex, parseMipIndex, resolve } from "@upykit/core";
import { board, createFakeWeb, hashPrefix, indexPages, type Page } from "../../test/fake-web.js";

const official = "https://micropython.org/pi/v2";

describe("mip's own documented examples (docs/reference/packages.rst, MicroPython 1.28) load what mip loads", () => {
  const raw = "https://raw.githubusercontent.com";
  const lab = "https://gitlab.com";
  const packageJson = {
    urls: [
      ["mlx90640/__init__.py", "mlx90640/__init__.py"],
      ["mlx90640/utils.py", "github:org/micropython-mlx90640/mlx90640/utils.py"],
    ],
    version: "0.2",
  };
  test.each<[string, string[], string[]]>([
    ["pkgname", [`${official}/package/6/pkgname/latest.json`], ["a.mpy"]],
    ["pkgname@x.y", [`${official}/package/6/pkgname/x.y.json`], ["a.mpy"]],
    ["http://example.com/x/y/foo.py", ["http://example.com/x/y/foo.py"], ["foo.py"]],
    ["http://example.com/x/y/foo.mpy", ["http://example.com/x/y/foo.mpy"], ["foo.mpy"]],
    ["github:org/repo/path/foo.py", [`${raw}/org/repo/HEAD/path/foo.py`], ["foo.py"]],
    ["github:org/repo/path/foo.py@branch-or-tag", [`${raw}/org/repo/branch-or-tag/path/foo.py`], ["foo.py"]],
    ["gitlab:org/repo/path/foo.py", [`${lab}/org/repo/-/raw/HEAD/path/foo.py`], ["foo.py"]],
    [
      "gitlab:org/repo/path/foo.py@branch-or-tag",
      [`${lab}/org/repo/-/raw/branch-or-tag/path/foo.py`],
      ["foo.py"],
    ],
    [
      "http://example.com/x/package.json",
      ["http://example.com/x/package.json"],
      ["mlx90640/__init__.py", "mlx90640/utils.py"],
    ],
    [
      "github:org/user/path/package.json",
      [`${raw}/org/user/HEAD/path/package.json`],
      ["mlx90640/__init__.py", "mlx90640/utils.py"],
    ],
    [
      "gitlab:org/user/path/package.json",
      [`${lab}/org/user/-/raw/HEAD/path/package.json`],
      ["mlx90640/__init__.py", "mlx90640/utils.py"],
    ],
    [
      "http://example.com/x/",
      ["http://example.com/x/package.json"],
      ["mlx90640/__init__.py", "mlx90640/utils.py"],
    ],
    [
      "github:org/repo",
      [`${raw}/org/repo/HEAD/package.json`, `${raw}/org/repo/HEAD/mlx90640/__init__.py`],
      ["mlx90640/__init__.py", "mlx90640/utils.py"],
    ],
    [
      "github:org/repo@branch-or-tag",
      [
        `${raw}/org/repo/branch-or-tag/package.json`,
        `${raw}/org/repo/branch-or-tag/mlx90640/__init__.py`,
        `${raw}/org/micropython-mlx90640/HEAD/mlx90640/utils.py`,
      ],
      ["mlx90640/__init__.py", "mlx90640/utils.py"],
    ],
    [
      "gitlab:org/repo",
      [`${lab}/org/repo/-/raw/HEAD/package.json`],
      ["mlx90640/__init__.py", "mlx90640/utils.py"],
    ],
    [
      "gitlab:org/repo@branch-or-tag",
      [
        `${lab}/org/repo/-/raw/branch-or-tag/package.json`,
        `${lab}/org/repo/-/raw/branch-or-tag/mlx90640/__init__.py`,
      ],
      ["mlx90640/__init__.py", "mlx90640/utils.py"],
    ],
  ])("%s", async (requirement, asked, paths) => {
    const web = createFakeWeb((url) => {
      if (/^https:\/\/(api\.github\.com|gitlab\.com\/api)\//.test(url)) return undefined;
      if (url.includes("/package/"))
        return { v: 1, hashes: [["a.mpy", hashPrefix("A")]], version: url.includes("x.y") ? "x.y" : "1.0" };
      if (url.includes("/file/")) return "A";
      return url.endsWith(".json") ? packageJson : `contents of ${url}`;
    });
    const resolution = await resolve([requirement], { environment: board, fetch: web.fetch });
    expect(web.requests).toEqual(expect.arrayContaining(asked));
    expect(resolution.packages.flatMap(({ files }) => files.map(({ path }) => path))).toEqual(paths);
  });

  test("relative paths are parts of an address, in a repository too", async () => {
    const web = createFakeWeb((url) =>
      url.endsWith("/package.json") ? { urls: [["a.py", "src/a%20b%2B.py"]] } : undefined,
    );
    const options = { environment: board, fetch: web.fetch };
    await expect(resolve(["github:org/repo"], options)).rejects.toMatchObject({ code: "not-found" });
    expect(web.requests).toContain(`${raw}/org/repo/HEAD/src/a%20b%2B.py`);
  });

  test("its --no-mpy and --index", async () => {
    const web = createFakeWeb(
      indexPages("https://host/pi", { pkgname: { "1.0": { files: { "a.py": "A" } } } }),
    );
    const resolution = await resolve(["pkgname"], {
      environment: board,
      fetch: web.fetch,
      mpy: false,
      sources: [mipIndex({ url: "https://host/pi/" })],
    });
    expect(web.requests[0]).toBe("https://host/pi/package/py/pkgname/latest.json");
    expect(resolution.environment).toEqual({ implementation: "micropython", mpy: "py" });
  });
});

describe("the index of micropython-lib v1.28.0", () => {
  const fixture = JSON.parse(
    readFileSync(new URL("./fixtures/mip-index-v2.json", import.meta.url), "utf8"),
  ) as {
    index: { packages: { name: string }[] };
    packages: Record<string, { version: string; py: [string, string][]; "6": [string, string][] }>;
  };
  const packagePage = (url: string): Page | undefined => {
    const [, flavour, name = "", version] = /\/package\/(py|6)\/(.+)\/([^/]+)\.json$/.exec(url) ?? [];
    const found = fixture.packages[name];
    if (found === undefined || (version !== "latest" && version !== found.version)) return undefined;
    return { v: 1, hashes: found[flavour === "py" ? "py" : "6"], version: found.version };
  };

  test("is read whole", () => {
    const { packages } = parseMipIndex(JSON.stringify(fixture.index));
    expect(packages.size).toBe(122);
    for (const [name, one] of packages) {
      expect(one.versions).toEqual({
        py: [fixture.packages[name]?.version],
        "6": [fixture.packages[name]?.version],
      });
    }
  });

  test.each([
    ["6", board, ".mpy"],
    ["py", { ...board, mpy: null }, ".py"],
    ["py on CircuitPython", { ...board, implementation: "circuitpython" }, ".py"],
  ] as const)("has every package for %s", async (_, environment, ending) => {
    const web = createFakeWeb((url) => (url.endsWith("/index.json") ? fixture.index : packagePage(url)));
    const download = async (url: string): Promise<Uint8Array | null> => {
      const answer = await web.fetch(url);
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
    };
    const names = Object.keys(fixture.packages);
    const source = mipIndex();
    for (const specifier of ["", ">=0.0.1"]) {
      const releases = await Promise.all(
        names.map((name) => source.find([{ type: "name", name, specifier }], { environment, download })),
      );
      expect(releases.map((release) => release?.version)).toEqual(
        names.map((name) => fixture.packages[name]?.version),
      );
      const files = releases.flatMap((release) => release?.files ?? []);
      expect(files.length).toBe(Object.values(fixture.packages).reduce((sum, one) => sum + one.py.length, 0));
      expect(files.every(({ path }) => path.endsWith(ending))).toBe(true);
    }
  });
});
