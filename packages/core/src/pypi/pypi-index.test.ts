// Indexes as upip asked them: order, names, versions, what is fetched and what is told; and answers that are not as they should be.
import { describe, expect, test } from "vitest";
import {
  createMemoryCache,
  fetchContent,
  formatLockfile,
  install,
  memoryTarget,
  mipIndex,
  parseLockfile,
  resolve,
  type Resolution,
  type ResolveOptions,
} from "@upykit/core";
import {
  archiveMembers,
  distributionName,
  moduleName,
  pypiIndex,
  type PypiIndexOptions,
  type PypiWarning,
} from "@upykit/core/pypi";
import { board, createFakeWeb, type FakeWeb, type Page } from "../../test/fake-web.js";
import { gzip, projectPages, sdist, tar } from "./fixtures/archives.js";

const old = "https://micropython.org/pi";
const pypi = "https://pypi.org/pypi";

interface Outcome {
  readonly resolution: Resolution;
  readonly warnings: PypiWarning[];
  readonly web: FakeWeb;
}

async function ask(
  wanted: string[],
  pages: Record<string, Page>,
  options: PypiIndexOptions & Partial<ResolveOptions> = {},
): Promise<Outcome> {
  const web = createFakeWeb(pages);
  const warnings: PypiWarning[] = [];
  const source = pypiIndex({ onWarning: (warning) => warnings.push(warning), ...options });
  const resolution = await resolve(wanted, {
    environment: board,
    fetch: web.fetch,
    sources: [source],
    ...options,
  });
  return { resolution, warnings, web };
}

const versions = ({ resolution }: Outcome): string[] =>
  resolution.packages.map(({ name, version }) => `${name} ${version ?? "?"}`);
const paths = ({ resolution }: Outcome): string[] =>
  resolution.packages.flatMap(({ files }) => files.map(({ path }) => path));
const made = (text: string, requires = ""): { archive: Uint8Array } => ({
  archive: sdist({ "x.py": text }, { requires }),
});

describe("which index answers", () => {
  const both = {
    ...projectPages(old, { "micropython-a": { "1.0": made("old") } }),
    ...projectPages(pypi, { "micropython-a": { "1.0": made("x"), "2.0": made("new") } }),
  };
  test("the first that has the package, and the next one only when none of its versions fits", async () => {
    const first = await ask(["micropython-a"], both);
    expect(first.resolution.packages).toMatchObject([
      { version: "1.0", origin: { type: "index", url: old } },
    ]);
    expect(first.web.requests.some((url) => url.startsWith(pypi))).toBe(false);
    const next = await ask(["micropython-a>=2"], both);
    expect(next.resolution.packages).toMatchObject([
      { version: "2.0", origin: { type: "index", url: pypi } },
    ]);
  });

  test("as the old index really answers: four fields, no hash, the archive under the short name", async () => {
    const file = `${old}/umqtt.robust/umqtt.robust-1.0.1.tar.gz`;
    const outcome = await ask(["micropython-umqtt.robust"], {
      [`${old}/micropython-umqtt.robust/json`]:
        '{"info": {"version": "1.0.1"}, "releases": {"1.0.1": [{"url": "' + file + '"}]}}',
      [file]: sdist({ "umqtt/robust.py": "r" }, { folder: "micropython-umqtt.robust-1.0.1" }),
    });
    expect(versions(outcome)).toEqual(["micropython-umqtt.robust 1.0.1"]);
    expect(outcome.resolution.packages[0]?.files).toMatchObject([
      { path: "umqtt/robust.py", url: `${file}#member=micropython-umqtt.robust-1.0.1%2Fumqtt%2Frobust.py` },
    ]);
    expect(outcome.web.requests).toEqual([`${old}/micropython-umqtt.robust/json`, file]);
  });

  test("indexes of one's own, beside a mip index", async () => {
    const own = "http://localhost:8000/simple";
    const pages = projectPages(own, { "micropython-a": { "1.0": made("own") } });
    const web = createFakeWeb(pages);
    const sources = [mipIndex(), pypiIndex({ urls: [`${own}/`, old] })];
    const { packages } = await resolve(["a"], { environment: board, fetch: web.fetch, sources });
    expect(packages).toMatchObject([{ name: "micropython-a", origin: { url: own } }]);
    expect(() => pypiIndex({ urls: ["example"] })).toThrow(/not the address/);
    expect(() => pypiIndex({ urls: [] })).toThrow(/no index/);
  });
});

describe("names", () => {
  test("of modules and of distributions stand for each other", () => {
    expect([distributionName("foo"), distributionName("micropython-foo")]).toEqual([
      "micropython-foo",
      "micropython-foo",
    ]);
    expect([moduleName("micropython-foo"), moduleName("foo"), moduleName("micropython-")]).toEqual([
      "foo",
      "foo",
      "micropython-",
    ]);
  });

  test.each<[string, string, Record<string, object>, string]>([
    ["a module's", "a", { "micropython-a": {}, a: {} }, "micropython-a 1"],
    ["one without the prefix", "a", { a: {} }, "a 1"],
    ["a distribution's", "micropython-a", { "micropython-a": {}, a: {} }, "micropython-a 1"],
    ["a distribution's, listed without the prefix", "micropython-a", { a: {} }, "a 1"],
    ["one that differs by case and dash", "A_b", { "a-b": {} }, "a-b 1"],
    ["one that differs by a dot", "micropython-a.b", { "micropython-a-b": {} }, "micropython-a-b 1"],
  ])("%s is found", async (_, wanted, projects, expected) => {
    const pages = projectPages(
      pypi,
      Object.fromEntries(Object.keys(projects).map((name) => [name, { "1": made(name) }])),
    );
    expect(versions(await ask([wanted], pages))).toEqual([expected]);
  });

  test("a name with the prefix is never answered by a CPython package of the short name", async () => {
    const pages = projectPages(pypi, {
      a: { "1": { archive: sdist({ "a.py": "" }, { forCpython: true }) } },
    });
    await expect(ask(["micropython-a"], pages)).rejects.toMatchObject({ code: "not-found" });
    const json = pages[`${pypi}/a/json`] as { info: object };
    const classifiers = ["Programming Language :: Python :: Implementation :: MicroPython"];
    pages[`${pypi}/a/json`] = { ...json, info: { ...json.info, classifiers } };
    expect(versions(await ask(["micropython-a"], pages))).toEqual(["a 1"]);
  });

  test("are taken as they are where the convention is switched off", async () => {
    const pages = projectPages(pypi, { "micropython-a": { "1": made("a") } });
    const outcome = ask(["a"], pages, { useNamingConvention: false });
    await expect(outcome).rejects.toMatchObject({ code: "not-found" });
  });

  test("that differ only by case or dash are one package, and once in the resolution", async () => {
    const pages = projectPages(pypi, { "micropython-a-b": { "1": made("a"), "2": made("b") } });
    const outcome = await ask(["micropython-a_b", "Micropython-A.B", "a-b"], pages);
    expect(versions(outcome)).toEqual(["micropython-a-b 2"]);
    await expect(ask(["micropython-a_b==1", "a-b==2"], pages)).rejects.toMatchObject({
      code: "version-conflict",
    });
  });
});

describe("versions", () => {
  const pages = projectPages(pypi, {
    "micropython-a": {
      "0.9": made("a"),
      "1.0": made("b"),
      "1.0.post1": made("c"),
      "1.1": { ...made("d"), about: { yanked: true, yanked_reason: "broken" } },
      "2.0a1": made("e"),
      "1.2": { ...made("f"), about: { packagetype: "bdist_wheel" } },
    },
  });
  test.each([
    ["micropython-a", "1.0.post1"],
    ["micropython-a==0.9", "0.9"],
    ["micropython-a@1.0", "1.0"],
    ["micropython-a<1", "0.9"],
    ["micropython-a~=1.0", "1.0.post1"],
    ["micropython-a>=2.0a0", "2.0a1"],
    ["micropython-a==1.1", "1.1"],
  ])("%s is %s", async (wanted, expected) => {
    expect(versions(await ask([wanted], pages))).toEqual([`micropython-a ${expected}`]);
  });

  test("without a specifier the index's own newest is taken, as upip did", async () => {
    const listed = projectPages(pypi, { "micropython-a": { "2.0": made("b"), "1.0": made("a") } });
    expect(versions(await ask(["a"], listed))).toEqual(["micropython-a 1.0"]);
    expect(versions(await ask(["a>0"], listed))).toEqual(["micropython-a 2.0"]);
  });

  test("withdrawn or without a source distribution are told of", async () => {
    const { warnings } = await ask(["micropython-a"], pages);
    expect(warnings).toMatchObject([{ type: "not-newest", version: "1.0.post1", newest: "1.2" }]);
    const pinned = await ask(["micropython-a==1.1"], pages);
    expect(pinned.warnings.map(({ message }) => message)).toContain(
      "micropython-a 1.1 was withdrawn: broken",
    );
    await expect(ask(["micropython-a>1.0.post1,<2"], pages)).rejects.toMatchObject({
      code: "version-conflict",
      message: expect.stringMatching(
        /withdrawn by the author: 1\.1.*without a source distribution: 1\.2/s,
      ) as string,
    });
  });

  test("of an index that lists the newest only are asked for one by one", async () => {
    const file = { url: "micropython-a-1.tar.gz" };
    const json = { info: { version: "1" }, urls: [file] };
    const listed = {
      [`${pypi}/micropython-a/json`]: { info: { version: "2" }, urls: [{ url: "/a-2.tar.gz" }] },
      [`${pypi}/micropython-a/1/json`]: json,
      [`${pypi}/micropython-a/1/micropython-a-1.tar.gz`]: made("one").archive,
      "https://pypi.org/a-2.tar.gz": made("two").archive,
    };
    expect(versions(await ask(["a"], listed))).toEqual(["micropython-a 2"]);
    expect(versions(await ask(["a==1"], listed))).toEqual(["micropython-a 1"]);
    await expect(ask(["a==3"], listed)).rejects.toMatchObject({ code: "version-conflict" });
  });
});

describe("dependencies", () => {
  test("are followed, in circles too", async () => {
    const pages = projectPages(pypi, {
      "micropython-a": { "1": { archive: sdist({ "a.py": "a" }, { requires: "micropython-b\n" }) } },
      "micropython-b": {
        "1": { archive: sdist({ "b.py": "b" }, { requires: "micropython-c>=1\nmicropython-b\n" }) },
      },
      "micropython-c": { "1": { archive: sdist({ "c.py": "c" }, { requires: "micropython-a==1\n" }) } },
    });
    const outcome = await ask(["a"], pages);
    expect(outcome.resolution.packages.map(({ name, dependencies }) => [name, dependencies])).toEqual([
      ["micropython-a", ["micropython-b"]],
      ["micropython-b", ["micropython-c"]],
      ["micropython-c", ["micropython-a"]],
    ]);
    expect(outcome.resolution.roots).toEqual([{ package: "micropython-a", requirements: ["a"] }]);
  });

  test("that chase each other through versions have an end", async () => {
    const pages = projectPages(pypi, {
      "micropython-a": { "1": made("1", "micropython-b==1"), "2": made("2", "micropython-b==2") },
      "micropython-b": { "1": made("1", "micropython-a==2"), "2": made("2", "micropython-a==1") },
    });
    await expect(ask(["a"], pages)).rejects.toMatchObject({ code: "version-conflict" });
  });

  test("that are not followed are told of", async () => {
    const pages = projectPages(pypi, { "micropython-a": { "1": made("a", "[test]\npytest\n") } });
    const { warnings } = await ask(["a"], pages);
    expect(warnings).toMatchObject([{ type: "ignored-requirement", requirement: "pytest" }]);
  });
});

test("a package for CPython is installed, and told of once", async () => {
  const archive = sdist({ "requests/__init__.py": "", "tests/x.py": "" }, { forCpython: true });
  const pages = projectPages(pypi, { requests: { "1": { archive } } });
  const { warnings, resolution } = await ask(["requests", "requests>0"], pages);
  expect(warnings).toMatchObject([
    { type: "cpython-package", package: "requests", signs: ["it has a setup.py", "it has a PKG-INFO"] },
  ]);
  expect(resolution.packages[0]?.files.map(({ path }) => path)).toEqual([
    "requests/__init__.py",
    "tests/x.py",
  ]);
  const chosen = await ask(["requests"], pages, { include: (path) => !path.startsWith("tests/") });
  expect(paths(chosen)).toEqual(["requests/__init__.py"]);
});

describe("installing", () => {
  const pages = projectPages(pypi, {
    "micropython-a": { "1": { archive: sdist({ "a/__init__.py": "a", "a/b.py": "b" }) } },
  });

  test("writes the files of the archive, and nothing when they are there", async () => {
    const web = createFakeWeb(pages);
    const target = memoryTarget({ environment: board });
    const options = { sources: [pypiIndex()], fetch: web.fetch };
    const report = await install(target, ["a"], options);
    expect(report.written).toEqual(["/lib/a/__init__.py", "/lib/a/b.py"]);
    const asked = web.requests.length;
    expect((await install(target, ["a"], options)).written).toEqual([]);
    expect(web.requests).toHaveLength(asked);
  });

  test("from a lockfile alone: each archive is fetched once", async () => {
    const { resolution } = await ask(["a"], pages);
    const locked = parseLockfile(formatLockfile(resolution));
    expect(locked).toEqual(resolution);
    const files = locked.packages.flatMap((one) => one.files);
    const web = createFakeWeb(pages);
    const options = { fetch: web.fetch, readMember: archiveMembers(), cache: createMemoryCache() };
    const contents = await Promise.all(files.map((file) => fetchContent(file, options)));
    expect(contents.map((one) => new TextDecoder().decode(one))).toEqual(["a", "b"]);
    expect(web.requests).toHaveLength(1);
    const [file] = files;
    if (file === undefined) throw new Error("there is no file");
    await expect(fetchContent(file, { fetch: web.fetch })).rejects.toMatchObject({ code: "unsupported" });
    await expect(
      fetchContent({ ...file, url: `${file.url}x` }, { fetch: web.fetch, readMember: archiveMembers() }),
    ).rejects.toMatchObject({ code: "not-found" });
    await expect(
      fetchContent({ ...file, sha256: "0".repeat(64) }, { fetch: web.fetch, readMember: archiveMembers() }),
    ).rejects.toMatchObject({ code: "hash-mismatch" });
  });

  test("nothing is half written when an archive is bad", async () => {
    const bad = projectPages(pypi, {
      "micropython-a": { "1": { archive: sdist({ "a.py": "a" }, { requires: "micropython-b" }) } },
      "micropython-b": { "1": { archive: gzip(tar([{ name: "x-1/../b.py", content: "b" }])) } },
    });
    const target = memoryTarget({ environment: board });
    const web = createFakeWeb(bad);
    await expect(install(target, ["a"], { sources: [pypiIndex()], fetch: web.fetch })).rejects.toMatchObject({
      code: "invalid-path",
    });
    expect(await target.fs.walk("/")).toEqual([]);
  });
});

describe("an index that", () => {
  const good = made("a");
  const at = `${pypi}/micropython-a/json`;
  const listed = (about: object): Record<string, Page> =>
    projectPages(pypi, { "micropython-a": { "1": { ...good, about } } });
  test.each<[string, Record<string, Page>, string, RegExp]>([
    ["has nothing", {}, "not-found", /no source has/],
    ["answers a web page", { [at]: "<!DOCTYPE html>" }, "invalid-package", /web page/],
    ["answers half a JSON", { [at]: '{"info": {' }, "invalid-package", /line 1/],
    ["answers a list", { [at]: [] }, "invalid-package", /not what an index has/],
    ["has no info", { [at]: { releases: {} } }, "invalid-package", /info/],
    ["has no releases", { [at]: { info: { version: "1" } } }, "invalid-package", /lists no releases/],
    [
      "has no releases but an empty table",
      { [at]: { info: { version: "1" }, releases: {} } },
      "version-conflict",
      /no source distribution/,
    ],
    [
      "has a version without files",
      { [at]: { info: { version: "1" }, releases: { "1": [] } } },
      "version-conflict",
      /without a source distribution: 1/,
    ],
    [
      "has wheels only",
      listed({ packagetype: "bdist_wheel" }),
      "version-conflict",
      /without a source distribution: 1/,
    ],
    [
      "has releases of a wrong shape",
      { [at]: { info: { version: "1" }, releases: { "1": {} } } },
      "invalid-package",
      /releases\.1/,
    ],
    [
      "is about another package",
      { [at]: { info: { name: "b", version: "1" }, releases: {} } },
      "invalid-package",
      /says that it is "b"/,
    ],
    [
      "promises another hash",
      listed({ digests: { sha256: "0".repeat(64) } }),
      "hash-mismatch",
      /expected 0000/,
    ],
    ["promises half a hash", listed({ digests: { sha256: "00" } }), "invalid-package", /digests\.sha256/],
    ["promises another size", listed({ size: 1 }), "hash-mismatch", /promised 1/],
    ["names a file that is gone", listed({ url: "https://files.example/gone.tar.gz" }), "not-found", /gone/],
    [
      "names a file of this machine",
      listed({ url: "file:///etc/passwd.tar.gz" }),
      "invalid-package",
      /not the address/,
    ],
    ["names no address", listed({ url: "http://[.tar.gz" }), "invalid-package", /not the address/],
    ["is in trouble", { [at]: () => new Response("", { status: 500 }) }, "network", /500/],
  ])("%s", async (_, pages, code, message) => {
    const options = { urls: [pypi], sleep: () => Promise.resolve() };
    await expect(ask(["micropython-a"], pages, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});
