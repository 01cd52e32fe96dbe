// The board's files, seen from outside: what the host reads and writes directly, past the interpreter. Paths are
// absolute; errors are WASI numbers, as Emscripten throws them.

import { entriesOf, isDirectory, sizeOf } from "./disk.js";
import type { EmscriptenFs, FsNode } from "./interpreter.js";

/** One entry of the tree. */
export interface TreeEntry {
  readonly path: string;
  readonly type: "file" | "directory";
  readonly size: number;
}

/** Direct access to the board's file system. */
export class FileTree {
  readonly #fs: EmscriptenFs;

  constructor(fs: EmscriptenFs) {
    this.#fs = fs;
  }

  /** Removes what Emscripten starts with (/dev, /proc, /home, /tmp): a board has no such things. */
  clear(): void {
    for (const name of Object.keys(entriesOf(this.#node("/")))) this.#dissolve(`/${name}`);
  }

  /** Closes the files that code left open when the power went. */
  closeAll(): void {
    for (const stream of [...this.#fs.streams]) if (stream && stream.fd > 2) this.#fs.close(stream);
    this.#fs.chdir("/");
  }

  /** Everything below a directory, sorted by path. */
  walk(path: string): TreeEntry[] {
    const found: TreeEntry[] = [];
    const visit = (directory: FsNode, prefix: string) => {
      for (const [name, node] of Object.entries(entriesOf(directory))) {
        const type = isDirectory(node) ? "directory" : "file";
        found.push({ path: `${prefix}/${name}`, type, size: type === "file" ? sizeOf(node) : 0 });
        visit(node, `${prefix}/${name}`);
      }
    };
    visit(this.#node(path), path === "/" ? "" : path);
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  read(path: string): Uint8Array {
    return this.#fs.readFile(path);
  }

  /** Writes a file, making its directories. */
  write(path: string, content: Uint8Array): void {
    const names = path.split("/").slice(1, -1);
    names.forEach((_, i) => this.mkdir(`/${names.slice(0, i + 1).join("/")}`));
    this.#fs.writeFile(path, content);
  }

  /** Makes a directory; fine when it is there. */
  mkdir(path: string): void {
    if (!this.has(path)) this.#fs.mkdir(path);
  }

  /** Removes a file, or a directory with all that is in it; fine when it is not there. */
  remove(path: string): void {
    if (!this.has(path)) return;
    const node = this.#node(path);
    if (!isDirectory(node)) {
      this.#fs.unlink(path);
      return;
    }
    for (const name of Object.keys(entriesOf(node))) this.remove(`${path === "/" ? "" : path}/${name}`);
    if (path !== "/") this.#fs.rmdir(path);
  }

  /** Whether something is there. */
  has(path: string): boolean {
    try {
      this.#node(path);
      return true;
    } catch {
      return false;
    }
  }

  #node(path: string): FsNode {
    return this.#fs.lookupPath(path).node;
  }

  // Devices and mount points cannot be removed one by one; without their parent's list they are not there.
  #dissolve(path: string): void {
    const node = this.#node(path);
    if (isDirectory(node)) node.contents = {};
    if (isDirectory(node)) this.#fs.rmdir(path);
    else this.#fs.unlink(path);
  }
}
