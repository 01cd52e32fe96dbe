import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Board } from "@upykit/core/device";
import { noise, withBoard } from "../fixtures/with-board.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const paths = (entries: readonly { path: string }[]): string[] => entries.map(({ path }) => path);

const names = [
  "it's.py",
  'say "hi".txt',
  "back\\slash",
  "two words",
  "tab\there",
  "new\nline",
  "ünï-日本-🐍.py",
  "%s {} $x `y`",
  "b'x'",
  ".hidden",
  "x".repeat(200),
];

describe("what is there", () => {
  test("list, walk, stat, info, exists", () =>
    withBoard(
      async ({ fs }) => {
        expect(await fs.list("/lib")).toEqual([
          { path: "/lib/a.py", type: "file", size: 3 },
          { path: "/lib/empty", type: "file", size: 0 },
          { path: "/lib/pkg", type: "directory", size: 0 },
        ]);
        expect(await fs.list("/lib/")).toHaveLength(3);
        expect(paths(await fs.walk("/lib"))).toEqual([
          "/lib/a.py",
          "/lib/empty",
          "/lib/pkg",
          "/lib/pkg/b.py",
        ]);
        expect(await fs.walk("/nothing")).toEqual([]);
        expect(await fs.walk("/lib/a.py")).toEqual([]);
        expect(await fs.stat(["/lib/pkg", "/no", "/lib/a.py", "/", "/lib/a.py/x"])).toEqual([
          { path: "/lib/pkg", type: "directory", size: 0 },
          null,
          { path: "/lib/a.py", type: "file", size: 3 },
          { path: "/", type: "directory", size: 0 },
          null,
        ]);
        expect(await fs.exists("/lib")).toBe(true);
        expect(await fs.info("/no")).toBeNull();
        expect(await fs.stat([])).toEqual([]);
        await expect(fs.list("/no")).rejects.toMatchObject({ code: "file-not-found" });
        await expect(fs.list("/lib/a.py")).rejects.toMatchObject({ code: "not-directory" });
        expect((await fs.list("/")).map(({ path }) => path)).toEqual(["/lib"]);
      },
      { virtual: { files: { "/lib/a.py": "x=1", "/lib/pkg/b.py": "", "/lib/empty": "" } } },
    ));

  test("hashes of many files come in a few round trips", () => {
    const files = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`/lib/f${i}.py`, noise(1024, i)]),
    );
    return withBoard(
      async ({ fs }, virtual) => {
        const before = virtual.stats.roundTrips;
        const hashes = await fs.hashFiles([...Object.keys(files), "/no", "/lib"]);
        const wanted = Object.values(files).map((content) =>
          createHash("sha256").update(content).digest("hex"),
        );
        expect(hashes).toEqual([...wanted, null, null]);
        expect(virtual.stats.roundTrips - before).toBeLessThan(30);
      },
      { virtual: { files } },
    );
  });

  test("space", () =>
    withBoard(async ({ fs }) => {
      const space = await fs.space("/lib/not/there/yet");
      expect(space).toMatchObject({ blockSize: 4096, total: 8 * 1024 * 1024 });
      await fs.writeFile("/x", new Uint8Array(40_960));
      const after = await fs.space("/");
      expect((space?.free ?? 0) - (after?.free ?? 0)).toBeGreaterThanOrEqual(40_960);
    }));
});

describe("reading and writing", () => {
  test("any name", () =>
    withBoard(async ({ fs }, virtual) => {
      const files = names.map((name) => ({ path: `/dir of "it's"/${name}`, content: bytes(name) }));
      await fs.writeFiles(files);
      expect(await fs.readFiles(files.map(({ path }) => path))).toEqual(files.map(({ content }) => content));
      expect((await fs.stat(files.map(({ path }) => path))).every((entry) => entry?.type === "file")).toBe(
        true,
      );
      expect(paths(await fs.list(`/dir of "it's"`))).toEqual(files.map(({ path }) => path).sort());
      for (const { path, content } of files) expect(await virtual.fs.read(path)).toEqual(content);
      await fs.change(files.map(({ path }) => ({ type: "rename", from: path, to: path + "2" })));
      await fs.change(files.map(({ path }) => ({ type: "remove", path: path + "2" })));
      expect(await fs.list(`/dir of "it's"`)).toEqual([]);
    }));

  test("all byte values, and what the wire uses itself", () =>
    withBoard(async ({ fs }) => {
      const all = Uint8Array.from({ length: 2048 }, (_, i) => (i * 7) & 255);
      const special = Uint8Array.from(
        { length: 4096 },
        (_, i) => [3, 4, 13, 16, 67, 68, 77, 80, 1, 2][(i * i) % 10] ?? 0,
      );
      await fs.writeFiles([
        { path: "/all", content: all },
        { path: "/special", content: special },
        { path: "/empty", content: new Uint8Array() },
      ]);
      expect(await fs.readFiles(["/all", "/special", "/empty", "/no"])).toEqual([
        all,
        special,
        new Uint8Array(),
        null,
      ]);
    }));

  test("replaces, makes directories, leaves no temporary file", () =>
    withBoard(async ({ fs }, virtual) => {
      await fs.writeFile("/a/b/c.txt", "one");
      await fs.writeFile("/a/b/c.txt", "two");
      expect(await fs.readText("/a/b/c.txt")).toBe("two");
      expect(paths(await virtual.fs.list("/a"))).toEqual(["/a/b", "/a/b/c.txt"]);
      await expect(fs.writeFile("/a/b", "x")).rejects.toMatchObject({ code: "is-directory" });
      await expect(fs.writeFile("/a/b/c.txt/d", "x")).rejects.toMatchObject({
        code: /not-directory|file-exists|file-not-found/,
      });
      expect(paths(await virtual.fs.list("/a"))).toEqual(["/a/b", "/a/b/c.txt"]);
      await expect(fs.readFile("/a/b")).rejects.toMatchObject({ code: "is-directory" });
      await expect(fs.readFile("/no")).rejects.toMatchObject({ code: "file-not-found" });
    }));

  test("tells what was the same already", () =>
    withBoard(async ({ fs }, virtual) => {
      const files = [
        { path: "/a", content: bytes("a") },
        { path: "/b", content: bytes("b") },
      ];
      expect(await fs.write(files, { skipUnchanged: true })).toEqual({
        written: ["/a", "/b"],
        unchanged: [],
      });
      const before = virtual.stats.flashOperations;
      expect(await fs.write(files, { skipUnchanged: true })).toEqual({
        written: [],
        unchanged: ["/a", "/b"],
      });
      expect(virtual.stats.flashOperations).toBe(before);
    }));

  test("a full flash: the file is the old one, and nothing is left", () =>
    withBoard(async ({ fs }, virtual) => {
      await fs.writeFile("/big", "old");
      virtual.faults.configure({ freeSpace: 20_000 });
      await expect(fs.writeFile("/big", noise(50_000))).rejects.toMatchObject({ code: "no-space" });
      expect(await fs.readText("/big")).toBe("old");
      expect(paths(await fs.list("/"))).toEqual(["/big"]);
    }));

  test("progress goes up to the end", () =>
    withBoard(async ({ fs }) => {
      const seen: number[] = [];
      const files = [1, 50_000, 0, 20_000].map((length, i) => ({
        path: `/f${i}`,
        content: noise(length, i),
      }));
      await fs.writeFiles(files, {
        onProgress: ({ done, total }) => (expect(total).toBe(70_001), seen.push(done)),
      });
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(seen.at(-1)).toBe(70_001);
      expect(seen.length).toBeGreaterThan(5);
    }));

  test.each(["", "a.py", "/../x", "/a/../b", "/a\0b", "/\ud800"])("refuses the path %j", (path) =>
    withBoard(async ({ fs }, virtual) => {
      const before = virtual.stats.bytesToBoard;
      await expect(fs.writeFile(path, "x")).rejects.toMatchObject({ code: "invalid-path" });
      await expect(fs.readFile(path)).rejects.toMatchObject({ code: "invalid-path" });
      await expect(fs.remove(path)).rejects.toMatchObject({ code: "invalid-path" });
      expect(virtual.stats.bytesToBoard).toBe(before);
    }),
  );
});

describe("changes", () => {
  const files = { "/a": "a", "/b": "b", "/dir/x/y": "y", "/empty/z": "" };
  const withFiles = (action: (board: Board) => Promise<void>): Promise<void> =>
    withBoard(action, { virtual: { files } });

  test("can be repeated", () =>
    withFiles(async ({ fs }) => {
      await fs.remove("/empty/z");
      for (let time = 0; time < 2; time++) {
        await fs.change([
          { type: "mkdir", path: "/new/deep/er" },
          { type: "rename", from: "/a", to: "/b" },
          { type: "remove", path: "/gone" },
          { type: "rmdir", path: "/empty" },
          { type: "rmdir", path: "/dir" },
        ]);
        expect(paths(await fs.walk("/"))).toEqual([
          "/b",
          "/dir",
          "/dir/x",
          "/dir/x/y",
          "/new",
          "/new/deep",
          "/new/deep/er",
        ]);
        expect(await fs.readText("/b")).toBe("a");
      }
    }));

  test("stop at the first that fails, and say which", () =>
    withFiles(async ({ fs }) => {
      const changes = [
        { type: "remove", path: "/a" },
        { type: "rename", from: "/nothing", to: "/nowhere" },
        { type: "remove", path: "/b" },
      ] as const;
      await expect(fs.change(changes)).rejects.toMatchObject({
        code: "file-not-found",
        message: /^rename \/nothing/,
      });
      expect(await fs.exists("/a")).toBe(false);
      expect(await fs.exists("/b")).toBe(true);
      await expect(fs.remove("/dir")).rejects.toMatchObject({ code: "is-directory" });
      await expect(fs.rename("/b", "/dir")).rejects.toMatchObject({ code: "is-directory" });
      await expect(fs.change([{ type: "rmdir", path: "/b" }])).rejects.toMatchObject({
        code: "not-directory",
      });
      await expect(fs.mkdir("/b/c")).rejects.toMatchObject({
        code: /not-directory|file-exists|file-not-found/,
      });
      await expect(fs.mkdir("/b")).rejects.toMatchObject({ code: "file-exists" });
    }));

  test("remove a tree", () =>
    withFiles(async ({ fs }) => {
      for (const path of ["/dir", "/a", "/nothing", "/dir"]) await fs.removeTree(path);
      expect(paths(await fs.walk("/"))).toEqual(["/b", "/empty", "/empty/z"]);
    }));

  test("hundreds at once", () =>
    withBoard(async ({ fs }) => {
      const all = Array.from({ length: 300 }, (_, i) => `/many/d${i}`);
      await fs.change(all.map((path) => ({ type: "mkdir", path })));
      expect(await fs.list("/many")).toHaveLength(300);
      await fs.removeTree("/many");
      expect(await fs.list("/")).toEqual([]);
    }));
});
