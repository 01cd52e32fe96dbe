import { UpyError } from "@upykit/core";
import { buildRomfs, readRomfs, type RomfsEntry } from "@upykit/freezer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { golden, goldenFiles } from "../fixtures/golden.js";

/** UPYKIT_HOSTILE=100000 for the long run. */
const runs = Number(process.env["UPYKIT_HOSTILE"] ?? 3000);
const text = (content: string) => new TextEncoder().encode(content);

function goldenTree(): RomfsEntry[] {
  const files = goldenFiles("expected/romfs-tree").map((path) => {
    return { path, content: golden(`expected/romfs-tree/${path}`) };
  });
  return [...files.reverse(), { path: "nothing", directory: true }];
}

describe("buildRomfs", () => {
  it("writes what mpremote writes for the same tree", () => {
    expect(buildRomfs(goldenTree(), { compile: false })).toEqual(golden("expected/image.romfs"));
  });

  it("compiles sources that have no .mpy beside them", () => {
    const compiled: string[] = [];
    const compile = (source: Uint8Array, { filename }: { filename: string }) => {
      compiled.push(filename);
      return { mpy: text(`compiled ${new TextDecoder().decode(source)}`) };
    };
    const entries = ["a.py", "lib/b.py", "lib/b.mpy", "data.txt"].map((path) => ({
      path,
      content: path.endsWith(".mpy") ? golden("expected/mpy/units.mpy") : text(path),
    }));
    const image = readRomfs(buildRomfs(entries, { compile, sourcePrefix: "tree/" }));
    expect(image.entries.map((entry) => entry.path)).toEqual([
      "a.mpy",
      "data.txt",
      "lib",
      "lib/b.mpy",
      "lib/b.py",
    ]);
    expect(image.entries[0]).toEqual({ path: "a.mpy", content: text("compiled a.py") });
    expect(compiled).toEqual(["tree/a.py"]);
  });

  it("refuses an image that does not fit", () => {
    const size = golden("expected/image.romfs").length;
    expect(buildRomfs(goldenTree(), { maximumSize: size })).toHaveLength(size);
    expect(() => buildRomfs(goldenTree(), { maximumSize: size - 1 })).toThrow(coded("no-space"));
  });

  it.each(["größe.py", "../up.py", "/root.py", "a//b.py", "", "tab\t.py", "a\\b.py"])(
    "refuses the path %j",
    (path) => {
      expect(() => buildRomfs([{ path, content: text("") }])).toThrow(coded("invalid-path"));
    },
  );

  it.each([
    ["names", "n".repeat(255), "n".repeat(256)],
    ["compiled names", `${"n".repeat(231)}.py`, `${"n".repeat(252)}.py`],
    ["folders", `${"d/".repeat(64)}f`, `${"d/".repeat(65)}f`],
  ])("refuses %s that readRomfs would refuse", (_, fits, exceeds) => {
    const compile = () => ({ mpy: text("") });
    expect(readRomfs(buildRomfs([{ path: fits, content: text("") }], { compile })).entries).not.toEqual([]);
    expect(() => buildRomfs([{ path: exceeds, content: text("") }], { compile })).toThrow(
      coded("invalid-path"),
    );
  });

  it("refuses a folder that has the name of a compiled source beside it", () => {
    const source = { path: "a.py", content: text("") };
    for (const beside of [
      { path: "a.mpy/data", content: text("") },
      { path: "a.mpy", directory: true as const },
    ]) {
      expect(() => buildRomfs([source, beside])).toThrow(coded("conflict"));
      expect(readRomfs(buildRomfs([source, beside], { compile: false })).entries).toContainEqual(source);
    }
  });

  it.each([
    ["twice", ["a.py", "a.py"]],
    ["as a file and a folder", ["a", "a/b"]],
    ["as a folder and a file", ["a/b", "a"]],
  ])("refuses a path that is there %s", (_, paths) => {
    const entries = paths.map((path) => ({ path, content: text("") }));
    expect(() => buildRomfs(entries)).toThrow(coded("conflict"));
  });
});

describe("readRomfs", () => {
  it("gives any tree back", () => {
    fc.assert(
      fc.property(trees(), (files) => {
        const { entries, size } = readRomfs(buildRomfs(files, { compile: false }));
        const found = entries.filter((entry) => "content" in entry);
        expect(new Map(found.map((entry) => [entry.path, entry]))).toEqual(
          new Map(files.map((file) => [file.path, file])),
        );
        expect(size).toBe(buildRomfs(files, { compile: false }).length);
      }),
    );
  });

  it("follows pointers to contents, and skips records that are not known", () => {
    const name = [1, 0x61];
    const file = [5, name.length + 4, ...name, 3, 2, 2, 13];
    const unknown = [9, 2, 0xff, 0xff];
    const body = [...unknown, ...file, 2, 2, 0x68, 0x69];
    expect(readRomfs(Uint8Array.of(0xd2, 0xcd, 0x31, 0x80, body.length, ...body)).entries).toHaveLength(1);
    const pointed = [5, 6, 1, 0x61, 3, 2, 2, 10, 2, 2, 0x68, 0x69];
    const image = Uint8Array.of(0xd2, 0xcd, 0x31, pointed.length, ...pointed);
    expect(readRomfs(image).entries).toEqual([{ path: "a", content: text("hi") }]);
    const pastEnd = Uint8Array.of(...image.with(11, 11), 0);
    expect(isRefused(pastEnd)).toBe(true);
  });

  it("survives any damage", { timeout: 600_000 }, () => {
    const original = golden("expected/image.romfs");
    let refused = 0;
    fc.assert(
      fc.property(damages(original.length), (changes) => {
        const image = original.slice();
        for (const [at, value] of changes) image[at] = value;
        refused += Number(isRefused(image));
      }),
      { numRuns: runs },
    );
    expect(refused).toBeGreaterThan(runs / 20);
    expect(refused).toBeLessThan(runs);
  });

  it("refuses an image wherever it is cut off", () => {
    const original = golden("expected/image.romfs");
    for (let length = 0; length < original.length; length++)
      expect(isRefused(original.subarray(0, length))).toBe(true);
  });

  it("refuses folders nested without end", () => {
    const nested = Array.from({ length: 100 }, (_, depth) => depth).reduce<number[]>((inner) => {
      const payload = [1, 0x61, ...inner];
      return [4, 0x80 | (payload.length >> 7), payload.length & 0x7f, ...payload];
    }, []);
    const image = Uint8Array.of(
      0xd2,
      0xcd,
      0x31,
      0x80 | (nested.length >> 7),
      nested.length & 0x7f,
      ...nested,
    );
    expect(isRefused(image)).toBe(true);
  });

  it.each([".", "..", "a/b", "a\\b", "a\u0000b"])("refuses an entry named %j", (name) => {
    const payload = [name.length, ...text(name), 2, 0];
    expect(
      isRefused(Uint8Array.of(0xd2, 0xcd, 0x31, payload.length + 2, 5, payload.length, ...payload)),
    ).toBe(true);
  });
});

function isRefused(image: Uint8Array): boolean {
  try {
    readRomfs(image);
    return false;
  } catch (error) {
    if (error instanceof UpyError && error.code === "invalid-package") return true;
    throw error;
  }
}

function coded(code: string): Error {
  return expect.objectContaining({ code, hint: expect.any(String) as string }) as Error;
}

function damages(length: number): fc.Arbitrary<[number, number][]> {
  const place = fc.integer({ min: 0, max: length - 1 });
  return fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 40 });
}

function trees(): fc.Arbitrary<{ path: string; content: Uint8Array }[]> {
  const part = fc.stringMatching(/^[a-z_]{1,12}$/);
  const path = fc.tuple(fc.array(part, { maxLength: 3 }), part).map(([folders, name]) => {
    return [...folders.map((folder) => `${folder}.d`), `${name}.py`].join("/");
  });
  const file = fc.record({ path, content: fc.uint8Array({ maxLength: 300 }) });
  return fc.uniqueArray(file, { selector: (one) => one.path, maxLength: 20 });
}
