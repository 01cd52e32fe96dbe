// A lock on a directory among the processes that change it: a link in it whose target says who holds it, which is made
// in one step with what it says. Where there are no links (FAT), it is a file.

import {
  lstat,
  mkdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { UpyError } from "../errors.js";
import { errnoOf } from "./map-errno.js";

/** The lock's name in the directory that it locks. */
export const LOCK_NAME = ".upykit-lock";

/** What a process on another machine, which cannot be asked whether it lives, has not finished after this has died. */
const LONGEST_HOLD = 3_600_000;

/** Locks that this very process holds: one of an earlier process may have the same number. */
const held = new Set<string>();

/**
 * Locks a directory, which is made if it is not there, until the answer is called. Where nothing can be written there is
 * nothing to lock. @throws `link-busy` while another holds it
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, LOCK_NAME);
  const made = await mkdirIfPossible(directory);
  for (let attempt = 1; !held.has(path); attempt++) {
    const outcome = await make(path);
    if (outcome === "impossible") return () => Promise.resolve();
    if (outcome === "made") {
      held.add(path);
      return () => unlock(path, made);
    }
    const holder = await readHolder(path);
    if (holder === null) continue;
    if (attempt > 3 || (await isAlive(holder, path))) throw busy(directory, holder);
    await takeAway(path, holder);
  }
  throw busy(directory, me());
}

function me(): string {
  return `${process.pid}@${hostname()}`;
}

async function mkdirIfPossible(directory: string): Promise<string | undefined> {
  try {
    return await mkdir(directory, { recursive: true });
  } catch (error) {
    if (isForbidden(error) || errnoOf(error) === "EEXIST" || errnoOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

async function make(path: string): Promise<"made" | "taken" | "impossible"> {
  try {
    await symlink(me(), path);
    return "made";
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return "taken";
  }
  try {
    await writeFile(path, me(), { flag: "wx" });
    return "made";
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return "taken";
    if (isForbidden(error) || ["ENOTDIR", "ENOENT", "ENOSPC"].includes(errnoOf(error) ?? ""))
      return "impossible";
    throw error;
  }
}

function isForbidden(error: unknown): boolean {
  return ["EROFS", "EACCES", "EPERM"].includes(errnoOf(error) ?? "");
}

/** Who holds the lock; null when nobody does any more. */
async function readHolder(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
  }
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

async function isAlive(holder: string, path: string): Promise<boolean> {
  const [, number, host] = /^(\d+)@(.*)$/s.exec(holder) ?? [];
  if (number === undefined) return isYoung(path, 10_000); // somebody may be about to write it
  if (host !== hostname()) return isYoung(path, LONGEST_HOLD);
  if (Number(number) === process.pid) return held.has(path);
  try {
    process.kill(Number(number), 0);
    return true;
  } catch (error) {
    return errnoOf(error) === "EPERM";
  }
}

async function isYoung(path: string, age: number): Promise<boolean> {
  try {
    return Date.now() - (await lstat(path)).mtimeMs < age;
  } catch {
    return false;
  }
}

/** Takes a dead process's lock away; somebody else may be doing the same, and must not lose a new one. */
async function takeAway(path: string, holder: string): Promise<void> {
  const aside = `${path}-${process.pid}`;
  try {
    await rename(path, aside);
    if ((await readHolder(aside)) === holder) await rm(aside, { force: true });
    else await rename(aside, path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

/** Removes the lock, and the directories that were made for it if nothing else came into them. */
async function unlock(path: string, made: string | undefined): Promise<void> {
  held.delete(path);
  await removeIfThere(path);
  if (made === undefined) return;
  for (let directory = dirname(path); directory.length >= made.length; directory = dirname(directory)) {
    try {
      await rmdir(directory);
    } catch {
      return;
    }
  }
}

/** Unlike `rm`, without another two looks at what it is. */
async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

function busy(directory: string, holder: string): UpyError {
  const [pid, host] = holder.split("@");
  return new UpyError("link-busy", `Process ${pid} on ${host} is changing ${directory}.`, {
    hint: `Wait for it to end. If it is gone for good, remove ${join(directory, LOCK_NAME)}.`,
  });
}
