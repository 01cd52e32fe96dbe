// The disk under a memory target: entries, blocks, and a plug that can be pulled after any step. One step is one
// entry made, moved or removed, or one byte written, so that a test can stop at every place where a board could.
// It does not know TargetFileSystem; memory-target.ts puts that on top.

import { UpyError, type UpyErrorCode } from "../errors.js";
import { parentPath } from "./parent-path.js";

/** What a `MemoryDisk` can be told. */
export interface MemoryDiskOptions {
  /** Bytes that can still be written at the start; default: no limit. */
  readonly freeSpace?: number | undefined;
  /** Allocation unit, in bytes. Default 1. */
  readonly blockSize?: number | undefined;
  /** Names that differ in case only are the same file, as on FAT. Default false. */
  readonly caseInsensitive?: boolean | undefined;
  /** With false, a rename refuses a name that is taken, as on FAT: replacing takes a remove first. Default true. */
  readonly renameReplaces?: boolean | undefined;
  /** With false, a rename copies and then removes, as on the micro:bit: a stop can leave half a copy. Default true. */
  readonly canRename?: boolean | undefined;
  /** With false there are no directories, as on the micro:bit. Default true. */
  readonly hasDirectories?: boolean | undefined;
}

/** One entry of a `MemoryDisk`: a file with contents, or a directory with null. */
export interface MemoryEntry {
  readonly path: string;
  content: Uint8Array | null;
}

/** A disk in memory, with the primitive steps of a real one. */
export class MemoryDisk {
  readonly entries: Map<string, MemoryEntry> = new Map();
  readonly blockSize: number;
  readonly hasDirectories: boolean;
  readonly renameReplaces: boolean;
  readonly canRename: boolean;
  readonly caseInsensitive: boolean;
  /** Steps taken since the disk was made. */
  steps = 0;
  /** Free bytes; null when unlimited. */
  free: number | null;
  #stepsLeft: number | null = null;

  constructor(options: MemoryDiskOptions = {}) {
    this.blockSize = options.blockSize ?? 1;
    this.hasDirectories = options.hasDirectories ?? true;
    this.renameReplaces = options.renameReplaces ?? true;
    this.canRename = options.canRename ?? true;
    this.caseInsensitive = options.caseInsensitive ?? false;
    this.free = options.freeSpace ?? null;
  }

  /** The plug is pulled after this many more steps; null puts it back in. */
  unplugAfter(steps: number | null): void {
    this.#stepsLeft = steps;
  }

  /** Rejects what a pulled plug would: every use of the disk, reading too. */
  checkPlug(): void {
    if (this.#stepsLeft === 0) throw new UpyError("link-lost", "The memory target was unplugged.");
  }

  /** The entry at `path`, if there is one. */
  get(path: string): MemoryEntry | undefined {
    return this.entries.get(this.#key(path));
  }

  /** Everything strictly below a directory, sorted by path. */
  below(path: string): MemoryEntry[] {
    const prefix = this.#key(path === "/" ? "/" : `${path}/`);
    const found = [...this.entries].filter(([key]) => key.startsWith(prefix)).map(([, entry]) => entry);
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Makes a directory and its parents. */
  makeDirectories(path: string): void {
    if (path === "/") return;
    const entry = this.get(path);
    if (entry?.content === null) return;
    if (entry) throw failure("not-directory", path, "is a file");
    if (!this.hasDirectories) throw failure("unsupported", path, "cannot be made: there are no directories");
    this.makeDirectories(parentPath(path));
    this.#step();
    this.#put({ path, content: null });
  }

  /** Writes a file in place, byte by byte, as far as space and plug allow. */
  write(path: string, content: Uint8Array): void {
    if (this.get(path)?.content === null) throw failure("is-directory", path, "is a directory");
    this.makeDirectories(parentPath(path));
    this.remove(path);
    this.#step();
    const entry: MemoryEntry = { path, content: new Uint8Array(0) };
    this.#put(entry);
    this.#append(entry, content);
  }

  /** Moves a file over whatever file is at `to`. */
  rename(from: string, to: string): void {
    const source = this.get(from);
    const existing = this.get(to);
    if (!source) {
      if (existing?.content) return;
      throw failure("file-not-found", from, "is not there");
    }
    if (existing?.content === null) throw failure("is-directory", to, "is a directory");
    this.makeDirectories(parentPath(to));
    if (!this.canRename && existing !== source) {
      this.write(to, source.content ?? new Uint8Array(0));
      this.remove(from);
      return;
    }
    if (existing && existing !== source && !this.renameReplaces) this.remove(to);
    this.#step();
    this.entries.delete(this.#key(from));
    this.#release(this.get(to));
    this.#put({ path: to, content: source.content });
  }

  /** Removes a file, if it is there. */
  remove(path: string): void {
    const entry = this.get(path);
    if (!entry) return;
    if (entry.content === null) throw failure("is-directory", path, "is a directory");
    this.#step();
    this.#release(entry);
    this.entries.delete(this.#key(path));
  }

  /** Removes a directory if it is there and empty. */
  removeDirectory(path: string): void {
    const entry = this.get(path);
    if (entry?.content !== null || this.below(path).length > 0) return;
    this.#step();
    this.entries.delete(this.#key(path));
  }

  #append(entry: MemoryEntry, content: Uint8Array): void {
    const plug = this.#stepsLeft ?? Infinity;
    const space = this.free === null ? Infinity : Math.floor(this.free / this.blockSize) * this.blockSize;
    const length = Math.min(content.length, plug, space);
    entry.content = content.slice(0, length);
    this.steps += length;
    if (this.#stepsLeft !== null) this.#stepsLeft -= length;
    if (this.free !== null) this.free -= this.#blocks(length);
    if (length === content.length) return;
    this.checkPlug();
    throw failure("no-space", entry.path, "does not fit");
  }

  #blocks(size: number): number {
    return Math.ceil(size / this.blockSize) * this.blockSize;
  }

  #release(entry: MemoryEntry | undefined): void {
    if (entry?.content && this.free !== null) this.free += this.#blocks(entry.content.length);
  }

  #put(entry: MemoryEntry): void {
    this.entries.set(this.#key(entry.path), entry);
  }

  #step(): void {
    this.checkPlug();
    this.steps += 1;
    if (this.#stepsLeft !== null) this.#stepsLeft -= 1;
  }

  #key(path: string): string {
    return this.caseInsensitive ? path.toLowerCase() : path;
  }
}

function failure(code: UpyErrorCode, path: string, what: string): UpyError {
  return new UpyError(code, `${path} ${what}.`);
}
