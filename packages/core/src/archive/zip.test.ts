// Zips that are good, damaged, and made to do harm, through every reader: in memory, on disk, behind HTTP.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isUpyError } from "@upykit/core";
import { rangeZip, zipArchive, type Archive, type ArchiveLimits } from "@upykit/core/circuitpython";
import { folderArchive, openZip } from "@upykit/core/node";
import fc from "fast-check";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { serve } from "../bundles/fixtures/web.js";
import { writeZip, type ZipEntry } from "./fixtures/write-zip.js";

let folder = "";
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "upykit-zip-"));
});

afterAll(() => rm(folder, { recursive: true }));

type Open = (bytes: Uint8Array, limits?: ArchiveLimits) => Promise<Archive>;

const readers: readonly (readonly [string, Open])[] = [
  ["zipArchive", (bytes, limits) => zipArchive(bytes, limits)],
  ["zipArchive in a browser", (bytes, limits) => zipArchive(bytes, limits)],
  [
    "openZip",
    async (bytes, limits) => {
      const path = join(folder, `${files++}.zip`);
      await writeFile(path, bytes);
      return openZip(path, limits);
    },
  ],
  [
    "rangeZip",
    async (bytes, limits) => {
      const url = "https://zip.test/a.zip";
      const zip = await rangeZip(url, { fetch: serve(new Map([[url, bytes]])).fetch, retries: 0, ...limits });
      return zip ?? zipArchive(new Uint8Array(0));
    },
  ],
];

const text = "print('hello')\n".repeat(20);
const good: ZipEntry = { name: "lib/good.py", content: text };

/** Opens and reads everything; the archive is closed whatever comes. */
async function readAll(
  open: Open,
  bytes: Uint8Array,
  limits?: ArchiveLimits,
): Promise<Record<string, string>> {
  const archive = await open(bytes, limits);
  try {
    const contents: Record<string, string> = {};
    for (const { path, size } of archive.entries) {
      const content = await archive.read(path);
      expect(content.length).toBe(size);
      contents[path] = new TextDecoder().decode(content);
    }
    return contents;
  } finally {
    await archive.close();
    await archive.close();
  }
}

describe.each(readers)("%s", (reader, open) => {
  beforeAll(() => {
    // Then fflate unpacks, and our own checksum checks.
    if (reader.endsWith("browser")) vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  test.each<[string, Uint8Array]>([
    ["stored and packed", writeZip([good, { name: "b", content: "short" }])],
    ["with folders", writeZip([{ name: "lib/", content: "" }, good])],
    [
      "with sizes behind the contents",
      writeZip([
        { ...good, descriptor: true },
        { name: "b", content: "x", descriptor: true },
      ]),
    ],
    ["with zip64 sizes and end", writeZip([{ ...good, zip64: true }], { zip64: true })],
    ["with a comment", writeZip([good], { comment: '{"build-tools-version": "2.0.0"}' })],
    ["behind something else", writeZip([good], { prefix: new Uint8Array(100).fill(0x41) })],
    ["with unix modes", writeZip([{ ...good, mode: 0o100644 }])],
    [
      "made by another tool",
      zipSync({ "lib/good.py": new TextEncoder().encode(text), empty: new Uint8Array() }),
    ],
  ])("reads zips %s", async (_name, bytes) => {
    expect((await readAll(open, bytes))["lib/good.py"]).toBe(text);
  });

  test("reads an empty zip, and says what is not there", async () => {
    const archive = await open(writeZip([]));
    expect(archive.entries).toEqual([]);
    await expect(archive.read("x")).rejects.toMatchObject({ code: "file-not-found" });
    await archive.close();
  });

  const one = (entry: Partial<ZipEntry>): Uint8Array =>
    writeZip([good, { name: "x.py", content: text, ...entry }]);
  const bomb = {
    content: new Uint8Array(0),
    packed: deflated(400_000),
    packedSize: deflated(400_000).length,
    method: 8,
  };

  test.each<[string, Uint8Array]>([
    ["a path with ..", one({ name: "lib/../../x.py" })],
    ["a path that starts with ..", one({ name: "../x.py" })],
    ["an absolute path", one({ name: "/etc/passwd" })],
    ["a drive", one({ name: "C:/x.py" })],
    ["a backslash", one({ name: "lib\\x.py" })],
    ["a NUL", one({ name: "x.py\0.txt" })],
    ["a line break", one({ name: "x\n.py" })],
    ["an empty segment", one({ name: "lib//x.py" })],
    ["a dot segment", one({ name: "./x.py" })],
    ["no name", one({ name: "" })],
    ["a name that is not UTF-8", one({ name: new Uint8Array([0xff, 0xfe, 0x41]) })],
    ["a name that turns its text around", one({ name: "lib/\u202eyp.exe" })],
    ["a name twice", one({ name: "lib/good.py" })],
    ["a name in another case", one({ name: "lib/GOOD.py" })],
    ["a folder in another case", one({ name: "LIB/other.py" })],
    ["a name in another normal form", writeZip([{ name: "caf\u00e9.py" }, { name: "cafe\u0301.py" }])],
    ["a file that is a folder too", writeZip([{ name: "lib" }, { name: "lib/x.py" }])],
    ["another name in its local header", one({ localName: "y.py" })],
    ["a symbolic link", one({ mode: 0o120777, content: "/etc/passwd" })],
    ["a device", one({ mode: 0o060644 })],
    ["encryption", one({ flags: 0x801 })],
    ["strong encryption", one({ flags: 0x840 })],
    ["an unknown method", one({ method: 12, packed: new Uint8Array(30) })],
    ["a size that is too small", one({ size: 20 })],
    ["a size that is too large", one({ size: 400 })],
    ["a stored size that is not the packed one", one({ method: 0, size: 5 })],
    ["a size that deflate cannot reach", one({ size: 10_000_000 })],
    ["a wrong checksum", one({ crc: 12345 })],
    ["packed bytes that are none", one({ method: 8, packed: new Uint8Array(50).fill(0xff) })],
    ["packed bytes that break off", one({ method: 8, packed: deflated(3000).subarray(0, 8), size: 3000 })],
    ["a packed size beyond the archive", one({ packedSize: 100_000 })],
    ["an offset beyond the archive", one({ offset: 100_000 })],
    ["an offset into another entry", writeZip([good, { ...good, name: "x.py", offset: 0 }])],
    ["two entries on the same bytes", writeZip([good, { ...good, name: "lib/grab.py", offset: 0 }])],
    ["a bomb behind a small size", one({ ...bomb, size: 400 })],
    ["another volume", one({ disk: 1 })],
    ["several volumes", writeZip([good], { disk: 1 })],
    ["fewer entries than it says", writeZip([good], { count: 2 })],
    ["more entries than it says", writeZip([good, { name: "b" }], { count: 1 })],
    ["an impossible number of entries", writeZip([good], { count: 40_000 })],
    ["a directory size that is wrong", writeZip([good], { directorySize: 10 })],
    ["a directory elsewhere", writeZip([good], { directoryOffset: 3 })],
    [
      "bytes in front that its offsets leave out",
      new Uint8Array([...new Uint8Array(100), ...writeZip([good])]),
    ],
    [
      "a comment with an end record",
      writeZip([good], { comment: new Uint8Array([0x50, 0x4b, 5, 6, ...new Array<number>(18).fill(0)]) }),
    ],
    [
      "a comment with an end record that fits nothing",
      writeZip([good], { comment: "PK\u0005\u0006".padEnd(60, "x") }),
    ],
    ["a second zip in its comment", writeZip([good], { comment: writeZip([{ name: "other.py" }]) })],
    [
      "a zip64 field that breaks off",
      one({ extra: new Uint8Array([1, 0, 4, 0, 0, 0, 0, 0]), size: 0xffffffff }),
    ],
    ["a second name in an extra field", one({ extra: new Uint8Array([0x75, 0x70, 5, 0, 1, 0, 0, 0, 0]) })],
    ["no zip", new TextEncoder().encode("<html>not found</html>".repeat(10))],
    ["nothing", new Uint8Array(0)],
  ])("refuses zips with %s", async (_name, bytes) => {
    const code = await codeOf(readAll(open, bytes));
    expect(code).toBe("invalid-package");
  });

  test.each<[string, Uint8Array, ArchiveLimits]>([
    ["a file above the limit", one({}), { maxFileSize: 100 }],
    ["too many entries", one({}), { maxEntries: 1 }],
    ["too much in all", one({}), { maxTotalSize: 500 }],
    ["too much for its size", zipSync({ zeros: new Uint8Array(3_000_000) }), {}],
  ])("refuses %s", async (_name, bytes, limits) => {
    expect(await codeOf(readAll(open, bytes, limits))).toBe("too-large");
  });

  test("refuses what is cut at every 512th byte", async () => {
    const content = Uint8Array.from({ length: 9000 }, (_byte, index) => (index * 7919) >>> 3);
    const bytes = writeZip([good, { name: "noise.bin", content }, { name: "lib/more.py", content: text }]);
    for (let length = 0; length < bytes.length; length += 512) {
      expect(await codeOf(readAll(open, bytes.slice(0, length)))).toBe("invalid-package");
    }
  });

  test("stops with the signal", async () => {
    const archive = await open(writeZip([good]));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(archive.read("lib/good.py", { signal })).rejects.toThrow("enough");
    await archive.close();
  });
});

describe("any zip", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}\.py$/), { maxLength: 8 });
  const contents = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 8, maxLength: 8 });

  test("is read as it was written", async () => {
    await fc.assert(
      fc.asyncProperty(names, contents, fc.integer({ min: 0, max: 9 }), async (paths, bodies, level) => {
        const tree = Object.fromEntries(
          paths.map((path, index) => [path, bodies[index] ?? new Uint8Array()]),
        );
        const archive = await zipArchive(zipSync(tree, { level: level as 0 }));
        expect(archive.entries.map(({ path }) => path)).toEqual([...paths].sort());
        for (const path of paths) expect(await archive.read(path)).toEqual(tree[path]);
      }),
      { numRuns: 60 },
    );
  });

  test("with bytes changed gives what was written, or a UpyError", async () => {
    const body = new TextEncoder().encode(text);
    const bytes = writeZip([good, { name: "b.py", content: text, descriptor: true }], { comment: "hello" });
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const damaged = bytes.slice();
        for (const { at, to } of changes) damaged[at] = to;
        try {
          const archive = await zipArchive(damaged);
          for (const { path } of archive.entries) expect(await archive.read(path)).toEqual(body);
        } catch (error) {
          if (!isUpyError(error)) throw error;
        }
      }),
      { numRuns: 1500 },
    );
  });

  test("on disk with bytes changed neither hangs nor crashes", async () => {
    const bytes = writeZip([good, { name: "b.py", content: text, descriptor: true }]);
    const path = join(folder, "changed.zip");
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const damaged = bytes.slice();
        for (const { at, to } of changes) damaged[at] = to;
        await writeFile(path, damaged);
        try {
          await readAll(() => openZip(path), damaged);
        } catch (error) {
          if (!isUpyError(error)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a folder", () => {
  test("is an archive, without its links", async () => {
    const { mkdir, symlink } = await import("node:fs/promises");
    const root = join(folder, "tree");
    await mkdir(join(root, "lib"), { recursive: true });
    await writeFile(join(root, "lib", "a.py"), text);
    await symlink("/etc/passwd", join(root, "lib", "b.py"));
    const archive = await folderArchive(root);
    expect(archive.entries).toEqual([{ path: "lib/a.py", size: text.length }]);
    expect(new TextDecoder().decode(await archive.read("lib/a.py"))).toBe(text);
    await expect(archive.read("lib/b.py")).rejects.toMatchObject({ code: "file-not-found" });
    await expect(archive.read("../x")).rejects.toMatchObject({ code: "file-not-found" });
    await expect(folderArchive(join(root, "lib", "a.py"))).rejects.toMatchObject({ code: "not-directory" });
    await expect(openZip(join(root, "nothing.zip"))).rejects.toMatchObject({ code: "file-not-found" });
    await expect(openZip(root)).rejects.toMatchObject({ code: "is-directory" });
  });
});

function deflated(length: number): Uint8Array {
  const zip = zipSync({ x: new Uint8Array(length) });
  const view = new DataView(zip.buffer, zip.byteOffset);
  return zip.slice(31 + view.getUint16(28, true), 31 + view.getUint16(28, true) + view.getUint32(18, true));
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    const value = await work;
    return `read: ${JSON.stringify(value).slice(0, 100)}`;
  } catch (error) {
    return isUpyError(error) ? error.code : `no UpyError: ${String(error)}`;
  }
}
