// What comes from outside and is not as it should be: each row ends in the error code beside it, through the public entry.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkPackagePath,
  formatLockfile,
  isUpyError,
  parseLockfile,
  resolve,
  sha256Sync,
  type Resolution,
  type UpyErrorCode,
} from "@upykit/core";
import { board, createFakeWeb, type Page } from "../../test/fake-web.js";

const at = "https://x.example/package.json";
const index = "https://micropython.org/pi/v2";
const ok = sha256Sync(new TextEncoder().encode("ok")).slice(0, 8);
const path = (destination: string): Page => ({ urls: [[destination, "x.py"]] });
const html = "<!DOCTYPE html><title>Sign in</title>";

describe("package.json", () => {
  test.each<[string, Page, UpyErrorCode, RegExp]>([
    ["nothing", "", "invalid-package", /line 1, column 1: the text ends in the middle/],
    ["a web page", html, "invalid-package", /web page/],
    [
      "a text without an end",
      '{"urls": [["a',
      "invalid-package",
      /line 1, column 12: a string without an end/,
    ],
    [
      "a comma too many",
      '{"urls": [\n["a.py", "b.py"],\n]}',
      "invalid-package",
      /line 3, column 1: a comma before "]"/,
    ],
    ["a comma too few", '{"urls": []\n"deps": []}', "invalid-package", /line 2, column 1: a "," is missing/],
    ["a comment", '{\n// mine\n"urls": []}', "invalid-package", /line 2, column 1: a comment/],
    ["single quotes", "{'urls': []}", "invalid-package", /single quotes/],
    ["two values", '{"urls": []} {}', "invalid-package", /more text behind the end/],
    ["no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), "invalid-package", /UTF-8/],
    ["nested without end", "[".repeat(100_000), "invalid-package", /line 1/],
    ["a list", [], "invalid-package", /an object, not a list/],
    ["null", "null", "invalid-package", /not null/],
    ["npm's", { name: "x", version: "1.0.0", dependencies: {} }, "invalid-package", /npm/],
    ["npm's, with little in it", { private: true }, "invalid-package", /npm/],
    ["something else", { info: {} }, "invalid-package", /no mip package/],
    ["urls as an object", { urls: { "a.py": "b.py" } }, "invalid-package", /urls is an object/],
    ["a bare string in urls", { urls: ["a.py"] }, "invalid-package", /urls\[0\] is the text "a.py"/],
    ["three in a pair", { urls: [["a", "b", "c"]] }, "invalid-package", /urls\[0\] is a list of 3/],
    [
      "a number in a pair",
      {
        urls: [
          ["a", "b"],
          ["a", 1],
        ],
      },
      "invalid-package",
      /urls\[1\]\[1\] is the number 1/,
    ],
    ["an empty source", { urls: [["a.py", ""]] }, "invalid-package", /urls\[0\]\[1\].*is empty/],
    ["a source with backslashes", { urls: [["a.py", "src\\a.py"]] }, "invalid-package", /write "\/"/],
    [
      "a source on the reader's disk",
      { urls: [["a.py", "file:///etc/passwd"]] },
      "invalid-package",
      /nobody can fetch/,
    ],
    [
      "a source that is a script",
      { urls: [["a.py", "javascript:alert(1)"]] },
      "invalid-package",
      /nobody can fetch/,
    ],
    [
      "a source outside the repository",
      { urls: [["a.py", "github:a/b/../../c"]] },
      "invalid-requirement",
      /leaves the repository/,
    ],
    [
      "a swapped pair",
      { urls: [["https://x.example/a.py", "a.py"]] },
      "invalid-package",
      /urls\[0\].*swapped/,
    ],
    ["deps as an object", { deps: { a: "1" } }, "invalid-package", /deps is an object/],
    ["a dependency that is a number", { deps: [1] }, "invalid-package", /deps\[0\] is the number 1/],
    ["a dependency on a path", { deps: [["../x", "latest"]] }, "invalid-package", /deps\[0\].*local path/],
    ["a dependency that is none", { deps: [["a b", "latest"]] }, "invalid-package", /deps\[0\]/],
    ["a dependency with an odd version", { deps: [["a", "../../x"]] }, "invalid-package", /deps\[0\]/],
    [
      "a hash that is none",
      { hashes: [["a.py", "../../secret"]] },
      "invalid-package",
      /hashes\[0\]\[1\] should be 4 to 64 hex/,
    ],
    ["a version that is a list", { urls: [], version: [1] }, "invalid-package", /version is a list/],
    [
      "a file twice",
      {
        urls: [
          ["a.py", "x.py"],
          ["a.py", "y.py"],
        ],
      },
      "invalid-package",
      /a\.py twice/,
    ],
    [
      "names that differ in case",
      {
        urls: [
          ["a/x.py", "x.py"],
          ["A/y.py", "y.py"],
        ],
      },
      "invalid-path",
      /a\/x\.py.*A\/y\.py|cannot both exist/,
    ],
    [
      "a file that is a folder",
      {
        urls: [
          ["a", "x.py"],
          ["a/b.py", "y.py"],
        ],
      },
      "invalid-path",
      /cannot both exist/,
    ],
    [
      "a file that is not there",
      { urls: [["a.py", "gone.py"]] },
      "not-found",
      /gone\.py, where a\.py should be/,
    ],
    ["what runs at every start", path("fs:main.py"), "invalid-path", /urls\[0\]\[0\].*run by the board/],
    ["a drive in the root of the file system", path("fs:c:/x.py"), "invalid-path", /names a drive/],
    ["up", path("../x.py"), "invalid-path", /urls\[0\]\[0\].*"\.\."/],
    ["up, later", path("a/../../x.py"), "invalid-path", /"\.\."/],
    ["up, behind slashes", path("//../x.py"), "invalid-path", /"\.\."/],
    ["up, behind lib", path("/lib/../x.py"), "invalid-path", /"\.\."/],
    ["up, behind fs:", path("fs:../x.py"), "invalid-path", /"\.\."/],
    ["a backslash", path("..\\x.py"), "invalid-path", /backslash/],
    ["a drive", path("C:x.py"), "invalid-path", /drive/],
    ["a NUL", path("a\u0000.py"), "invalid-path", /control character/],
    ["text turned round", path("a\u202eyp.exe"), "invalid-path", /control character/],
    ["half a character", '{"urls": [["\\ud800.py", "x.py"]]}', "invalid-path", /Unicode/],
    ["nothing as a path", path(""), "invalid-path", /is empty/],
    ["a folder as a path", path("a/"), "invalid-path", /empty segment/],
    ["a dot", path("a/./x.py"), "invalid-path", /"\." segment/],
    ["a dot at the end", path("a./x.py"), "invalid-path", /ends with a dot/],
    ["a device", path("lib/con.py"), "invalid-path", /device/],
    ["a question mark", path("a?.py"), "invalid-path", /FAT/],
    ["a long path", path("a/".repeat(200) + "x.py"), "invalid-path", /longer than/],
    ["a long name", path("x".repeat(150)), "invalid-path", /longer than/],
  ])("with %s", async (_, page, code, message) => {
    const web = createFakeWeb({ [at]: page, "https://x.example/x.py": "x", "https://x.example/y.py": "y" });
    await expect(resolve([at], { environment: board, fetch: web.fetch })).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      code,
    });
    expect(web.requests.every((url) => url.startsWith("https://x.example/"))).toBe(true);
  });
});

describe("a mip index", () => {
  const file = `${index}/file/${ok.slice(0, 2)}/${ok}`;
  const good = { v: 1, hashes: [["a.mpy", ok]], version: "1.0" };
  const listed = (versions: string[]): Page => ({
    v: 2,
    packages: [{ name: "a", version: "1.0", versions: { "6": versions } }],
  });
  test.each<[string, string, Record<string, Page>, UpyErrorCode, RegExp]>([
    [
      "has other contents than it promised",
      "a",
      { [`${index}/package/6/a/latest.json`]: good, [file]: "evil" },
      "hash-mismatch",
      /file\/.*a\.mpy/,
    ],
    [
      "promises a file that is not there",
      "a",
      { [`${index}/package/6/a/latest.json`]: good },
      "not-found",
      /a\.mpy/,
    ],
    [
      "has another version than asked for",
      "a@2.0",
      { [`${index}/package/6/a/2.0.json`]: good, [file]: "ok" },
      "invalid-package",
      /says that it is version 1\.0/,
    ],
    [
      "lists a version that it does not have",
      "a>=1",
      { [`${index}/index.json`]: listed(["1.0", "9.9"]), [`${index}/package/6/a/1.0.json`]: good },
      "invalid-package",
      /lists a 9\.9/,
    ],
    [
      "lists versions that are none",
      "a>=1",
      { [`${index}/index.json`]: listed(["", "../..", "x"]) },
      "version-conflict",
      /no version of a/,
    ],
    [
      "is of a later format",
      "a>=1",
      { [`${index}/index.json`]: { v: 3, packages: [] } },
      "invalid-package",
      /format 3/,
    ],
    ["is a web page", "a>=1", { [`${index}/index.json`]: html }, "invalid-package", /web page/],
    [
      "has the wrong shape",
      "a>=1",
      { [`${index}/index.json`]: { v: 2, packages: [{ name: 1 }] } },
      "invalid-package",
      /packages\.0\.name/,
    ],
    [
      "has a path that leads out",
      "a",
      { [`${index}/package/6/a/latest.json`]: { hashes: [["../a.mpy", ok]] } },
      "invalid-path",
      /hashes\[0\]\[0\]/,
    ],
    ["does not know the name", "a", {}, "not-found", /no source has a/],
  ])("that %s", async (_, requirement, pages, code, message) => {
    const web = createFakeWeb(pages);
    await expect(resolve([requirement], { environment: board, fetch: web.fetch })).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      code,
    });
  });
});

describe("a web that", () => {
  const status =
    (code: number): Page =>
    () =>
      new Response("x", { status: code });
  test.each<[string, Page, UpyErrorCode, RegExp]>([
    ["has nothing (404)", status(404), "not-found", /no source has/],
    ["has nothing any more (410)", status(410), "not-found", /no source has/],
    ["refuses (403)", status(403), "network", /403/],
    ["is in trouble (500)", status(500), "network", /500/],
    [
      "answers in a circle",
      () => new Response(null, { status: 302, headers: { location: at } }),
      "network",
      /redirects more than/,
    ],
    [
      "breaks off",
      () => new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) })),
      "network",
      /reset/,
    ],
    ["cannot be reached", () => Promise.reject(new TypeError("fetch failed")), "network", /fetch failed/],
    [
      "says more than it should",
      () =>
        new Response(
          new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1 << 16)) }),
        ),
      "too-large",
      /larger than 1000000/,
    ],
  ])("%s", async (_, page, code, message) => {
    const web = createFakeWeb({ [at]: page });
    const options = {
      environment: board,
      fetch: web.fetch,
      sleep: () => Promise.resolve(),
      maxFileSize: 1_000_000,
    };
    await expect(resolve([at], options)).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      code,
    });
  });
});

describe("a lockfile", () => {
  const resolution: Resolution = {
    environment: { implementation: "micropython", mpy: 6 },
    roots: [{ package: "a", requirements: ["a"] }],
    packages: [
      {
        name: "a",
        version: "1",
        origin: { type: "index", url: index },
        dependencies: [],
        files: [{ path: "a.mpy", sha256: "0".repeat(64), size: 1, url: `${index}/file/00/00` }],
      },
    ],
  };
  const text = formatLockfile(resolution);
  test.each<[string, string, UpyErrorCode, RegExp]>([
    ["is no JSON", text.slice(0, -10), "invalid-lockfile", /not JSON/],
    ["is null", "null", "invalid-lockfile", /damaged/],
    [
      "is of a later version",
      text.replace('"lockfileVersion": 1', '"lockfileVersion": 2'),
      "invalid-lockfile",
      /version 2/,
    ],
    ["has no version", text.replace('  "lockfileVersion": 1,\n', ""), "invalid-lockfile", /lockfileVersion/],
    ["has a key too many", text.replace('"roots"', '"extra": 1, "roots"'), "invalid-lockfile", /damaged/],
    [
      "has half a hash",
      text.replace("0".repeat(64), "0".repeat(63)),
      "invalid-lockfile",
      /packages\.0\.files\.0\.sha256/,
    ],
    ["has a negative size", text.replace('"size": 1', '"size": -1'), "invalid-lockfile", /size/],
    ["has a path that leads out", text.replace("a.mpy", "../a.mpy"), "invalid-path", /package a/],
    ["has an address that is none", text.replace(`${index}/file`, "javascript:"), "invalid-lockfile", /url/],
    [
      "misses a package",
      text.replace('"name": "a"', '"name": "b"'),
      "invalid-lockfile",
      /package a is missing/,
    ],
    [
      "has a package twice",
      text.replace(/"packages": \[(.*)\],\n {2}"roots"/s, '"packages": [$1,$1],\n  "roots"'),
      "invalid-lockfile",
      /twice/,
    ],
  ])("that %s", (_, damaged, code, message) => {
    expect(damaged).not.toBe(text);
    expect(() => parseLockfile(damaged)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
    );
  });

  test("of whatever kind is read or refused with a UpyError", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string()),
        fc.nat(text.length),
        fc.string({ maxLength: 3 }),
        (other, place, insert) => {
          for (const input of [other, text.slice(0, place) + insert + text.slice(place)]) {
            try {
              expect(parseLockfile(formatLockfile(parseLockfile(input)))).toEqual(parseLockfile(input));
            } catch (error) {
              expect(isUpyError(error)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test("whatever path is taken, it stays below the root and is the same to every file system", () => {
  const piece = fc.constantFrom("..", ".", "/", "\\", "a", "B", "C:", " ", "con", ".py", "\u0000", "é");
  const anyPath = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece).map((list) => list.join("")),
  );
  fc.assert(
    fc.property(anyPath, (candidate) => {
      try {
        checkPackagePath(candidate, "test");
      } catch (error) {
        expect(isUpyError(error, "invalid-path")).toBe(true);
        return;
      }
      const url = new URL(
        candidate.replaceAll("%", "%25").replaceAll("#", "%23"),
        "https://root.example/a/b/",
      );
      expect(url.pathname.startsWith("/a/b/")).toBe(true);
      expect(candidate).not.toMatch(/\\|^\/|\/\/|\/$|(^|\/)\.\.?(\/|$)/);
    }),
    { numRuns: 3000 },
  );
});
