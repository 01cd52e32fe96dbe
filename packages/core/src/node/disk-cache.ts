// A content cache in a folder, which any number of processes may share: entries are written under a temporary name and
// renamed, and checked whenever they are read.

import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sha256Sync } from "../sha256.js";
import type { ContentCache } from "../sources/download.js";
import { errnoOf, mapErrno } from "./map-errno.js";

/**
 * Keeps contents in `folder`, which is made when the first entry is. An entry that is damaged is removed and counts as
 * missing. Its calls reject with `access-denied`, `no-space`, `read-only` or `io-error`.
 */
export function createDiskCache(folder: string): ContentCache {
  return {
    async get(key) {
      const path = pathOf(folder, key);
      const stored = await readOrNothing(path);
      if (stored === undefined) return undefined;
      const content = unpack(key, stored);
      if (content === undefined) await rm(path, { force: true });
      return content;
    },
    async set(key, content) {
      const path = pathOf(folder, key);
      await writeWhole(path, pack(key, content)).catch((error: unknown) => {
        throw mapErrno(error, `cache ${folder}`) as Error;
      });
    },
  };
}

/** The hash in a key of contents, null for another key. */
function hashIn(key: string): string | null {
  return /^sha256:([0-9a-f]{64})$/.exec(key)?.[1] ?? null;
}

function pathOf(folder: string, key: string): string {
  const hash = hashIn(key);
  const name = hash ?? sha256Sync(new TextEncoder().encode(key));
  return join(folder, hash === null ? "other" : "sha256", name.slice(0, 2), name);
}

/** Contents are stored as they are, since their key is their check; anything else behind a check of its own. */
function pack(key: string, content: Uint8Array): Uint8Array {
  if (hashIn(key) !== null) return content;
  const check = new TextEncoder().encode(sha256Sync(content));
  const packed = new Uint8Array(check.length + content.length);
  packed.set(check);
  packed.set(content, check.length);
  return packed;
}

function unpack(key: string, stored: Uint8Array): Uint8Array | undefined {
  const hash = hashIn(key);
  const check = hash ?? new TextDecoder().decode(stored.subarray(0, 64));
  const content = hash === null ? stored.subarray(64) : stored;
  return sha256Sync(content) === check ? content : undefined;
}

async function readOrNothing(path: string): Promise<Uint8Array | undefined> {
  try {
    const buffer = await readFile(path);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw mapErrno(error, `cache entry ${path}`) as Error;
  }
}

async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeFile(temporary, content, { flag: "wx" });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    // Windows refuses to replace a file that another process is reading; that process has a whole one.
    if (errnoOf(error) !== "EPERM" || (await readOrNothing(path)) === undefined) throw error;
  }
}
