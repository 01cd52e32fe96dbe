// The whole way on a real MicroPython: from a mip index over resolve, plan and transaction to an import on the board.

import { install, listInstalled, mipIndex, recover, sha256Sync, uninstall, verify } from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { createVirtualBoard } from "@upykit/core/testing";
import { describe, expect, it } from "vitest";
import { toBytes } from "./fixtures/packages.js";

/** Twelve files of some 2.7 KB in three packages, of which two share one: the size of aiohttp, aioble and unittest. */
const names = ["alpha", "beta", "gamma"];
const source = (name: string, index: number) =>
  Array.from(
    { length: 75 },
    (_, line) => `def ${name}_${index}_${line}(a, b):\n    return a * ${line * 7919} + b\n`,
  ).join("");
const filesOf = (name: string): [string, string][] => [
  ...Array.from({ length: 4 }, (_, index): [string, string] => [`${name}/m${index}.py`, source(name, index)]),
];

/** A mip index in memory: index.json, package/py/NAME/VERSION.json, file/ab/abcdef01. */
function serveIndex(): typeof fetch {
  const pages = new Map<string, string>();
  const listed = names.map((name) => ({
    name,
    version: "1.0",
    author: "",
    description: "",
    license: "MIT",
    path: name,
    versions: { py: ["1.0"] },
  }));
  pages.set("/index.json", JSON.stringify({ v: 2, updated: 0, packages: listed }));
  for (const name of names) {
    const hashes = filesOf(name).map(([path, text]) => {
      const hash = sha256Sync(toBytes(text)).slice(0, 8);
      pages.set(`/file/${hash.slice(0, 2)}/${hash}`, text);
      return [path, hash];
    });
    const json = JSON.stringify({
      v: 1,
      version: "1.0",
      hashes,
      deps: name === "beta" ? [["gamma", "latest"]] : [],
    });
    pages.set(`/package/py/${name}/1.0.json`, json).set(`/package/py/${name}/latest.json`, json);
  }
  return (input) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const page = pages.get(url.pathname);
    return Promise.resolve(page === undefined ? new Response("", { status: 404 }) : new Response(page));
  };
}

/** A file system on which nothing can be written, as a card whose switch says so: FAT mounted read-only (1.12 to 1.28). */
const readOnlyCard = `
import os, sys
class Card:
    def mount(self, *a): pass
    def stat(self, p):
        if p.strip('/') not in ('', 'lib'): raise OSError(2)
        return (0x4000,) + (0,) * 9
    def statvfs(self, p): return (512, 512, 100, 50, 50, 0, 0, 0, 0, 255)
    def rmdir(self, p): raise OSError(2)
    def rename(self, a, b): raise OSError(30)
import vfs
vfs.mount(Card(), '/card')
sys.path.insert(0, '/card/lib')
`;

describe("install on a board", () => {
  it("goes to the first place on sys.path that can be written", { timeout: 60_000 }, async () => {
    await using virtual = await createVirtualBoard();
    await using board = await connectBoard(virtual.transport());
    await board.exec(readOnlyCard);
    const target = board.target();
    expect(await board.fs.space("/card/lib")).toMatchObject({ free: 25_600, readOnly: true });
    expect(await board.fs.space("/lib")).not.toHaveProperty("readOnly");
    const options = { sources: [mipIndex({ url: "https://index.test" })], fetch: serveIndex() };
    expect((await install(target, ["gamma"], options)).root).toBe("/lib");
    await expect(install(target, ["gamma"], { ...options, root: "/card/lib" })).rejects.toMatchObject({
      code: "read-only",
    });
  });

  it(
    "is whole, is quick to say that all is there, and goes away without a trace",
    { timeout: 60_000 },
    async () => {
      await using virtual = await createVirtualBoard({ files: { "/main.py": "print('mine')\n" } });
      const before = await virtual.fs.snapshot();
      await using board = await connectBoard(virtual.transport(), { flowControl: true });
      const target = board.target();
      const options = { sources: [mipIndex({ url: "https://index.test" })], fetch: serveIndex() };

      const start = virtual.stats;
      const report = await install(target, ["alpha", "beta"], options);
      const fresh = virtual.stats;
      expect(report.written).toHaveLength(12);
      expect(report.bytesWritten).toBeGreaterThan(30_000);
      const printed = await board.exec("from alpha.m1 import alpha_1_2; print(alpha_1_2(1, 2))");
      expect(printed.trim()).toBe("15840");
      expect((await verify(target)).ok).toBe(true);
      expect((await listInstalled(target)).roots.map((root) => root.package)).toEqual(["alpha", "beta"]);
      expect(fresh.roundTrips - start.roundTrips).toBeLessThanOrEqual(20);
      expect(fresh.bytesToBoard - start.bytesToBoard).toBeLessThan(15_000);

      const rest = virtual.stats;
      const again = await install(target, ["alpha", "beta"], {
        ...options,
        fetch: () => Promise.reject(new Error("no")),
      });
      const done = virtual.stats;
      expect(again).toMatchObject({ written: [], bytesWritten: 0 });
      expect(done.flashOperations - rest.flashOperations).toBe(0);
      expect(done.roundTrips - rest.roundTrips).toBeLessThanOrEqual(4);

      await uninstall(target, ["alpha", "beta"]);
      expect(await virtual.fs.snapshot()).toEqual(before);
      expect(await recover(target)).toMatchObject({ outcome: "nothing" });
    },
  );
});
