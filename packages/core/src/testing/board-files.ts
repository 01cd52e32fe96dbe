// The board's files from the host's side, past the link and the interpreter: to lay out what a test needs and to look
// at what is left. Not for installing; that goes over a transport.

import { UpyError, type UpyErrorCode } from "../errors.js";
import type { FileEntry, TargetCallOptions } from "../targets/target.js";
import type { Command, CommandResult, TreeSnapshot } from "./engine/commands.js";
import { type AskOptions, type BoardHost, BoardRefusal } from "./host/board-host.js";

/**
 * Direct access to a virtual board's file system. Paths are absolute. Calls are answered when the board next reads,
 * writes, waits or is off: not while its code computes without doing any of these, and never when the interpreter hangs
 * in C. Each takes a signal for that.
 */
export class BoardFiles {
  readonly #host: BoardHost;

  constructor(host: BoardHost) {
    this.#host = host;
  }

  /** Everything below a directory, sorted by path. @throws `file-not-found` */
  async list(path: string = "/", options?: TargetCallOptions): Promise<FileEntry[]> {
    return (await this.#ask(path, { type: "walk", path }, options)) as FileEntry[];
  }

  /** Whether there is a file or a directory. */
  async has(path: string, options?: TargetCallOptions): Promise<boolean> {
    return (await this.#ask(path, { type: "has", path }, options)) as boolean;
  }

  /** @throws `file-not-found`, `is-directory` */
  async read(path: string, options?: TargetCallOptions): Promise<Uint8Array> {
    return (await this.#ask(path, { type: "read", path }, options)) as Uint8Array;
  }

  /** The file as text. @throws `file-not-found`, `is-directory` */
  async readText(path: string, options?: TargetCallOptions): Promise<string> {
    return new TextDecoder().decode(await this.read(path, options));
  }

  /** Writes a file and makes its directories, whatever the free space. */
  async write(path: string, content: string | Uint8Array, options?: TargetCallOptions): Promise<void> {
    await this.#ask(path, { type: "write", path }, { ...options, payload: bytesOf(content) });
  }

  /** Makes a directory; fine when it is there. */
  async mkdir(path: string, options?: TargetCallOptions): Promise<void> {
    await this.#ask(path, { type: "mkdir", path }, options);
  }

  /** Removes a file, or a directory with all that is in it; fine when it is not there. "/" empties the board. */
  async remove(path: string, options?: TargetCallOptions): Promise<void> {
    await this.#ask(path, { type: "remove", path }, options);
  }

  /** The whole tree: contents by path, null for a directory. */
  async snapshot(options?: TargetCallOptions): Promise<TreeSnapshot> {
    return (await this.#ask("/", { type: "snapshot" }, options)) as TreeSnapshot;
  }

  /** Makes the tree what a snapshot says. */
  async restore(tree: TreeSnapshot, options?: TargetCallOptions): Promise<void> {
    const files = [...tree].sort(([a], [b]) => (a < b ? -1 : 1));
    const entries = files.map(([path, content]) => ({
      path,
      size: content === null ? null : content.length,
    }));
    const contents = new Uint8Array(entries.reduce((size, entry) => size + (entry.size ?? 0), 0));
    let at = 0;
    for (const [, content] of files) {
      if (content === null) continue;
      contents.set(content, at);
      at += content.length;
    }
    await this.#ask("/", { type: "restore", entries }, { ...options, payload: contents });
  }

  /** Bytes free and in all, as `os.statvfs` tells them. */
  async space(options?: TargetCallOptions): Promise<{ free: number; total: number }> {
    return (await this.#ask("/", { type: "space" }, options)) as { free: number; total: number };
  }

  async #ask(path: string, command: Command, options?: AskOptions): Promise<CommandResult> {
    try {
      return await this.#host.ask(command, options);
    } catch (cause) {
      if (!(cause instanceof BoardRefusal)) throw cause;
      const code = codes[cause.reason] ?? "io-error";
      throw new UpyError(code, `${path} on the virtual board: ${code.replaceAll("-", " ")}`, { cause });
    }
  }
}

/** WASI error numbers, as the file system throws them. */
const codes: Readonly<Record<number | string, UpyErrorCode>> = {
  20: "file-exists",
  31: "is-directory",
  44: "file-not-found",
  54: "not-directory",
  55: "not-empty",
};

/** Text as UTF-8; bytes as they are. */
export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
