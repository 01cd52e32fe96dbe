// A directory of this machine as a target: a CIRCUITPY-like drive's contents, the tree of an image to be built, a test.
// What is written is there in whole or not at all, also after a kill or a power cut; paths never leave the directory.

import { createHash } from "node:crypto";
import {
  access,
  constants,
  lstat,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
} from "node:fs/promises";
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
  makeDirectories,
  removeFile,
  syncDirectory,
  syncFile,
  temporaryName,
  writeDurably,
} from "./durable.js";
import { errnoOf, mapErrno } from "./map-errno.js";
import { RootedPaths } from "./rooted-paths.js";

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
      const entry = await this.#stat(path);
      if (entry?.type !== "directory") return [];
      return (await this.#walk(path, options)).sort((a, b) => (a.path < b.path ? -1 : 1));
    });
  }

  stat(paths: readonly string[], options?: TargetCallOptions): Promise<(FileEntry | null)[]> {
    return each(paths, options, (path) => this.#stat(path));
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
    const folders = new Set<string>();
    let done = 0;
    for (const { path, content } of files) {
      folders.add(dirname(await guarded(path, options, () => this.#write(path, content))));
      done += content.length;
      options?.onProgress?.({ path, done, total });
    }
    for (const folder of folders) await guarded(folder, undefined, () => syncDirectory(folder));
  }

  hashFiles(paths: readonly string[], options?: TargetCallOptions): Promise<(string | null)[]> {
    return each(paths, options, async (path) => {
      if ((await this.#stat(path))?.type !== "file") return null;
      return createHash("sha256")
        .update(await readFile(this.#paths.locate(path)))
        .digest("hex");
    });
  }

  async change(changes: readonly TreeChange[], options?: TargetCallOptions): Promise<void> {
    for (const change of changes) {
      const path = "path" in change ? change.path : change.to;
      await guarded(path, options, () => this.#change(change));
    }
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
    const entries = await Promise.all(
      names.map((name) => this.#listed(path === "/" ? `/${name}` : `${path}/${name}`)),
    );
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
  async #listed(path: string): Promise<FileEntry | null> {
    try {
      return await this.#stat(path);
    } catch (error) {
      if (error instanceof UpyError && error.code === "invalid-path") return null;
      throw error;
    }
  }

  async #stat(path: string): Promise<FileEntry | null> {
    if (path === "/") return { path, type: "directory", size: 0 };
    try {
      const found = await stat(this.#paths.locateFollowing(path));
      if (found.isDirectory()) return { path, type: "directory", size: 0 };
      return found.isFile() ? { path, type: "file", size: found.size } : null;
    } catch (error) {
      if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return null;
      throw error;
    }
  }

  /** Writes a file, whose name is not on the medium before its directory is synced; answers with the host's path. */
  async #write(path: string, content: Uint8Array): Promise<string> {
    const host = this.#paths.locate(path);
    await makeDirectories(dirname(host));
    const temporary = join(dirname(host), temporaryName(basename(host)));
    try {
      await writeDurably(temporary, content);
      await rename(temporary, host);
      await syncFile(host);
      return host;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async #change(change: TreeChange): Promise<void> {
    if (change.type === "rename") return this.#rename(change.from, change.to);
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

  async #rename(from: string, to: string): Promise<void> {
    const source = this.#paths.locate(from);
    const goal = this.#paths.locate(to);
    try {
      await rename(source, goal);
    } catch (error) {
      const isDone =
        errnoOf(error) === "ENOENT" && (await this.#stat(from)) === null && (await this.#stat(to)) !== null;
      if (!isDone) throw error;
      return;
    }
    await syncFile(goal);
    await syncDirectory(dirname(goal));
    if (parentPath(from) !== parentPath(to)) await syncDirectory(dirname(source));
  }
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
