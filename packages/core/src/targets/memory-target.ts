// A target in memory: for dry runs, for building images, and for an integrator's own tests. It can be told to be like
// a poor board (small, flat, FAT) and to be unplugged at any step, so that a test can prove what an unplug leaves.

import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";
import { MemoryDisk, type MemoryDiskOptions, type MemoryEntry } from "./memory-disk.js";
import { defaultEnvironment } from "./default-environment.js";
import { sha256 } from "../sha256.js";
import type {
  FileContent,
  FileEntry,
  SpaceInfo,
  Target,
  TargetFileSystem,
  TreeChange,
  WriteOptions,
} from "./target.js";

/** What {@link memoryTarget} takes. */
export interface MemoryTargetOptions extends MemoryDiskOptions {
  /** For messages. Default "memory". */
  readonly name?: string | undefined;
  /** Contents by absolute path; text is written as UTF-8. A path that ends in "/" is an empty directory. */
  readonly files?: Readonly<Record<string, Uint8Array | string>> | undefined;
  /** Directories below which nothing can be written. */
  readonly readOnly?: readonly string[] | undefined;
  /** What will run the code; default: MicroPython 1.28 with .mpy version 6.3 and `/lib` on its path. */
  readonly environment?: Partial<Environment> | undefined;
}

/** A {@link Target} in memory. */
export interface MemoryTarget extends Target {
  /** A copy of every file and directory now: contents by path, null for a directory. */
  snapshot(): Map<string, Uint8Array | null>;
  /** Another target with the same files, options and free space. */
  clone(): MemoryTarget;
  /** Entries made, moved or removed, and bytes written, so far. */
  readonly steps: number;
  /** Calls of {@link TargetFileSystem} so far: on a board, each is a round trip or two. */
  readonly calls: number;
  /** Pulls the plug after so many more steps: then everything rejects with `link-lost` until {@link plugIn}. */
  unplugAfter(steps: number): void;
  plugIn(): void;
}

/** Makes a target in memory. */
export function memoryTarget(options: MemoryTargetOptions = {}): MemoryTarget {
  const { freeSpace, ...shape } = options;
  const disk = new MemoryDisk(shape);
  for (const [path, content] of Object.entries(options.files ?? {})) {
    if (path.endsWith("/")) disk.makeDirectories(path.slice(0, -1));
    else disk.write(path, typeof content === "string" ? new TextEncoder().encode(content) : content.slice());
  }
  disk.free = freeSpace ?? null;
  disk.steps = 0;
  return targetOf(disk, options);
}

function targetOf(disk: MemoryDisk, options: MemoryTargetOptions): MemoryTarget {
  const fs = new MemoryFileSystem(disk, options.readOnly ?? []);
  return {
    name: options.name ?? "memory",
    fs,
    environment: (call) => {
      call?.signal?.throwIfAborted();
      disk.checkPlug();
      return Promise.resolve({ ...defaultEnvironment, ...options.environment });
    },
    snapshot: () =>
      new Map([...disk.entries.values()].map((entry) => [entry.path, entry.content?.slice() ?? null])),
    clone: () => memoryTarget({ ...options, files: filesOf(disk), freeSpace: disk.free ?? undefined }),
    get steps() {
      return disk.steps;
    },
    get calls() {
      return fs.calls;
    },
    unplugAfter: (steps) => disk.unplugAfter(steps),
    plugIn: () => disk.unplugAfter(null),
  };
}

function filesOf(disk: MemoryDisk): Record<string, Uint8Array> {
  const named = (entry: MemoryEntry) =>
    entry.content === null
      ? ([`${entry.path}/`, new Uint8Array(0)] as const)
      : ([entry.path, entry.content] as const);
  return Object.fromEntries([...disk.entries.values()].map(named));
}

class MemoryFileSystem implements TargetFileSystem {
  readonly hasDirectories: boolean;
  calls = 0;
  readonly #disk: MemoryDisk;
  readonly #readOnly: readonly string[];

  constructor(disk: MemoryDisk, readOnly: readonly string[]) {
    this.#disk = disk;
    this.#readOnly = readOnly;
    this.hasDirectories = disk.hasDirectories;
  }

  list(path: string, options?: WriteOptions): Promise<FileEntry[]> {
    return this.#call(options, () => {
      const entry = this.#disk.get(path);
      if (path !== "/" && !entry) throw new UpyError("file-not-found", `${path} is not there.`);
      if (entry && entry.content !== null) throw new UpyError("not-directory", `${path} is a file.`);
      const depth = path === "/" ? 1 : path.length + 1;
      return this.#disk
        .below(path)
        .filter((child) => !child.path.includes("/", depth))
        .map(toFileEntry);
    });
  }

  walk(path: string, options?: WriteOptions): Promise<FileEntry[]> {
    return this.#call(options, () => this.#disk.below(path).map(toFileEntry));
  }

  stat(paths: readonly string[], options?: WriteOptions): Promise<(FileEntry | null)[]> {
    return this.#call(options, () => paths.map((path) => this.#stat(path)));
  }

  readFile(path: string, options?: WriteOptions): Promise<Uint8Array> {
    return this.#call(options, () => {
      const entry = this.#disk.get(path);
      if (!entry) throw new UpyError("file-not-found", `${path} is not there.`);
      if (entry.content === null) throw new UpyError("is-directory", `${path} is a directory.`);
      return entry.content.slice();
    });
  }

  writeFiles(files: readonly FileContent[], options?: WriteOptions): Promise<void> {
    return this.#call(options, () => {
      const total = files.reduce((sum, file) => sum + file.content.length, 0);
      let done = 0;
      for (const { path, content } of files) {
        options?.signal?.throwIfAborted();
        this.#writeFile(path, content);
        done += content.length;
        options?.onProgress?.({ path, done, total });
      }
    });
  }

  async hashFiles(paths: readonly string[], options?: WriteOptions): Promise<(string | null)[]> {
    const contents = await this.#call(options, () =>
      paths.map((path) => this.#disk.get(path)?.content ?? null),
    );
    return Promise.all(
      contents.map((content) => (content === null ? Promise.resolve(null) : sha256(content))),
    );
  }

  change(changes: readonly TreeChange[], options?: WriteOptions): Promise<void> {
    return this.#call(options, () => {
      for (const change of changes) this.#apply(change);
    });
  }

  space(path: string, options?: WriteOptions): Promise<SpaceInfo | null> {
    return this.#call(options, () => {
      const { free, blockSize } = this.#disk;
      if (this.#isReadOnly(path)) return { free: 0, total: 0, blockSize, readOnly: true };
      if (free === null) return null;
      const used = [...this.#disk.entries.values()].reduce(
        (sum, entry) => sum + (entry.content?.length ?? 0),
        0,
      );
      return { free, total: free + used, blockSize };
    });
  }

  #isReadOnly(path: string): boolean {
    return this.#readOnly.some((directory) => path === directory || path.startsWith(`${directory}/`));
  }

  #checkWritable(path: string): void {
    if (this.#isReadOnly(path)) throw new UpyError("read-only", `${path} cannot be written.`);
  }

  #writeFile(path: string, content: Uint8Array): void {
    this.#checkWritable(path);
    const temporary = this.#disk.canRename ? `${path}.tmp` : path;
    try {
      this.#disk.write(temporary, content);
    } catch (error) {
      if (error instanceof UpyError && error.code === "no-space") this.#disk.remove(temporary);
      throw error;
    }
    if (temporary !== path) this.#disk.rename(temporary, path);
  }

  #apply(change: TreeChange): void {
    this.#checkWritable(change.type === "rename" ? change.to : change.path);
    if (change.type === "mkdir") this.#disk.makeDirectories(change.path);
    else if (change.type === "rename") this.#disk.rename(change.from, change.to);
    else if (change.type === "remove") this.#disk.remove(change.path);
    else this.#disk.removeDirectory(change.path);
  }

  #stat(path: string): FileEntry | null {
    if (path === "/") return { path, type: "directory", size: 0 };
    const entry = this.#disk.get(path);
    return entry ? { ...toFileEntry(entry), path } : null;
  }

  #call<T>(options: WriteOptions | undefined, action: () => T): Promise<T> {
    this.calls += 1;
    return new Promise((resolve) => {
      options?.signal?.throwIfAborted();
      this.#disk.checkPlug();
      resolve(action());
    });
  }
}

function toFileEntry(entry: MemoryEntry): FileEntry {
  const { path, content } = entry;
  return { path, type: content === null ? "directory" : "file", size: content?.length ?? 0 };
}
