// How full the board's flash is: Emscripten's memory file system has no end, a board's has. Counts like FAT: a file
// takes whole blocks, a directory takes one.

import type { EmscriptenFs, FsNode } from "./interpreter.js";

const directoryType = 0o040000;
const typeMask = 0o170000;

/** True for a directory. */
export function isDirectory(node: FsNode): boolean {
  return (node.mode & typeMask) === directoryType;
}

/** Bytes in a file. */
export function sizeOf(node: FsNode): number {
  return node.usedBytes ?? 0;
}

/** The entries of a directory. */
export function entriesOf(node: FsNode): Record<string, FsNode> {
  return isDirectory(node) ? (node.contents as Record<string, FsNode>) : {};
}

/** The board's flash. */
export class Disk {
  readonly blockSize: number;
  readonly #fs: EmscriptenFs;
  #totalBlocks: number;
  #usedBlocks: number | undefined;

  constructor(fs: EmscriptenFs, options: { readonly size: number; readonly blockSize: number }) {
    this.#fs = fs;
    this.blockSize = options.blockSize;
    this.#totalBlocks = Math.floor(options.size / options.blockSize);
  }

  get totalBlocks(): number {
    return this.#totalBlocks;
  }

  get freeBlocks(): number {
    this.#usedBlocks ??= this.#count(this.#root());
    return Math.max(0, this.#totalBlocks - this.#usedBlocks);
  }

  /** Leaves so many bytes free from now on, whatever the size was. */
  limitFree(bytes: number): void {
    this.#usedBlocks = this.#count(this.#root());
    this.#totalBlocks = this.#usedBlocks + Math.floor(bytes / this.blockSize);
  }

  /** The tree changed in a way that was not announced with {@link grow}: count again when asked. */
  changed(): void {
    this.#usedBlocks = undefined;
  }

  /** True, and booked, when a file can go from one size to another. */
  grow(from: number, to: number): boolean {
    const more = this.#blocks(to) - this.#blocks(from);
    if (more <= 0) return true;
    if (more > this.freeBlocks) return false;
    this.#usedBlocks = (this.#usedBlocks ?? 0) + more;
    return true;
  }

  #blocks(size: number): number {
    return Math.ceil(size / this.blockSize);
  }

  #root(): FsNode {
    return this.#fs.lookupPath("/").node;
  }

  #count(directory: FsNode): number {
    let blocks = 0;
    for (const node of Object.values(entriesOf(directory)))
      blocks += isDirectory(node) ? 1 + this.#count(node) : this.#blocks(sizeOf(node));
    return blocks;
  }
}
