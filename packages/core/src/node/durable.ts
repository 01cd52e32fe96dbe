// Files and names that are on the medium when a call resolves. Shared by all targets of this machine's file systems.
// Only the medium is waited for: what was just written or named is in the system's memory, and is asked for at once, where a
// trip to the thread pool would take longer than the answer.

import { createHash } from "node:crypto";
import { closeSync, fsync, lstatSync, openSync, readFileSync } from "node:fs";
import { mkdir, open, unlink, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { UpyError } from "../errors.js";
import { errnoOf } from "./map-errno.js";

/** The same name each time, so that a second try takes the leftover of the first away; short, whatever the name. */
export function temporaryName(name: string): string {
  return `.upykit-${createHash("sha256").update(name).digest("hex").slice(0, 12)}.tmp`;
}

/** Writes a new file whole, to the medium, and reads it back. What is there is removed first. */
export async function writeDurably(host: string, content: Uint8Array): Promise<void> {
  const file = await openNew(host);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  // By its name: there are drivers (fusefat) that give a handle for writing nothing to read.
  if (!readFileSync(host).equals(content))
    throw new UpyError("io-error", `${host} does not read back as it was written.`);
}

async function openNew(host: string): Promise<FileHandle> {
  try {
    return await open(host, "wx");
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    await unlink(host);
    return open(host, "wx");
  }
}

/** Removes a file; a directory is refused, on every platform alike. */
export async function removeFile(host: string): Promise<void> {
  if (lstatSync(host).isDirectory()) throw new UpyError("is-directory", `${host} is a directory.`);
  await unlink(host);
}

/** Makes names in several directories durable, and what files have under their new names: at once, which costs one wait. */
export async function syncAll(files: readonly string[], directories: Iterable<string>): Promise<void> {
  await allOf([...files.map(syncFile), ...[...new Set(directories)].map(syncDirectory)]);
}

/** What all answer. Rejects when the last is done, so that nothing goes on behind the caller's back. */
export async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** Makes a directory and its parents, durably. */
export async function makeDirectories(host: string): Promise<void> {
  const made = await makeMissing(host);
  if (made === undefined) return;
  for (let directory = host; directory.length >= made.length; directory = dirname(directory)) {
    await syncDirectory(dirname(directory));
  }
}

/** The first directory that had to be made. */
async function makeMissing(host: string): Promise<string | undefined> {
  try {
    return await mkdir(host, { recursive: true });
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    throw new UpyError("not-directory", `${host} is a file.`, { cause: error });
  }
}

/**
 * Makes a file durable under the name it has now. FAT keeps a file's place and size in its directory entry, so that a
 * renamed file is an empty one on the medium until this was done.
 */
export async function syncFile(host: string): Promise<void> {
  await syncPath(host, process.platform === "win32" ? "r+" : "r");
}

/** Makes the names in a directory durable, where the platform can. */
export async function syncDirectory(host: string): Promise<void> {
  if (process.platform === "win32") return;
  try {
    await syncPath(host, "r");
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EISDIR"].includes(errnoOf(error) ?? "")) throw error;
  }
}

async function syncPath(host: string, flags: "r" | "r+"): Promise<void> {
  const descriptor = openSync(host, flags);
  try {
    await new Promise<void>((resolve, reject) => {
      fsync(descriptor, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  } finally {
    closeSync(descriptor);
  }
}
