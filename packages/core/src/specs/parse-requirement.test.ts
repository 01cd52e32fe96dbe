import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRequirement, isUpyError, packageKey, parseRequirement } from "@upykit/core";

const hash = "0123456789abcdef0123456789abcdef01234567";

describe.each([
  // mip's and mpremote's own documented examples: docs/reference/packages.rst, MicroPython 1.28.
  ["pkgname", "pkgname"],
  ["pkgname@x.y", "pkgname===x.y"],
  ["http://example.com/x/y/foo.py", "http://example.com/x/y/foo.py"],
  ["http://example.com/x/y/foo.mpy", "http://example.com/x/y/foo.mpy"],
  ["github:org/repo/path/foo.py", "github:org/repo/path/foo.py"],
  ["github:org/repo/path/foo.py@branch-or-tag", "github:org/repo/path/foo.py@branch-or-tag"],
  ["gitlab:org/repo/path/foo.py", "gitlab:org/repo/path/foo.py"],
  ["gitlab:org/repo/path/foo.py@branch-or-tag", "gitlab:org/repo/path/foo.py@branch-or-tag"],
  ["http://example.com/x/package.json", "http://example.com/x/package.json"],
  ["github:org/user/path/package.json", "github:org/user/path"],
  ["gitlab:org/user/path/package.json", "gitlab:org/user/path"],
  ["http://example.com/x/", "http://example.com/x/package.json"],
  ["github:org/repo", "github:org/repo"],
  ["github:org/repo@branch-or-tag", "github:org/repo@branch-or-tag"],
  ["gitlab:org/repo", "gitlab:org/repo"],
  ["gitlab:org/repo@branch-or-tag", "gitlab:org/repo@branch-or-tag"],
  ["path/to/pkg.py", "./path/to/pkg.py"],
  ["path/to/app/package.json", "./path/to/app/package.json"],
  ["\\\\path\\\\to\\\\pkg.py", "\\\\path\\\\to\\\\pkg.py"],
  // Names, versions and ranges.
  ["  aiohttp ", "aiohttp"],
  ["__future__", "__future__"],
  ["umqtt.simple", "umqtt.simple"],
  ["curses.ascii@3.4.3", "curses.ascii==3.4.3"],
  ["hmac@3.4.2-3", "hmac==3.4.2-3"],
  ["aiohttp@", "aiohttp"],
  ["aiohttp@latest", "aiohttp"],
  ["emlearn@master", "emlearn===master"],
  ["aiohttp >= 1.0 , < 2", "aiohttp>=1.0,<2"],
  ["aiohttp<2,>=1.0", "aiohttp>=1.0,<2"],
  ["aiohttp~=1.4.2", "aiohttp~=1.4.2"],
  ["aiohttp==1.*", "aiohttp==1.*"],
  ["aiohttp!=1.3,>=1,>=1", "aiohttp>=1,!=1.3"],
  ["adafruit-circuitpython-busdevice", "adafruit-circuitpython-busdevice"],
  ["name @ https://example.com/x.py", "https://example.com/x.py"],
  // Repositories.
  ["github:org/repo/", "github:org/repo"],
  ["github:org/repo@HEAD", "github:org/repo"],
  ["github:org/repo@feature/x", "github:org/repo@feature/x"],
  ["github:org/repo/a@b@c", "github:org/repo/a@b%40c"],
  ["github:org/repo/a%40b.py", "github:org/repo/a%40b.py"],
  ["gitlab:group/subgroup/repo//", "gitlab:group/subgroup/repo//"],
  ["gitlab:group/subgroup/repo//lib/x.py@v1", "gitlab:group/subgroup/repo//lib/x.py@v1"],
  ["codeberg:org/repo/x@v1.0", "codeberg:org/repo/x@v1.0"],
  ["git@github.com:org/repo.git", "github:org/repo"],
  ["git+https://github.com/org/repo@v1", "github:org/repo@v1"],
  // Addresses, as pasted from a browser.
  ["https://github.com/org/repo", "github:org/repo"],
  ["https://github.com/org/repo.git", "github:org/repo"],
  ["https://github.com/org/repo/", "github:org/repo"],
  ["https://www.github.com/org/repo@v2", "github:org/repo@v2"],
  ["https://github.com/org/repo#readme", "github:org/repo"],
  ["https://github.com/org/repo/tree/main", "github:org/repo@main"],
  ["https://github.com/org/repo/tree/main/lib/x", "github:org/repo/lib/x@main"],
  ["https://github.com/org/repo/blob/main/lib/x.py#L10", "github:org/repo/lib/x.py@main"],
  ["https://github.com/org/repo/blob/v1/package.json?raw=true", "github:org/repo@v1"],
  ["https://github.com/org/repo/raw/main/x.mpy", "github:org/repo/x.mpy@main"],
  ["https://github.com/org/repo/raw/refs/heads/main/x.py", "github:org/repo/x.py@main"],
  [`https://raw.githubusercontent.com/org/repo/${hash}/x.py`, `github:org/repo/x.py@${hash}`],
  ["https://raw.githubusercontent.com/org/repo/refs/tags/v1/x.py", "github:org/repo/x.py@v1"],
  [
    "https://raw.githubusercontent.com/org/repo/main/x.py?token=abc",
    "https://raw.githubusercontent.com/org/repo/main/x.py?token=abc",
  ],
  ["https://gitlab.com/group/repo", "gitlab:group/repo"],
  ["https://gitlab.com/group/sub/repo", "gitlab:group/sub/repo//"],
  [
    "https://gitlab.com/group/sub/repo/-/blob/main/lib/x.py?ref_type=heads",
    "gitlab:group/sub/repo//lib/x.py@main",
  ],
  ["https://gitlab.com/group/repo/-/tree/main/lib", "gitlab:group/repo/lib@main"],
  ["https://gitlab.com/group/repo/-/raw/v1/package.json", "gitlab:group/repo@v1"],
  ["https://codeberg.org/org/repo", "codeberg:org/repo"],
  ["https://codeberg.org/org/repo/src/branch/main/lib", "codeberg:org/repo/lib@main"],
  ["https://codeberg.org/org/repo/src/tag/v1/x.py", "codeberg:org/repo/x.py@v1"],
  [`https://codeberg.org/org/repo/raw/commit/${hash}/x.py`, `codeberg:org/repo/x.py@${hash}`],
  ["https://codeberg.org/org/repo/raw/branch/main/package.json", "codeberg:org/repo@main"],
  // Other addresses.
  ["https://example.com/x", "https://example.com/x/package.json"],
  ["https://example.com/foo.py@1.0", "https://example.com/foo.py"],
  ["https://cdn.example.com/pkg@1.0/foo.py", "https://cdn.example.com/pkg@1.0/foo.py"],
  ["HTTPS://EXAMPLE.com/foo.json", "https://example.com/foo.json"],
  [
    "https://github.com/org/repo/releases/download/v1/x.py",
    "https://github.com/org/repo/releases/download/v1/x.py",
  ],
  // Paths.
  ["./x", "./x"],
  ["../x/y.py", "../x/y.py"],
  [".", "."],
  ["/x", "/x"],
  ["~/x", "~/x"],
  ["foo.py", "./foo.py"],
  ["C:\\x\\y.py", "C:\\x\\y.py"],
  ["c:/x", "c:/x"],
  ["file:///x/a%20b.py", "/x/a b.py"],
  ["file:///C:/x.py", "C:/x.py"],
])("%s", (text, canonical) => {
  test(`is ${canonical}`, () => {
    const requirement = parseRequirement(text);
    expect(formatRequirement(requirement)).toBe(canonical);
    expect(parseRequirement(canonical)).toEqual(requirement);
  });
});

test.each([
  ["", "is empty"],
  ["   ", "is empty"],
  ["a b", "version or range"],
  ["-r x", "is not a requirement"],
  ["a\u0000b", "control character"],
  ["x".repeat(3000), "longer than"],
  ["aiohttp>=", "version or range"],
  ["aiohttp>=1;<2", "environment marker"],
  ["aiohttp[extra]", "extras"],
  ["aiohttp=1.0", "version or range"],
  ["aiohttp~=1", "version or range"],
  ["aiohttp@a b", "cannot be a version"],
  ["aiohttp@../x", "cannot be a version"],
  ["github:org", "names no repository"],
  ["github:", "names no repository"],
  ["github:/repo", "cannot be one"],
  ["github:../..", "cannot be one"],
  ["github:org/re po", "cannot be one"],
  ["github:org/repo/../x", "leaves the repository"],
  ["github:org/repo/a\\b", "cannot be one"],
  ["github:org/repo/%2e%2e/x", "leaves the repository"],
  ["github:org/repo/%zz", "escape"],
  ["github:org/repo@", "cannot be a branch"],
  ["github:org/repo@a..b", "cannot be a branch"],
  ["github:org/repo@a b", "cannot be a branch"],
  ["https://user:secret@example.com/x.py", "name or password"],
  ["https://", "not a web address"],
  ["https://[", "not a web address"],
  ["file://host/x", "another machine"],
  ["ftp://example.com/x", "prefix that is not known"],
  ["ssh://git@github.com/x", "prefix that is not known"],
  ["npm:left-pad", "prefix that is not known"],
])("%j is refused, because it %s", (text, problem) => {
  expect(() => parseRequirement(text)).toThrow(
    expect.objectContaining({ code: "invalid-requirement" }) as Error,
  );
  expect(() => parseRequirement(text)).toThrow(problem);
});

test("a password in an address is not repeated in the error's canonical form", () => {
  expect(() => parseRequirement("https://example.com:x/")).toThrow(/not a web address/);
});

test("the name that a package is known under does not depend on version, ref or the case of a repository", () => {
  expect(packageKey(parseRequirement("aiohttp>=1"))).toBe("aiohttp");
  expect(packageKey(parseRequirement("github:Org/Repo/Path@v1"))).toBe("github:org/repo/Path");
  expect(packageKey(parseRequirement("https://github.com/org/repo/tree/main/Path"))).toBe(
    "github:org/repo/Path",
  );
});

test("whatever the text, it is refused with a UpyError or its canonical form means the same", () => {
  const piece = fc.constantFrom(
    "github:",
    "gitlab:",
    "codeberg:",
    "https://",
    "github.com/",
    "gitlab.com/",
    "org/",
    "repo",
    "/",
    "//",
    "@",
    "-",
    "blob/",
    "src/",
    "branch/",
    "main",
    ".py",
    ".json",
    "package.json",
    ".",
    "..",
    "\\",
    "%",
    "%40",
    "%2f",
    "%0a",
    ">=",
    "==",
    "1.0",
    ",",
    " ",
    "#",
    "?",
    "~",
    "C:",
    "file:",
    "name",
  );
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.webUrl(),
    fc.array(piece, { maxLength: 9 }).map((list) => list.join("")),
  );
  fc.assert(
    fc.property(text, (input) => {
      const requirement = parseOrRefuse(input);
      if (requirement !== null) expect(parseRequirement(formatRequirement(requirement))).toEqual(requirement);
    }),
    { numRuns: 8_000 },
  );
});

function parseOrRefuse(text: string): ReturnType<typeof parseRequirement> | null {
  try {
    return parseRequirement(text);
  } catch (error) {
    expect(isUpyError(error, "invalid-requirement")).toBe(true);
    return null;
  }
}
