import { readFileSync, readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRequirement, isUpyError, parsePackageJson, urlPackages, type UpyError } from "@upykit/core";
import { board, createFakeWeb } from "../../test/fake-web.js";

const root = new URL("./fixtures/package-json/", import.meta.url);
const expected = new Map(
  readFileSync(new URL("./fixtures/package-json-expected.txt", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" | "))
    .map(([name = "", ...rest]) => [`${name}.json`, rest] as const),
);
const sources = JSON.parse(readFileSync(new URL("sources.json", root), "utf8")) as Record<
  string,
  { repo: string; path: string; commit: string }
>;

test("the table and the folder are of the same 72 files", () => {
  expect([...expected.keys()].sort()).toEqual(
    readdirSync(root)
      .filter((name) => name !== "sources.json")
      .sort(),
  );
  expect(expected.size).toBe(72);
});

describe.each([...expected])("%s", (file, [version, count, dependencies]) => {
  const content = readFileSync(new URL(file, root));

  test("means what its author meant, or says what is wrong and where", () => {
    if (version === "refused") {
      expect(() => parsePackageJson(content, file)).toThrow(
        expect.objectContaining({
          code: "invalid-package",
          message: expect.stringContaining(count ?? "") as string,
        }) as Error,
      );
      expect(() => parsePackageJson(content, file)).toThrow(file);
      return;
    }
    const parsed = parsePackageJson(content, file);
    expect(parsed.version ?? "none").toBe(version);
    expect(parsed.files).toHaveLength(Number(count));
    expect(parsed.dependencies.map(formatRequirement).join(" ") || "-").toBe(dependencies);
  });

  test.skipIf(version === "refused")("takes the files that mip takes", async () => {
    const source = sources[file] ?? { repo: "", path: "", commit: "" };
    const base = `https://raw.githubusercontent.com/${source.repo}/HEAD/`;
    const web = createFakeWeb({ [base + source.path]: new Uint8Array(content) });
    const download = async (url: string): Promise<Uint8Array | null> => {
      const answer = await web.fetch(url);
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
    };
    const requirement = {
      type: "git",
      forge: "github",
      repository: source.repo,
      path: source.path.replace(/(^|\/)package\.json$/, ""),
      ref: null,
    } as const;
    const find = urlPackages().find([requirement], { environment: board, download });
    const found = await find;
    expect(found?.files.map(({ path, url }) => [path, url])).toEqual(
      filesOfMip(content.toString(), base + source.path),
    );
  });
});

/** The pairs of "urls" as mip 1.28 reads them, written down from its source. */
function filesOfMip(text: string, packageUrl: string): [string, string][] {
  const { urls } = JSON.parse(text) as { urls: [string, string][] };
  return urls.map(([path, url]) => {
    // What mip would make a file "fs:x" of, its author meant for the root.
    const place = path.replace(/^fs:/, "/");
    if (/^(https?|github|gitlab):/.test(url)) return [place, rewriteUrl(url)];
    return [place, `${packageUrl.slice(0, packageUrl.lastIndexOf("/"))}/${url}`];
  });
}

function rewriteUrl(url: string): string {
  if (!url.startsWith("github:")) return url;
  const [owner = "", repository = "", ...path] = url.slice(7).split("/");
  return `https://raw.githubusercontent.com/${owner}/${repository}/HEAD/${path.join("/")}`;
}

test.each([
  ['{"urls":[["/lib/x.py","x.py"]]}', "x.py", "lib"],
  ['{"urls":[["/x/y.py","x.py"]]}', "x/y.py", "lib"],
  ['{"urls":[["//x.py","x.py"]]}', "x.py", "lib"],
  ['{"urls":[["./x.py","x.py"]]}', "x.py", "lib"],
  ['{"urls":[["fs:x.py","x.py"]]}', "x.py", "root"],
  ['{"urls":[["fs:/data/x.bin","x.bin"]]}', "data/x.bin", "root"],
  ['{"urls":[["fs:lib/x.py","x.py"]]}', "x.py", "lib"],
  ['\ufeff{"urls":[["x.py","x.py"]]}', "x.py", "lib"],
])("the destination of %s is %s in %s", (text, path, place) => {
  expect(parsePackageJson(text).files).toMatchObject([{ path, place }]);
});

test.each([
  ['["logging"]', "logging"],
  ['["logging", "latest"]', "logging"],
  ['["logging", "0.6.0"]', "logging==0.6.0"],
  ['["logging", "github:a/b"]', "logging github:a/b"],
  ['["logging", "time", "abc"]', "logging time abc"],
  ['[["logging"]]', "logging"],
  ['[["logging", null]]', "logging"],
  ['[["logging", ""]]', "logging"],
  ['[["logging", ">=0.5,<1"]]', "logging>=0.5,<1"],
  ['[["github:a/b@v1", "latest"]]', "github:a/b@v1"],
  ['[["https://github.com/a/b", "latest"]]', "github:a/b"],
  ['[["https://github.com/a/b/tree/dev/c", "latest"]]', "github:a/b/c@dev"],
  ['[["https://gitlab.com/a/b/c", "v1"]]', "gitlab:a/b/c//@v1"],
  ['[["https://example.com/x", "1.0"]]', "https://example.com/x/package.json"],
  ['[["github:a/b", "feature/x y"]]', null],
])("the dependencies %s are %s", (deps, texts) => {
  const parse = (): string =>
    parsePackageJson(`{"deps":${deps}}`).dependencies.map(formatRequirement).join(" ");
  if (texts === null) expect(parse).toThrow(expect.objectContaining({ code: "invalid-package" }) as Error);
  else expect(parse()).toBe(texts);
});

test("whatever the text, the answer is a value or a UpyError", () => {
  const pieces = [
    '{"urls":',
    '[["a.py","b.py"]]',
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"a"',
    "1",
    "null",
    "\n",
    "'x'",
    "\\",
    '"',
    "//",
    "\u0000",
  ];
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.array(fc.constantFrom(...pieces)).map((list) => list.join("")),
  );
  fc.assert(
    fc.property(text, (input) => throwsOnlyUpyErrors(() => parsePackageJson(input))),
    { numRuns: 1000 },
  );
  const value = fc.object({
    key: fc.constantFrom("urls", "deps", "hashes", "version", "x"),
    values: [fc.string(), fc.integer(), fc.constant(null), fc.array(fc.array(fc.string(), { maxLength: 3 }))],
  });
  fc.assert(
    fc.property(value, (input) => throwsOnlyUpyErrors(() => parsePackageJson(JSON.stringify(input)))),
    { numRuns: 1000 },
  );
});

test("a broken JSON text always gets a line and a column where it is broken", () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom(",", "]", "}", ":", '"', "x", "'"))
    .map(([text, at, extra]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + extra + text.slice(place);
    });
  fc.assert(
    fc.property(broken, (text) => {
      fc.pre(!isJson(text));
      expect(() => parsePackageJson(text)).toThrow(/line \d+, column \d+: (?!nobody)/);
    }),
    { numRuns: 1000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function throwsOnlyUpyErrors(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(isUpyError(error)).toBe(true);
    expect((error as UpyError).message).not.toBe("");
  }
}
