import { describe, expect, test } from "vitest";
import {
  chainSources,
  createMemoryCache,
  fetchContent,
  formatLockfile,
  mipIndex,
  parseLockfile,
  resolve,
  urlPackages,
  type PackageSource,
  type ResolveProgress,
} from "@upykit/core";
import { board, bytes, createFakeWeb, indexPages, type Page } from "../../test/fake-web.js";

const official = "https://micropython.org/pi/v2";

describe("versions", () => {
  const pages = indexPages(official, {
    lib: {
      "1.0": { files: { "lib.mpy": "1.0" } },
      "1.5": { files: { "lib.mpy": "1.5" } },
      "2.0": { files: { "lib.mpy": "2.0" } },
      "3.0a1": { files: { "lib.mpy": "3.0a1" } },
    },
    wants1: { "1": { deps: [["lib", ">=1.1,<2"]] } },
    wants2: { "1": { deps: [["lib", "2.0"]] } },
    deep: { "1": { deps: [["wants1", "latest"]] } },
  });
  const versionOf = async (
    requirements: string[],
    extra: Record<string, Page> = {},
  ): Promise<string | null | undefined> => {
    const web = createFakeWeb({ ...pages, ...extra });
    const { packages } = await resolve(requirements, { environment: board, fetch: web.fetch });
    return packages.find(({ name }) => name === "lib")?.version;
  };

  test.each([
    [["lib>=1,<2"], "1.5"],
    [["lib==1"], "1.0"],
    [["lib@1.5"], "1.5"],
    [["lib~=1.0"], "1.5"],
    [["lib>=1"], "2.0"],
    [["lib>2.0"], "3.0a1"],
    [["lib!=2.0,<3"], "1.5"],
    [["lib", "wants1"], "1.5"],
    [["lib", "deep"], "1.5"],
    [["lib<1.2", "lib>=1"], "1.0"],
    [["wants2", "lib>1"], "2.0"],
  ])("%j gives lib %s", async (requirements, version) => {
    await expect(versionOf(requirements)).resolves.toBe(version);
  });

  // What `packaging` 26.2 picks.
  test.each([
    [["1", "2"], "<1.post1", "1"],
    [["1", "2"], "==1.0.*", "1"],
    [["1", "2a1"], "!=1.dev1", "1"],
    [["1", "1.1b1"], ">=1.0a1,<2", "1.1b1"],
    [["1", "1.1b1"], "<2", "1"],
    [["1.post1", "2"], ">1,<2", undefined],
    [["1+local", "2"], ">1,<2", undefined],
    [["1", "2.dev0"], "<2", "1"],
    [["1.4.5", "1!1.5"], "~=1.4.1", "1.4.5"],
    [["1.1+x"], "==1.1", "1.1+x"],
    [["1", "9999999999999999999999"], ">=1", "1"],
  ])("of %j, %s takes %s", async (versions, specifier, version) => {
    const ranged = Object.fromEntries(versions.map((one) => [one, { files: { "lib.mpy": one } }]));
    const web = createFakeWeb(indexPages(official, { lib: ranged }));
    const found = await resolve([`lib${specifier}`], { environment: board, fetch: web.fetch }).catch(
      () => null,
    );
    expect(found?.packages[0]?.version).toBe(version);
  });

  test("two requirements that cannot both hold are told with the ways to them", async () => {
    await expect(versionOf(["deep", "wants2"])).rejects.toMatchObject({
      code: "version-conflict",
      message: expect.stringMatching(/wants2 → lib==2\.0.*deep → wants1 → lib>=1\.1,<2/) as string,
    });
  });

  test("a version that the index does not have is told with those it has", async () => {
    await expect(versionOf(["lib@9"])).rejects.toMatchObject({
      code: "version-conflict",
      message: expect.stringContaining("1.0, 1.5, 2.0") as string,
    });
  });

  test("the next index has it", async () => {
    const other = "https://other/pi";
    const web = createFakeWeb({
      ...pages,
      ...indexPages(other, { lib: { "9": { files: { "lib.mpy": "9" } } }, more: { "1": {} } }),
    });
    const options = { environment: board, fetch: web.fetch };
    const sources = [chainSources(mipIndex(), mipIndex({ url: other }))];
    const { packages } = await resolve(["lib>=9", "more"], { ...options, sources });
    expect(packages.map(({ name, version, origin }) => [name, version, origin])).toEqual([
      ["lib", "9", { type: "index", url: other }],
      ["more", "1", { type: "index", url: other }],
    ]);
    await expect(resolve(["lib>=10"], { ...options, sources })).rejects.toMatchObject({
      code: "version-conflict",
      message: expect.stringContaining(official) as string,
    });
    await expect(resolve(["nothing"], { ...options, sources })).rejects.toMatchObject({
      code: "not-found",
      hint: expect.stringContaining(other) as string,
    });
  });

  test("an index that cannot be asked ends the search, and is named", async () => {
    const down = "https://down/pi";
    const web = createFakeWeb((url) => {
      if (url.startsWith(down)) return () => new Response("", { status: 403 });
      return pages[url];
    });
    const sources = [mipIndex({ url: down }), mipIndex()];
    await expect(resolve(["lib"], { environment: board, fetch: web.fetch, sources })).rejects.toMatchObject({
      code: "network",
      message: expect.stringContaining(`mip index ${down} cannot be asked`) as string,
      hint: expect.stringContaining("ends at the first source") as string,
    });
  });

  test("more files or bytes than the limits are refused", async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`m${i}.py`, "x".repeat(200 + i)]));
    const web = createFakeWeb(indexPages(official, { lib: { "1": { files: many } } }));
    const options = { environment: board, fetch: web.fetch };
    expect((await resolve(["lib"], { ...options, maxFiles: 30, maxBytes: 10_000 })).packages).toHaveLength(1);
    const fewFiles = resolve(["lib"], { ...options, maxFiles: 29 });
    await expect(fewFiles).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringContaining("30 files") as string,
    });
    const before = web.requests.length;
    const fewBytes = resolve(["lib"], { ...options, maxBytes: 2500, concurrency: 1 });
    await expect(fewBytes).rejects.toMatchObject({ code: "too-large" });
    expect(web.requests.length - before).toBeLessThan(25);
    await expect(resolve(["lib"], { ...options, maxFiles: 0 })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  test("an index without index.json is asked as mip asks", async () => {
    const bare = Object.fromEntries(Object.entries(pages).filter(([url]) => !url.endsWith("index.json")));
    const web = createFakeWeb(bare);
    const options = { environment: board, fetch: web.fetch };
    expect((await resolve(["lib>=3a1"], options)).packages[0]?.version).toBe("3.0a1");
    await expect(resolve(["lib<1"], options)).rejects.toMatchObject({ code: "version-conflict" });
  });

  test("where the index has nothing for the board's .mpy version, sources are taken", async () => {
    const web = createFakeWeb(indexPages(official, { lib: { "1.0": { files: { "lib.py": "x" } } } }, ["py"]));
    const { packages } = await resolve(["lib"], { environment: board, fetch: web.fetch });
    expect(packages[0]?.files[0]?.path).toBe("lib.py");
  });

  test("packages that chase each other come to rest", async () => {
    // a 2 wants b<2, b 1 wants a<2, a 1 wants nothing of b: without a memory, this would go round for ever.
    const web = createFakeWeb(
      indexPages(official, {
        a: { "1": {}, "2": { deps: [["b", "1"]] } },
        b: { "1": { deps: [["a", "1"]] }, "2": {} },
      }),
    );
    const { packages } = await resolve(["a>=1"], { environment: board, fetch: web.fetch });
    expect(packages.map(({ name, version }) => [name, version])).toEqual([["a", "1"]]);
  });
});

describe("repositories", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const api = "https://api.github.com/repos";
  const raw = "https://raw.githubusercontent.com";
  const pinned = {
    [`${api}/Org/Repo/commits/v1?per_page=1`]: { sha: commit, other: 1 },
    [`${raw}/Org/Repo/${commit}/package.json`]: {
      urls: [
        ["a.py", "src/a.py"],
        ["b.py", "github:org/repo/b.py"],
        ["c.py", "github:else/where/c.py"],
      ],
      deps: [["github:org/dep", "latest"]],
      version: "1",
    },
    [`${raw}/Org/Repo/${commit}/src/a.py`]: "a",
    [`${raw}/org/repo/${commit}/b.py`]: "b",
    [`${raw}/else/where/HEAD/c.py`]: "c",
    [`${raw}/org/dep/HEAD/package.json`]: { urls: [["d.py", "d.py"]] },
    [`${raw}/org/dep/HEAD/d.py`]: "d",
  };

  test("a ref is pinned to its commit, covers the package's own repository, and goes no further", async () => {
    const web = createFakeWeb(pinned);
    const { packages, roots } = await resolve(["github:Org/Repo@v1"], {
      environment: board,
      fetch: web.fetch,
    });
    expect(roots).toEqual([{ package: "github:org/repo", requirements: ["github:Org/Repo@v1"] }]);
    expect(packages).toMatchObject([
      {
        name: "github:org/dep",
        version: null,
        origin: { type: "git", ref: "HEAD", commit: null },
        files: [{ path: "d.py" }],
      },
      {
        name: "github:org/repo",
        version: "1",
        origin: { type: "git", ref: "v1", commit },
        dependencies: ["github:org/dep"],
        files: [
          { url: `${raw}/Org/Repo/${commit}/src/a.py` },
          { url: `${raw}/org/repo/${commit}/b.py` },
          { url: `${raw}/else/where/HEAD/c.py` },
        ],
      },
    ]);
  });

  test("two refs of one repository do not go together, unless they are the same commit", async () => {
    const web = createFakeWeb({ ...pinned, [`${api}/Org/Repo/commits/main?per_page=1`]: { sha: commit } });
    const both = ["github:Org/Repo@v1", "github:Org/Repo@main"];
    await expect(resolve(both, { environment: board, fetch: web.fetch })).resolves.toMatchObject({
      roots: [{ package: "github:org/repo" }],
    });
    await expect(resolve(both, { environment: board, fetch: createFakeWeb({}).fetch })).rejects.toMatchObject(
      { code: "version-conflict", message: expect.stringContaining("main and at v1") as string },
    );
  });

  test("no ref goes with any ref", async () => {
    const web = createFakeWeb(pinned);
    const { packages } = await resolve(["github:Org/Repo", "github:Org/Repo@v1"], {
      environment: board,
      fetch: web.fetch,
    });
    expect(packages[1]?.origin).toMatchObject({ ref: "v1" });
  });

  test("a repository deeper down on GitLab is found, mip's reading first", async () => {
    const url = "https://gitlab.com/group/sub/repo/-/raw/HEAD";
    const web = createFakeWeb({
      [`${url}/package.json`]: { urls: [["x.py", "x.py"]] },
      [`${url}/x.py`]: "x",
    });
    const options = { environment: board, fetch: web.fetch };
    const [short] = (await resolve(["gitlab:group/sub/repo"], options)).packages;
    const [exact] = (await resolve(["gitlab:group/sub/repo//"], options)).packages;
    expect(short).toEqual(exact);
    expect(exact?.origin).toMatchObject({ forge: "gitlab", repository: "group/sub/repo" });
    expect((await resolve(["gitlab:group/sub/repo/x.py"], options)).packages[0]?.files[0]?.url).toBe(
      `${url}/x.py`,
    );
  });

  test("Codeberg, pinned through its API", async () => {
    const root = "https://codeberg.org/api/v1/repos/org/repo";
    const web = createFakeWeb({
      [`${root}/commits?limit=1&stat=false&verification=false&files=false&sha=feature%2Fx`]: [
        { sha: commit },
      ],
      [`${root}/raw/lib/package.json?ref=${commit}`]: { urls: [["x.py", "../x.py"]] },
      [`${root}/raw/x.py?ref=${commit}`]: "x",
    });
    const { packages } = await resolve(["codeberg:org/repo/lib@feature/x"], {
      environment: board,
      fetch: web.fetch,
    });
    expect(packages[0]).toMatchObject({ name: "codeberg:org/repo/lib", origin: { commit } });
  });

  test.each([
    ["https://codeberg.org/org/repo/src/branch/feature/x", "package.json"],
    ["https://codeberg.org/org/repo/src/branch/feature/x/package.json", "package.json"],
    ["https://codeberg.org/org/repo/raw/branch/feature/x/lib/y.py", "lib/y.py"],
  ])("a pasted address of Codeberg whose branch has a slash: %s", async (address, file) => {
    const root = "https://codeberg.org/api/v1/repos/org/repo";
    const web = createFakeWeb({
      [`${root}/raw/${file}?ref=feature%2Fx`]: file.endsWith(".py") ? "y" : { urls: [["y.py", "lib/y.py"]] },
      [`${root}/raw/lib/y.py?ref=feature%2Fx`]: "y",
    });
    const { packages } = await resolve([address], { environment: board, fetch: web.fetch });
    expect(packages[0]).toMatchObject({ origin: { ref: "feature/x" }, files: [{ path: "y.py", size: 1 }] });
    await expect(
      resolve([`${address}.json`], { environment: board, fetch: createFakeWeb({}).fetch }),
    ).rejects.toMatchObject({ code: "not-found" });
  });

  test("a pasted address of GitLab whose branch has a slash", async () => {
    const root = "https://gitlab.com/org/repo/-/raw/feature/x";
    const web = createFakeWeb({
      [`${root}/package.json`]: { urls: [["y.py", "lib/y.py"]] },
      [`${root}/lib/y.py`]: "y",
    });
    const address = "https://gitlab.com/org/repo/-/tree/feature/x";
    const { packages } = await resolve([address], { environment: board, fetch: web.fetch });
    expect(packages[0]?.files).toMatchObject([{ path: "y.py", url: `${root}/lib/y.py` }]);
  });
});

test("packages of an index that has dependencies flattened share files; other contents at the same path are a conflict", async () => {
  const web = createFakeWeb(
    indexPages(official, {
      central: { "1": { files: { "aioble/core.mpy": "core", "aioble/central.mpy": "central" } } },
      server: { "1": { files: { "aioble/core.mpy": "core", "aioble/server.mpy": "server" } } },
      rogue: { "1": { files: { "aioble/core.mpy": "other" } } },
      shouting: { "1": { files: { "AIOBLE/core.mpy": "core" } } },
    }),
  );
  const options = { environment: board, fetch: web.fetch };
  const { packages } = await resolve(["central", "server"], options);
  expect(packages.map(({ files }) => files.map(({ path }) => path))).toEqual([
    ["aioble/central.mpy", "aioble/core.mpy"],
    ["aioble/core.mpy", "aioble/server.mpy"],
  ]);
  await expect(resolve(["central", "rogue"], options)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/central and rogue.*aioble\/core\.mpy/) as string,
  });
  await expect(resolve(["central", "shouting"], options)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/central and shouting|shouting and central/) as string,
  });
});

describe("time grows with depth, not with the number of packages", () => {
  /** `width` packages on each of `depth` levels, each needing all of the next level, the last the first again. */
  const grid = (width: number, depth: number): Record<string, Page> => {
    const packages: Parameters<typeof indexPages>[1] = {};
    for (let level = 0; level < depth; level++) {
      for (let column = 0; column < width; column++) {
        const deps = Array.from({ length: width }, (_, next): [string, string] => [
          `p${(level + 1) % depth}-${next}`,
          "latest",
        ]);
        packages[`p${level}-${column}`] = {
          "1.0": { files: { [`p${level}_${column}.mpy`]: `${level} ${column}` }, deps },
        };
      }
    }
    return indexPages(official, packages);
  };

  test.each([
    [1, 5],
    [10, 5],
    [30, 5],
    [10, 2],
  ])("%i packages wide and %i deep", async (width, depth) => {
    const web = createFakeWeb(grid(width, depth));
    const concurrency = width * depth;
    const { packages } = await resolve(["p0-0"], { environment: board, fetch: web.fetch, concurrency });
    expect(packages).toHaveLength(width * (depth - 1) + (depth === 1 ? 0 : width));
    expect(new Set(web.requests).size).toBe(web.requests.length);
    // One round a level (the roots' own level is asked again through the cycle), and one for all the files.
    expect(web.rounds).toBeLessThanOrEqual(depth + 2);
  });

  test("never more downloads at a time than allowed", async () => {
    const web = createFakeWeb(grid(20, 3));
    await resolve(["p0-0"], { environment: board, fetch: web.fetch, concurrency: 4 });
    expect(web.mostOpen).toBe(4);
  });
});

test("the same answers in any order give the same bytes", async () => {
  const pages = indexPages(official, {
    a: {
      "1.0": {
        files: { "a.mpy": "a", "shared.mpy": "s" },
        deps: [
          ["b", "latest"],
          ["c", ">=1"],
        ],
      },
    },
    b: {
      "1.0": {
        files: { "b.mpy": "b", "shared.mpy": "s" },
        deps: [
          ["c", "<2"],
          ["a", "latest"],
        ],
      },
    },
    c: { "1.0": { files: { "c.mpy": "c1" } }, "2.0": { files: { "c.mpy": "c2" } } },
  });
  const texts = new Set<string>();
  for (let seed = 1; seed <= 25; seed++) {
    let state = seed;
    const random = (limit: number): number => (state = (state * 16_807) % 2_147_483_647) % limit;
    const web = createFakeWeb(pages);
    const slow: typeof fetch = async (input, init) => {
      for (let turns = random(8); turns > 0; turns--) await new Promise((done) => setImmediate(done));
      return web.fetch(input, init);
    };
    const requirements = random(2) === 0 ? ["a", "b>=1"] : ["b >=1", "a", "a"];
    const resolution = await resolve(requirements, {
      environment: board,
      fetch: slow,
      concurrency: 1 + random(5),
    });
    expect(parseLockfile(formatLockfile(resolution))).toEqual(resolution);
    texts.add(formatLockfile(resolution));
  }
  expect(texts.size).toBe(1);
  expect([...texts][0]).toMatchInlineSnapshot(`
    "{
      "environment": {
        "implementation": "micropython",
        "mpy": 6
      },
      "lockfileVersion": 1,
      "packages": [
        {
          "dependencies": [
            "b",
            "c"
          ],
          "files": [
            {
              "path": "a.mpy",
              "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
              "size": 1,
              "url": "https://micropython.org/pi/v2/file/ca/ca978112"
            },
            {
              "path": "shared.mpy",
              "sha256": "043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89",
              "size": 1,
              "url": "https://micropython.org/pi/v2/file/04/043a7187"
            }
          ],
          "name": "a",
          "origin": {
            "type": "index",
            "url": "https://micropython.org/pi/v2"
          },
          "version": "1.0"
        },
        {
          "dependencies": [
            "a",
            "c"
          ],
          "files": [
            {
              "path": "b.mpy",
              "sha256": "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
              "size": 1,
              "url": "https://micropython.org/pi/v2/file/3e/3e23e816"
            },
            {
              "path": "shared.mpy",
              "sha256": "043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89",
              "size": 1,
              "url": "https://micropython.org/pi/v2/file/04/043a7187"
            }
          ],
          "name": "b",
          "origin": {
            "type": "index",
            "url": "https://micropython.org/pi/v2"
          },
          "version": "1.0"
        },
        {
          "dependencies": [],
          "files": [
            {
              "path": "c.mpy",
              "sha256": "d0f631ca1ddba8db3bcfcb9e057cdc98d0379f1bee00e75a545147a27dadd982",
              "size": 2,
              "url": "https://micropython.org/pi/v2/file/d0/d0f631ca"
            }
          ],
          "name": "c",
          "origin": {
            "type": "index",
            "url": "https://micropython.org/pi/v2"
          },
          "version": "1.0"
        }
      ],
      "roots": [
        {
          "package": "a",
          "requirements": [
            "a"
          ]
        },
        {
          "package": "b",
          "requirements": [
            "b>=1"
          ]
        }
      ]
    }
    "
  `);
});

test("progress counts up, and ends at its total", async () => {
  const web = createFakeWeb(
    indexPages(official, {
      a: { "1": { files: { "a.mpy": "a", "b.mpy": "b" }, deps: [["c", "latest"]] } },
      c: { "1": { files: { "c.mpy": "c" } } },
    }),
  );
  const seen: ResolveProgress[] = [];
  await resolve(["a"], {
    environment: board,
    fetch: web.fetch,
    onProgress: (progress) => seen.push(progress),
  });
  expect(seen.map(({ type, done, total }) => [type, done, total])).toEqual([
    ["package", 1, 1],
    ["package", 2, 2],
    ["file", 1, 3],
    ["file", 2, 3],
    ["file", 3, 3],
  ]);
});

test("a lockfile is enough to install from; a byte changed upstream is told by the file's name", async () => {
  const pages = indexPages(official, { a: { "1": { files: { "a.mpy": "a" } } } });
  const { packages } = parseLockfile(
    formatLockfile(await resolve(["a"], { environment: board, fetch: createFakeWeb(pages).fetch })),
  );
  const file = packages[0]?.files[0];
  if (file === undefined) throw new Error("no file");
  const good = createFakeWeb({ [file.url]: "a" });
  expect(await fetchContent(file, { fetch: good.fetch })).toEqual(bytes("a"));
  expect(good.requests).toEqual([file.url]);
  for (const bad of ["b", "aa", ""]) {
    await expect(
      fetchContent(file, { fetch: createFakeWeb({ [file.url]: bad }).fetch }),
    ).rejects.toMatchObject({ code: "hash-mismatch", message: expect.stringContaining("a.mpy") as string });
  }
  await expect(fetchContent(file, { fetch: createFakeWeb({}).fetch })).rejects.toMatchObject({
    code: "not-found",
  });
});

test("offline, the cache answers for indexes and files, and for what was not there", async () => {
  const other = "https://other/pi";
  const web = createFakeWeb(
    indexPages(other, {
      a: { "1": { files: { "a.mpy": "a" }, deps: [["b", ">=1"]] } },
      b: { "1": { files: { "b.mpy": "b" } } },
    }),
  );
  const cache = createMemoryCache();
  const options = {
    environment: board,
    cache,
    sources: [mipIndex(), mipIndex({ url: other }), urlPackages()],
  };
  const online = await resolve(["a"], { ...options, fetch: web.fetch });
  const silent = createFakeWeb({});
  expect(await resolve(["a"], { ...options, fetch: silent.fetch, offline: true })).toEqual(online);
  await expect(resolve(["c"], { ...options, fetch: silent.fetch, offline: true })).rejects.toMatchObject({
    code: "offline",
  });
  expect(silent.requests).toEqual([]);
  // Files named by their hash are not asked for again even with the network; the index is.
  const again = createFakeWeb((url) =>
    url.includes("/file/") ? undefined : web.fetch === again.fetch ? undefined : pagesOf(other)[url],
  );
  expect(await resolve(["a"], { ...options, fetch: again.fetch })).toEqual(online);
  expect(again.requests.some((url) => url.includes("/file/"))).toBe(false);
});

function pagesOf(url: string): Record<string, Page> {
  return indexPages(url, {
    a: { "1": { files: { "a.mpy": "a" }, deps: [["b", ">=1"]] } },
    b: { "1": { files: { "b.mpy": "b" } } },
  });
}

test("what an index answered wrongly once is not remembered against it", async () => {
  const good = pagesOf(official);
  const file = Object.keys(good).find((url) => url.includes("/file/")) ?? "";
  const options = { environment: board, cache: createMemoryCache() };
  const bad = createFakeWeb({ ...good, [file]: "damaged" });
  await expect(resolve(["a"], { ...options, fetch: bad.fetch })).rejects.toMatchObject({
    code: "hash-mismatch",
  });
  await expect(resolve(["a"], { ...options, fetch: createFakeWeb(good).fetch })).resolves.toMatchObject({
    roots: [{ package: "a", requirements: ["a"] }],
  });
});

test("an abort ends it with the signal's reason, whatever was going on", async () => {
  const reason = new Error("enough");
  const never: typeof fetch = () => new Promise(() => undefined);
  for (const requirements of [["a"], ["github:org/repo"], ["https://example.com/x.py"]]) {
    const controller = new AbortController();
    const work = resolve(requirements, { environment: board, fetch: never, signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    await expect(work).rejects.toBe(reason);
    await expect(
      resolve(requirements, { environment: board, fetch: never, signal: controller.signal }),
    ).rejects.toBe(reason);
  }
});

test("a graph without end is cut off", async () => {
  let next = 0;
  const endless: PackageSource = {
    name: "endless",
    find: ([requirement]) =>
      Promise.resolve({
        name: requirement?.type === "name" ? requirement.name : "",
        version: "1",
        origin: { type: "index", url: "https://endless" },
        dependencies: [{ type: "name", name: `n${++next}`, specifier: "" }],
        files: [],
      }),
  };
  await expect(
    resolve(["a"], { environment: board, sources: [endless], maxPackages: 50 }),
  ).rejects.toMatchObject({ code: "too-large" });
});
