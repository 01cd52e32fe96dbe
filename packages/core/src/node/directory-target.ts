// A directory of this machine as a target: a CIRCUITPY-like drive's contents, the tree of an image to be built, a test.
// What is written is there in whole or not at all, also after a kill or a power cut; paths never leave the directory.

import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { access, constants, lstat, readdir, readFile, rename, rm, rmdir, statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";
import { defaultEnvironment } from "../targets/default-environment.js";
import { parentPath } from "../targets/parent-path.js";
import type {
  FileContent,
  FileEntry,
  SpaceInfo,
  Target,
  TargetCallOptions,
  TargetFileSystem,
  TreeChange,
  WriteOptions,
} from "../targets/target.js";
import { LOCK_NAME, lockDirectory } from "./directory-lock.js";
import {
  allOf,
  makeDirectories,
  removeFile,
  syncAll,
  syncDirectory,
  temporaryName,
  writeDurably,
} from "./durable.js";
import { errnoOf, mapErrno } from "./map-errno.js";
import { RootedPaths } from "./rooted-paths.js";

/** Files that are written at a time: as many as the thread pool has threads, and some that wait for the medium. */
const filesAtOnce = 8;

/** What {@link directoryTarget} takes. */
export interface DirectoryTargetOptions {
  /** For messages. Default: "directory <path>". */
  readonly name?: string | undefined;
  /** What will run the code; default: MicroPython 1.28 with .mpy version 6.3 and `/lib` on its path. */
  readonly environment?: Partial<Environment> | undefined;
}

/** Makes a target of a directory, which is made with the first write. "/lib" on the target is "<path>/lib" here. */
export function directoryTarget(path: string, options: DirectoryTargetOptions = {}): Target {
  return {
    name: options.name ?? `directory ${path}`,
    fs: new DirectoryFileSystem(new RootedPaths(path)),
    environment: (call) => {
      call?.signal?.throwIfAborted();
      return Promise.resolve({ ...defaultEnvironment, ...options.environment });
    },
  };
}

class DirectoryFileSystem implements TargetFileSystem {
  readonly hasDirectories = true;
  readonly #paths: RootedPaths;

  constructor(paths: RootedPaths) {
    this.#paths = paths;
  }

  list(path: string, options?: TargetCallOptions): Promise<FileEntry[]> {
    return guarded(path, options, () => this.#list(path));
  }

  walk(path: string, options?: TargetCallOptions): Promise<FileEntry[]> {
    return guarded(path, options, async () => {
      if (this.#stat(path)?.type !== "directory") return [];
      return (await this.#walk(path, options)).sort((a, b) => (a.path < b.path ? -1 : 1));
    });
  }

  stat(paths: readonly string[], options?: TargetCallOptions): Promise<(FileEntry | null)[]> {
    return each(paths, options, (path) => Promise.resolve(this.#stat(path)));
  }

  readFile(path: string, options?: TargetCallOptions): Promise<Uint8Array> {
    return guarded(
      path,
      options,
      async () => new Uint8Array(await readFile(this.#paths.locateFollowing(path))),
    );
  }

  async writeFiles(files: readonly FileContent[], options?: WriteOptions): Promise<void> {
    const total = files.reduce((sum, file) => sum + file.content.length, 0);
    let done = 0;
    for (const group of groupsOf(files)) {
      for (const folder of new Set(group.map(({ path }) => parentPath(path))))
        await guarded(folder, options, () => makeDirectories(this.#paths.locate(folder)));
      const written = group.map(async ({ path, content }) => {
        const host = await guarded(path, options, () => this.#write(path, content));
        done += content.length;
        options?.onProgress?.({ path, done, total });
        return host;
      });
      const hosts = await allOf(written);
      await guarded(group[0]?.path ?? "/", undefined, () => syncAll(hosts, hosts.map(dirname)));
    }
  }

  hashFiles(paths: readonly string[], options?: TargetCallOptions): Promise<(string | null)[]> {
    return each(paths, options, async (path) => {
      if (this.#stat(path)?.type !== "file") return null;
      return createHash("sha256")
        .update(await readFile(this.#paths.locate(path)))
        .digest("hex");
    });
  }

  async change(changes: readonly TreeChange[], options?: TargetCallOptions): Promise<void> {
    for (let at = 0; at < changes.length;) {
      const moves = movesFrom(changes, at);
      const change = changes[at];
      if (moves.length > 1) await this.#moveAll(moves, options);
      else if (change !== undefined) await this.#guardedChange(change, options);
      at += Math.max(moves.length, 1);
    }
  }

  #guardedChange(change: TreeChange, options: TargetCallOptions | undefined): Promise<void> {
    const path = "path" in change ? change.path : change.to;
    return guarded(path, options, () => this.#change(change));
  }

  lock(options?: TargetCallOptions): Promise<() => Promise<void>> {
    return guarded("/", options, () => lockDirectory(this.#paths.root));
  }

  space(path: string, options?: TargetCallOptions): Promise<SpaceInfo | null> {
    return guarded(path, options, async () => {
      const place = await existing(this.#paths.locateFollowing(path));
      const { bavail, blocks, bsize } = await statfs(place);
      const room = { free: bavail * bsize, total: blocks * bsize, blockSize: bsize };
      return (await isWritable(place)) ? room : { ...room, readOnly: true };
    });
  }

  async #list(path: string): Promise<FileEntry[]> {
    const found = await readdir(this.#paths.locateFollowing(path));
    const names = path === "/" ? found.filter((name) => !name.startsWith(LOCK_NAME)) : found;
    const entries = names.map((name) => this.#listed(path === "/" ? `/${name}` : `${path}/${name}`));
    return entries.filter((entry) => entry !== null).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async #listOrNothing(path: string): Promise<FileEntry[]> {
    try {
      return await this.#list(path);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return [];
      throw error;
    }
  }

  async #walk(path: string, options: TargetCallOptions | undefined): Promise<FileEntry[]> {
    options?.signal?.throwIfAborted();
    const entries = await this.#listOrNothing(path);
    const below: FileEntry[] = [];
    for (const entry of entries) {
      const isLink =
        entry.type === "directory" && (await lstat(this.#paths.locate(entry.path))).isSymbolicLink();
      if (entry.type === "directory" && !isLink) below.push(...(await this.#walk(entry.path, options)));
    }
    return [...entries, ...below];
  }

  /** An entry of a listing: what a link out of the root leads to is not listed. */
  #listed(path: string): FileEntry | null {
    try {
      return this.#stat(path);
    } catch (error) {
      if (error instanceof UpyError && error.code === "invalid-path") return null;
      throw error;
    }
  }

  /** Asked at once, as {@link RootedPaths} does: where links were followed, the answer is in the system's memory. */
  #stat(path: string): FileEntry | null {
    if (path === "/") return { path, type: "directory", size: 0 };
    try {
      const found = statSync(this.#paths.locateFollowing(path), { throwIfNoEntry: false });
      if (found?.isDirectory() === true) return { path, type: "directory", size: 0 };
      return found?.isFile() === true ? { path, type: "file", size: found.size } : null;
    } catch (error) {
      if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return null;
      throw error;
    }
  }

  /** Writes a file in a directory that is there; its name is not on the medium yet. Answers with the host's path. */
  async #write(path: string, content: Uint8Array): Promise<string> {
    const host = this.#paths.locate(path);
    const temporary = join(dirname(host), temporaryName(basename(host)));
    try {
      await writeDurably(temporary, content);
      await rename(temporary, host);
      return host;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async #change(change: TreeChange): Promise<void> {
    if (change.type === "rename") return this.#moveAll([change], undefined);
    const host = this.#paths.locate(change.path);
    if (change.type === "mkdir") return makeDirectories(host);
    try {
      if (change.type === "remove") await removeFile(host);
      else await rmdir(host);
    } catch (error) {
      const fine = ["ENOENT", "ENOTDIR", ...(change.type === "rmdir" ? ["ENOTEMPTY", "EEXIST"] : [])];
      if (!fine.includes(errnoOf(error) ?? "")) throw error;
      return undefined;
    }
    return syncDirectory(dirname(host));
  }

  /** Moves, one after the other, that are durable together: nothing in them tells of what was done. */
  async #moveAll(moves: readonly Move[], options: TargetCallOptions | undefined): Promise<void> {
    const moved: Moved[] = [];
    for (const { from, to } of moves) {
      const one = await guarded(to, options, () => this.#move(from, to));
      if (one !== null) moved.push(one);
    }
    const directories = moved.flatMap(({ source, goal }) => [dirname(goal), dirname(source)]);
    const files = moved.map(({ goal }) => goal);
    await guarded(moves[0]?.to ?? "/", undefined, () => syncAll(files, directories));
  }

  /** Where from and where to on the host; null when it had been moved. */
  async #move(from: string, to: string): Promise<Moved | null> {
    const source = this.#paths.locate(from);
    const goal = this.#paths.locate(to);
    try {
      await rename(source, goal);
      return { source, goal };
    } catch (error) {
      const isDone = errnoOf(error) === "ENOENT" && this.#stat(from) === null && this.#stat(to) !== null;
      if (!isDone) throw error;
      return null;
    }
  }
}

type Move = Extract<TreeChange, { readonly type: "rename" }>;

interface Moved {
  readonly source: string;
  readonly goal: string;
}

/**
 * The moves from one directory to another that stand together at `start`. A rename within a directory stands alone: it
 * is how a journal gets its name, which has to be durable before anything that it tells of is done.
 */
function movesFrom(changes: readonly TreeChange[], start: number): Move[] {
  const moves: Move[] = [];
  for (let at = start; at < changes.length; at++) {
    const change = changes[at];
    if (change?.type !== "rename" || parentPath(change.from) === parentPath(change.to)) break;
    moves.push(change);
  }
  return moves;
}

/** Files in the order they came in, some at a time, each path once in a group. */
function groupsOf(files: readonly FileContent[]): FileContent[][] {
  const groups: FileContent[][] = [];
  let names = new Set<string>();
  for (const file of files) {
    const isFull = names.size === 0 || names.size === filesAtOnce || names.has(file.path);
    if (isFull) names = new Set();
    names.add(file.path);
    if (isFull) groups.push([file]);
    else groups.at(-1)?.push(file);
  }
  return groups;
}

async function isWritable(host: string): Promise<boolean> {
  try {
    await access(host, constants.W_OK);
    return true;
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(errnoOf(error) ?? "")) throw error;
    return false;
  }
}

async function existing(host: string): Promise<string> {
  try {
    await lstat(host);
    return host;
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(host) === host) throw error;
    return existing(dirname(host));
  }
}

async function guarded<T>(
  path: string,
  options: TargetCallOptions | undefined,
  action: () => Promise<T>,
): Promise<T> {
  options?.signal?.throwIfAborted();
  try {
    return await action();
  } catch (error) {
    throw mapErrno(error, path);
  }
}

async function each<T>(
  paths: readonly string[],
  options: TargetCallOptions | undefined,
  action: (path: string) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (const path of paths) results.push(await guarded(path, options, () => action(path)));
  return results;
}
