// Archives of real tools are read as upip would have untarred them, and what no archive should be is refused.
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isUpyError, type UpyErrorCode } from "@upykit/core";
import { readSdist } from "@upykit/core/pypi";
import { concat, fixture, gzip, sdist, tar, type Member } from "./fixtures/archives.js";

const long =
  "a_rather_long_package_name_that_goes_on/and_on_for_many_characters/until_it_no_longer_fits/into_one_hundred_bytes.py";
const text = (content: Uint8Array | undefined): string => new TextDecoder().decode(content);
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return isUpyError(error) ? error.code : String(error);
  }
  return "none";
};

describe("an archive made by", () => {
  test.each([
    "python-ustar",
    "python-pax",
    "python-gnu",
    "gnutar-ustar",
    "gnutar-pax",
    "gnutar-gnu",
    "gnutar-v7",
    "gnutar-dot",
  ])("%s", (name) => {
    const { files, requirements, skipped, window } = readSdist(fixture(`${name}.tar.gz`));
    const contents = new Map(files.map(({ path, content }) => [path, text(content)]));
    const expected = new Map([
      ["LICENSE", "MIT\n"],
      ["demo/__init__.py", "from .parts import answer\n"],
      ["demo/grüße.py", "# grüße\n"],
      ["demo/parts.py", "answer = 42\n"],
      ...(name === "gnutar-v7" ? [] : ([[long, "x = 1\n"]] as const)),
    ]);
    expect(new Map([...contents].sort())).toEqual(new Map([...expected].sort()));
    expect(requirements).toEqual([{ type: "name", name: "units", specifier: ">=1" }]);
    expect(skipped.map((one) => one.replace(/^(\.\/)?demo-1\.0\//, "")).sort()).toEqual([
      "PKG-INFO",
      "README.md",
      "demo.egg-info/PKG-INFO",
      "demo.egg-info/SOURCES.txt",
      "demo.egg-info/requires.txt",
      "setup.cfg",
      "setup.py",
    ]);
    expect(window).toBe(4096);
  });

  test("macOS's tar, with extended attributes that are no text", () => {
    const record = concat([
      new TextEncoder().encode("41 SCHILY.xattr.com.apple.provenance="),
      Uint8Array.of(0xff, 0, 0x80, 0x0a),
    ]);
    const { files } = readSdist(
      gzip(
        tar([
          { name: "x-1/PaxHeader", type: "x", content: record },
          { name: "x-1/x.py", content: "x" },
        ]),
      ),
    );
    expect(files.map(({ path }) => path)).toEqual(["x.py"]);
  });

  test("today's gzip is read with the window it needs", () => {
    const noise = Array.from({ length: 900 }, (_, index) => String(Math.sin(index))).join();
    const content = tar([{ name: "x-1/x.py", content: `${noise}\n${noise}` }]);
    const large = readSdist(new Uint8Array(gzipSync(content)));
    expect(large).toMatchObject({ window: 32768, madeFor: "cpython" });
    expect(text(large.files[0]?.content)).toBe(`${noise}\n${noise}`);
    expect(readSdist(gzip(content))).toMatchObject({ window: 4096, madeFor: "micropython", signs: [] });
  });
});

test.each([
  "hard-link",
  "symbolic-link",
  "character-device",
  "block-device",
  "pipe",
  "sparse-gnu",
  "sparse-pax",
])("a %s is refused", (kind) => {
  const name = kind.replace(/-(gnu|pax)$/, "").replaceAll("-", " ");
  expect(() => readSdist(fixture(`refused-${kind}.tar.gz`), { what: "it" })).toThrow(
    expect.objectContaining({
      code: "invalid-package",
      message: expect.stringMatching(new RegExp(`is a ${name.replace("sparse", "sparse file")}`)) as string,
    }) as Error,
  );
});

describe("refused is an archive", () => {
  const one = (member: Partial<Member>): Uint8Array => tar([{ name: "x-1/x.py", content: "x", ...member }]);
  const pax = (record: string): Uint8Array =>
    tar([
      { name: "x-1/PaxHeader", type: "x", content: record },
      { name: "x-1/x.py", content: "x" },
    ]);
  test.each<[string, Uint8Array, UpyErrorCode, RegExp]>([
    ["of nothing", new Uint8Array(1024), "invalid-package", /holds no files/],
    ["of no bytes", new Uint8Array(0), "invalid-package", /breaks off/],
    ["without an end", one({}).slice(0, 1024), "invalid-package", /breaks off/],
    ["with a file outside the folder", one({ name: "x.py" }), "invalid-package", /in no folder/],
    ["that leads up", one({ name: "x-1/../../x.py" }), "invalid-path", /"\.\."/],
    ["that leads up at once", one({ name: "../x.py" }), "invalid-path", /"\.\."/],
    ["that leads up in a skipped file", one({ name: "x-1/setup.cfg/../y" }), "invalid-path", /"\.\."/],
    ["that starts at the root", one({ name: "/x-1/x.py" }), "invalid-path", /absolute/],
    ["with a drive", one({ name: "C:/x.py" }), "invalid-path", /drive/],
    ["with a backslash", one({ name: "x-1\\..\\x.py" }), "invalid-path", /backslash/],
    ["with an empty segment", one({ name: "x-1//x.py" }), "invalid-path", /empty segment/],
    ["that leads up by pax", pax("20 path=x-1/../x.py\n"), "invalid-path", /"\.\."/],
    ["that leads up by a long name", long100("x-1/../x.py"), "invalid-path", /"\.\."/],
    ["with a name of no letters", one({ name: "" }), "invalid-package", /no name/],
    ["with a name that is no UTF-8", badName(), "invalid-package", /UTF-8/],
    ["that says too much of a size", one({ size: 1537 }), "invalid-package", /says it has 1537/],
    ["that says so much that the end is in the file", one({ size: 1025 }), "invalid-package", /breaks off/],
    ["that says much too much", one({ size: 8 ** 11 - 1 }), "too-large", /x\.py/],
    [
      "that says too little",
      one({ content: "x".repeat(513), size: 1 }),
      "invalid-package",
      /checksum|number/,
    ],
    ["with a size of letters", one({ size: "12q" }), "invalid-package", /a number is none/],
    ["with a negative size", one({ size: "-0000000001" }), "invalid-package", /a number is none/],
    ["with a size of 2^95", one({ size: "\u00ff".repeat(6) }), "invalid-package", /a size cannot be one/],
    ["with a size by pax", pax("14 size=99999\n"), "invalid-package", /says it has 99999/],
    ["with a size by pax that is none", pax("11 size=-1\n"), "invalid-package", /a size cannot be one/],
    ["with a pax record without an end", pax("99 path=x\n"), "invalid-package", /pax record/],
    ["with a pax record of length 0", pax("0 path=x\n"), "invalid-package", /pax record/],
    ["with a pax record without a length", pax("10 a=bcde\nx"), "invalid-package", /pax record/],
    ["with a wrong checksum", one({ checksum: 1 }), "invalid-package", /checksum/],
    ["with an unknown kind", one({ type: "Z" }), "invalid-package", /kind "Z"/],
    ["that ends in a header", tar([], new Uint8Array(100).fill(65)), "invalid-package", /breaks off/],
    ["that ends behind a name", tar([{ name: "x", type: "L", content: "y" }]), "invalid-package", /no file/],
    [
      "that is text",
      new TextEncoder().encode("x".repeat(2048)),
      "invalid-package",
      /a number is none|checksum/,
    ],
  ])("%s", (_, archive, expected, message) => {
    expect(() => readSdist(gzip(archive), { what: "it" })).toThrow(
      expect.objectContaining({
        code: expected,
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });

  function long100(name: string): Uint8Array {
    return tar([
      { name: "././@LongLink", type: "L", content: `${name}\0` },
      { name: "x-1/x.py", content: "x" },
    ]);
  }

  function badName(): Uint8Array {
    const archive = tar([{ name: "x-1/a.py" }]);
    archive[4] = 0xff;
    const sum = archive
      .subarray(0, 512)
      .reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
    archive.set(new TextEncoder().encode(sum.toString(8).padStart(6, "0")), 148);
    return archive;
  }

  test("that is no gzip file", () => {
    expect(code(() => readSdist(new Uint8Array([0x50, 0x4b, 3, 4])))).toBe("invalid-package");
    expect(code(() => readSdist(new Uint8Array(0)))).toBe("invalid-package");
  });

  test("that breaks off, at whatever 64th byte", () => {
    const noise = Array.from({ length: 900 }, (_, index) => String(Math.sin(index))).join();
    const whole = sdist({ "x.py": noise, "y/__init__.py": noise.slice(77) });
    for (let end = 0; end < whole.length; end += 64) {
      expect(
        code(() => readSdist(whole.slice(0, end))),
        `${end}`,
      ).toBe("invalid-package");
    }
    expect(code(() => readSdist(whole.slice(0, -1)))).toBe("invalid-package");
  });

  test("with a byte changed: refused, or the same but for the gzip header", () => {
    const whole = sdist({ "x.py": "print(1)\n".repeat(30) });
    const expected = JSON.stringify(readSdist(whole).files);
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      try {
        expect(JSON.stringify(readSdist(changed).files)).toBe(expected);
      } catch (error) {
        expect(isUpyError(error), `${at}: ${String(error)}`).toBe(true);
      }
    }
  });

  test("that is a bomb, before it goes off", () => {
    const zeros = gzipSync(Buffer.alloc(32 * 1024 * 1024));
    const bomb = new Uint8Array(concat([zeros, zeros, zeros]));
    expect(code(() => readSdist(bomb))).toBe("too-large");
    expect(code(() => readSdist(sdist({ "x.py": "x".repeat(5000) }), { maxUnpackedSize: 4000 }))).toBe(
      "too-large",
    );
    expect(code(() => readSdist(sdist({ "x.py": "x".repeat(5000) }), { maxFileSize: 4000 }))).toBe(
      "too-large",
    );
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`m${at}.py`, ""]));
    expect(code(() => readSdist(sdist(many), { maxFiles: 10 }))).toBe("too-large");
    const header = tar([{ name: "x", type: "x", content: "x".repeat(1024 * 1024 + 1) }]);
    expect(code(() => readSdist(gzip(header)))).toBe("invalid-package");
  });
});

test("an archive of any bytes is read or refused with an error of ours", () => {
  const base = gunzipSync(fixture("python-pax.tar.gz"));
  const change = fc.tuple(fc.nat(base.length - 1), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), fc.nat(base.length), (changes, cut) => {
      const bytes = new Uint8Array(base);
      for (const [at, byte] of changes) bytes[at] = byte;
      for (const content of [bytes, bytes.slice(0, cut)]) {
        try {
          for (const { path } of readSdist(gzip(content)).files) expect(path).not.toMatch(/\.\.(\/|$)|^\//);
        } catch (error) {
          expect(isUpyError(error)).toBe(true);
        }
      }
    }),
    { numRuns: 500 },
  );
});

describe("requires.txt", () => {
  test.each<[string, string, string[], string[]]>([
    ["one name a line", "a\nb==1.0\nc>=1,<2\n", ["a", "b==1.0", "c>=1,<2"], []],
    ["comments, blanks, a repetition", "# x\n\na\r\na # y\n", ["a"], []],
    ["brackets around a range", "a (>=1.0)\n", ["a>=1.0"], []],
    ["an extra of a package", "a[b]>=1\n", ["a>=1"], ["[b]"]],
    ["sections", "a\n\n[test]\npytest\n\n[:python_version < '3']\nold\n", ["a"], ["pytest", "old"]],
    ["a marker", "a ; python_version < '3'\n", [], ["a ; python_version < '3'"]],
    ["an address", "a @ github:x/y@v1\n", ["github:x/y@v1"], []],
  ])("with %s", (_, requires, expected, ignored) => {
    const found = readSdist(sdist({ "x.py": "" }, { requires }));
    const texts = found.requirements.map((one) =>
      one.type === "name"
        ? one.name + one.specifier
        : one.type === "git"
          ? `github:${one.repository}@${one.ref ?? ""}`
          : "?",
    );
    expect(texts).toEqual(expected);
    expect(found.ignored.map((one) => one.text)).toEqual(ignored);
  });

  test.each([
    ["a path on this machine", "../x", "invalid-package"],
    ["nonsense", "a b c", "invalid-package"],
    ["a version glued to an extra", "a[b]1.0", "invalid-package"],
    ["lines without end", "a\n".repeat(1001), "too-large"],
  ])("with %s is refused", (_, requires, expected) => {
    expect(code(() => readSdist(sdist({ "x.py": "" }, { requires })))).toBe(expected);
  });
});
