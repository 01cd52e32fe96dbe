// The files of a CIRCUITPY drive. It is FAT, and a board runs from it that may be unplugged at any time, so three things
// differ from a directory: names are checked as FAT sees them, what computers leave on drives is not shown, and a change
// that replaces a file copies it. docs/circuitpython.md says what a power cut does to a rename on FAT.

import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { checkFatPath, checkFatPaths, isSystemName } from "../../circuitpython/fat-names.js";
import { foldCase } from "../../path-clash.js";
import { UpyError } from "../../errors.js";
import { isTransactionPath } from "../../install/places.js";
import type {
  FileContent,
  FileEntry,
  SpaceInfo,
  TargetCallOptions,
  TargetFileSystem,
  TreeChange,
  WriteOptions,
} from "../../targets/target.js";
import { removeFile, syncDirectory, syncFile, temporaryName, writeDurably } from "../durable.js";
import { errnoOf } from "../map-errno.js";
import type { RootedPaths } from "../rooted-paths.js";
import type { DriveGuard } from "./drive-guard.js";

/** What {@link DriveFileSystem} is made of. */
export interface DriveParts {
  readonly paths: RootedPaths;
  /** The same tree as a plain directory. */
  readonly plain: TargetFileSystem;
  readonly guard: DriveGuard;
}

export class DriveFileSystem implements TargetFileSystem {
  readonly hasDirectories = true;
  readonly #paths: RootedPaths;
  readonly #plain: TargetFileSystem;
  readonly #guard: DriveGuard;

  constructor({ paths, plain, guard }: DriveParts) {
    this.#paths = paths;
    this.#plain = plain;
    this.#guard = guard;
  }

  list(path: string, options?: TargetCallOptions): Promise<FileEntry[]> {
    return this.#guard.run(path, options, async () =>
      (await this.#plain.list(path, options)).filter(isShown),
    );
  }

  walk(path: string, options?: TargetCallOptions): Promise<FileEntry[]> {
    return this.#guard.run(path, options, () => this.#walk(path, options));
  }

  stat(paths: readonly string[], options?: TargetCallOptions): Promise<(FileEntry | null)[]> {
    return this.#guard.run(paths[0] ?? "/", options, () => this.#plain.stat(paths, options));
  }

  readFile(path: string, options?: TargetCallOptions): Promise<Uint8Array> {
    return this.#guard.run(path, options, () => this.#plain.readFile(path, options));
  }

  hashFiles(paths: readonly string[], options?: TargetCallOptions): Promise<(string | null)[]> {
    return this.#guard.run(paths[0] ?? "/", options, () => this.#plain.hashFiles(paths, options));
  }

  space(path: string, options?: TargetCallOptions): Promise<SpaceInfo | null> {
    return this.#guard.run(path, options, async () => {
      const space = await this.#plain.space(path, options);
      return space?.total === 0 && space.readOnly !== true ? null : space;
    });
  }

  async writeFiles(files: readonly FileContent[], options?: WriteOptions): Promise<void> {
    checkFatPaths(files.map((file) => file.path));
    await this.#checkRoom(files, options);
    const total = files.reduce((sum, file) => sum + file.content.length, 0);
    let done = 0;
    for (const { path, content } of files) {
      await this.#guard.run(path, options, () => this.#write(path, content));
      done += content.length;
      options?.onProgress?.({ path, done, total });
    }
  }

  async change(changes: readonly TreeChange[], options?: TargetCallOptions): Promise<void> {
    for (const change of changes) {
      const path = "path" in change ? change.path : change.to;
      if (change.type === "mkdir" || change.type === "rename") checkFatPath(path);
      await this.#guard.run(path, options, () => this.#change(change));
    }
  }

  async #walk(path: string, options: TargetCallOptions | undefined): Promise<FileEntry[]> {
    const entries = await this.#plain.walk(path, options);
    const above = path === "/" ? 1 : path.length + 1;
    return entries.filter((entry) => !entry.path.slice(above).split("/").some(isSystemName));
  }

  /** A drive that will be full is not written to at all. */
  async #checkRoom(files: readonly FileContent[], options: TargetCallOptions | undefined): Promise<void> {
    const space = files.length === 0 ? null : await this.space("/", options);
    if (space === null || space.readOnly === true) return;
    const needed = files.reduce((sum, file) => sum + clustersOf(file.content.length, space), 0);
    if (needed <= space.free) return;
    throw new UpyError("no-space", `The drive has ${space.free} bytes free, and ${needed} are needed.`, {
      hint: "Remove files from the drive, and empty its trash folder if it has one.",
    });
  }

  async #write(path: string, content: Uint8Array): Promise<void> {
    const host = this.#paths.locate(path);
    await this.#makeDirectories(path.slice(0, path.lastIndexOf("/")));
    const other = await sameFileOnFat(host, path);
    if (isTransactionPath(path)) return writeWhole(host, content);
    const temporary = join(dirname(host), temporaryName(basename(host)));
    try {
      await writeDurably(temporary, content);
      if (other !== null) await removeFile(other);
      await renameDurably(temporary, host);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async #change(change: TreeChange): Promise<void> {
    if (change.type === "mkdir") return this.#makeDirectories(change.path);
    if (change.type === "rename") return this.#replace(change.from, change.to);
    return this.#plain.change([change]);
  }

  /**
   * Puts a file in place of another by copying it, and then removes it. Stopped anywhere, `from` is whole, and the change
   * can be repeated; a rename cut short can leave two names of one cluster chain, which the next change tears apart.
   */
  async #replace(from: string, to: string): Promise<void> {
    const [source, goal] = [this.#paths.locate(from), this.#paths.locate(to)];
    const content = await this.#staged(source, goal);
    if (content === null) return;
    const other = await sameFileOnFat(goal, to);
    if (other === source) return renameDurably(source, goal);
    if (other !== null) await removeFile(other);
    if (!(await this.#hasRoom(content.length, to))) return renameDurably(source, goal);
    await writeWhole(goal, content);
    await removeFile(source);
    await syncDirectory(dirname(source));
  }

  /** Whether a file of this size can be written over the one at `path`. */
  async #hasRoom(size: number, path: string): Promise<boolean> {
    const space = await this.#plain.space("/");
    if (space === null || space.total === 0) return true;
    const [old] = await this.#plain.stat([path]);
    return clustersOf(size, space) <= space.free + clustersOf(old?.size ?? 0, space);
  }

  /** What is to be moved; null when it has been. */
  async #staged(source: string, goal: string): Promise<Uint8Array | null> {
    try {
      return await readFile(source);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
      if ((await stat(goal).catch(() => null))?.isFile() === true) return null;
      throw error;
    }
  }

  /** Never above the root: a mount point that is gone is not made again. */
  async #makeDirectories(path: string): Promise<void> {
    const names = path.split("/").slice(1);
    const missing: string[] = [];
    for (let depth = 1; depth <= names.length; depth++) {
      const directory = `/${names.slice(0, depth).join("/")}`;
      const [entry] = await this.#plain.stat([directory]);
      if (entry?.type === "file") throw new UpyError("not-directory", `${directory} is a file.`);
      if (entry === null) missing.push(directory);
    }
    for (const directory of missing) {
      await this.#guard.checkThere();
      await this.#plain.change([{ type: "mkdir", path: directory }]);
    }
  }
}

function clustersOf(size: number, { blockSize }: SpaceInfo): number {
  return Math.ceil(size / blockSize) * blockSize;
}

function isShown(entry: FileEntry): boolean {
  return !isSystemName(entry.path.slice(entry.path.lastIndexOf("/") + 1));
}

/**
 * A file of another name that FAT takes for this one, because of its case; null when there is none.
 * @throws `conflict` when the name is the short name that FAT made up for another file
 */
async function sameFileOnFat(host: string, path: string): Promise<string | null> {
  const name = basename(host);
  const names = await readdir(dirname(host));
  const same = names.find((one) => foldCase(one) === foldCase(name));
  if (same === name) return null;
  if (same !== undefined) return join(dirname(host), same);
  const isShortName = /^[^.]{1,6}~\d+(?:\.[^.]{0,3})?$/u.test(name);
  if (!isShortName || (await stat(host).catch(() => null)) === null) return null;
  throw new UpyError("conflict", `${path} is the short name of another file on this drive.`, {
    hint: "Choose a name without ~ and a digit.",
  });
}

/** Without a temporary name: for what nothing believes before a journal names it, or what a journal will write again. */
async function writeWhole(host: string, content: Uint8Array): Promise<void> {
  await writeDurably(host, content);
  await syncDirectory(dirname(host));
}

async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFile(to);
  await syncDirectory(dirname(to));
}
