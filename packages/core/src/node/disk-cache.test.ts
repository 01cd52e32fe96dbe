import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchContent, resolve, sha256 } from "@upykit/core";
import { createDiskCache } from "@upykit/core/node";
import { board, bytes, createFakeWeb, indexPages } from "../../test/fake-web.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "upykit-cache-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const entries = async (): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));

test("keeps contents and answers, and nothing else in the folder", async () => {
  const cache = createDiskCache(join(folder, "new", "deeper"));
  const content = bytes("hello");
  const key = `sha256:${await sha256(content)}`;
  expect(await cache.get(key)).toBeUndefined();
  await cache.set(key, content);
  await cache.set(key, content);
  await cache.set("url:https://x.example/../../etc/passwd", bytes(key));
  expect(await cache.get(key)).toEqual(content);
  expect(
    await createDiskCache(join(folder, "new", "deeper")).get("url:https://x.example/../../etc/passwd"),
  ).toEqual(bytes(key));
  expect(await entries()).toHaveLength(2);
});

test.each([
  ["changed", (content: Uint8Array) => content.map((byte, index) => (index === 0 ? byte ^ 1 : byte))],
  ["cut short", (content: Uint8Array) => content.subarray(0, -1)],
  ["empty", () => new Uint8Array()],
])("an entry that is %s is dropped and fetched again", async (_, damage) => {
  const url = "https://micropython.org/pi/v2";
  const web = createFakeWeb(indexPages(url, { a: { "1": { files: { "a.mpy": "a" } } } }));
  const options = { environment: board, cache: createDiskCache(folder), fetch: web.fetch };
  const resolution = await resolve(["a"], options);
  const file = resolution.packages[0]?.files[0];
  if (file === undefined) throw new Error("no file");
  for (const path of await entries()) await writeFile(path, damage(await readFile(path)));
  await expect(fetchContent(file, { ...options, offline: true })).rejects.toMatchObject({ code: "offline" });
  for (const path of await entries()) await writeFile(path, damage(await readFile(path)));
  expect(await fetchContent(file, options)).toEqual(bytes("a"));
  expect(await fetchContent(file, { ...options, offline: true })).toEqual(bytes("a"));
  expect(await resolve(["a"], options)).toEqual(resolution);
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "a folder that cannot be written is told",
  async () => {
    await chmod(folder, 0o500);
    await expect(createDiskCache(folder).set("url:x", bytes("x"))).rejects.toMatchObject({
      code: "access-denied",
    });
  },
);

test("a folder that is a file is told", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(createDiskCache(join(folder, "file")).set("url:x", bytes("x"))).rejects.toMatchObject({
    code: expect.stringMatching(/not-directory|file-exists/) as string,
  });
});

test("many writers of the same entries leave each of them whole", async () => {
  const content = new Uint8Array(300_000).map((_, index) => (index * 7) % 251);
  const key = `sha256:${await sha256(content)}`;
  const caches = Array.from({ length: 8 }, () => createDiskCache(folder));
  const work = caches.flatMap((cache) => [
    cache.set(key, content),
    cache.set("url:x", bytes(key)),
    cache.get(key),
  ]);
  const read = (await Promise.all(work)).filter((one) => one !== undefined);
  for (const one of read) expect(one).toEqual(content);
  expect(await caches[0]?.get(key)).toEqual(content);
  expect(await entries()).toHaveLength(2);
});

test("a file that another process left half written is no entry", async () => {
  const content = new Uint8Array(100_000).fill(7);
  const hash = await sha256(content);
  const cache = createDiskCache(folder);
  await cache.set(`sha256:${hash}`, content);
  const [path = ""] = await entries();
  await writeFile(`${path}.4711.abcdef.tmp`, content.subarray(0, 50_000));
  expect(await cache.get(`sha256:${hash}`)).toEqual(content);
  await rm(path);
  expect(await cache.get(`sha256:${hash}`)).toBeUndefined();
});
