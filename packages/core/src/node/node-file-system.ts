// The disk as manifests see it: read only, and only below the roots, wherever links point.
// Paths are POSIX: on Windows `C:\x` is `/C:/x`.

import { lstat, opendir, readdir, readFile, realpath, stat } from "node:fs/promises";
import type { Dirent } from "node:fs";
import { posix, resolve } from "node:path";
import { UpyError } from "../errors.js";
import type { ManifestFileSystem, SourceEntry } from "../manifest/file-system.js";
import type { FileEntry } from "../targets/target.js";
import { errnoOf, mapErrno } from "./map-errno.js";

/** What {@link nodeFileSystem} takes besides the roots. */
export interface NodeFileSystemOptions {
  /**
   * The order of a folder's entries, in which a manifest freezes files: by `name`, the same on every machine, or as
   * the `disk` has them, which is what manifestfile.py follows. Default `name`.
   */
  readonly order?: "name" | "disk" | undefined;
}

/** A path of the host as a POSIX path, absolute. */
export function toPosixPath(path: string): string {
  const absolute = resolve(path).replaceAll("\\", "/");
  return absolute.startsWith("/") ? absolute : `/${absolute}`;
}

/**
 * The files below `roots`, for `evaluateManifest`. Paths are those of the host, absolute. What is outside the roots, or
 * is reached by a link that leads out of them, rejects with `invalid-path`.
 */
export function nodeFileSystem(
  roots: string | readonly string[],
  options: NodeFileSystemOptions = {},
): ManifestFileSystem {
  const disk = new GuardedDisk(typeof roots === "string" ? [roots] : roots);
  return {
    list: (path, { signal } = {}) => mapped(path, () => disk.list(path, options.order ?? "name", signal)),
    stat: async (paths, { signal } = {}) => {
      const entries: (FileEntry | null)[] = [];
      for (const path of paths) entries.push(await mapped(path, () => disk.stat(path, signal)));
      return entries;
    },
    readFile: (path, { signal } = {}) => mapped(path, () => disk.read(path, signal)),
  };
}

const inside = /* @__PURE__ */ Promise.resolve();

/** The entries of a folder as the disk has them; readdir() sorts. */
async function diskOrder(path: string): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  for await (const entry of await opendir(native(path), { bufferSize: 256 })) entries.push(entry);
  return entries;
}

class GuardedDisk {
  private readonly roots: readonly string[];
  private realRoots: Promise<readonly string[]> | undefined;
  /** Folders that are known to be inside, links followed. */
  private readonly folders = new Map<string, Promise<void>>();

  constructor(roots: readonly string[]) {
    this.roots = roots.map(toPosixPath);
  }

  async list(path: string, order: "name" | "disk", signal: AbortSignal | undefined): Promise<SourceEntry[]> {
    signal?.throwIfAborted();
    await this.checkFolder(path);
    const entries: SourceEntry[] = [];
    for (const entry of order === "disk"
      ? await diskOrder(path)
      : await readdir(native(path), { withFileTypes: true })) {
      const place = posix.join(path, entry.name);
      if (entry.isSymbolicLink()) entries.push({ path: place, type: await typeBehind(place), link: true });
      else {
        const type = entry.isDirectory() ? "directory" : "file";
        entries.push({ path: place, type });
        // No link led there: it is inside because its folder is.
        if (type === "directory") this.folders.set(place, inside);
      }
    }
    signal?.throwIfAborted();
    return order === "disk" ? entries : entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async stat(path: string, signal: AbortSignal | undefined): Promise<FileEntry | null> {
    signal?.throwIfAborted();
    this.checkText(path);
    try {
      await this.check(path);
      const found = await stat(native(path));
      const isFolder = found.isDirectory();
      return { path, type: isFolder ? "directory" : "file", size: isFolder ? 0 : found.size };
    } catch (error) {
      const code = errnoOf(error);
      if (code === "ENOENT" || code === "ENOTDIR") return null;
      throw error;
    }
  }

  async read(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
    await this.check(path);
    const content = await readFile(native(path), signal === undefined ? {} : { signal });
    return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  }

  private checkText(path: string): void {
    const isNormal = posix.isAbsolute(path) && posix.normalize(path) === path;
    if (!isNormal || !this.roots.some((root) => isInside(path, root))) throw outsideError(path, this.roots);
  }

  /** A file is inside when its folder is, and what it links to. */
  private async check(path: string): Promise<void> {
    this.checkText(path);
    if (!this.roots.includes(path)) await this.checkFolder(posix.dirname(path));
    if ((await lstat(native(path))).isSymbolicLink()) await this.checkReal(path);
  }

  private checkFolder(path: string): Promise<void> {
    const isAboveRoot = !this.roots.some((root) => isInside(path, root));
    if (isAboveRoot) return Promise.reject(outsideError(path, this.roots));
    const known = this.folders.get(path) ?? this.checkReal(path);
    this.folders.set(path, known);
    return known;
  }

  private async checkReal(path: string): Promise<void> {
    this.realRoots ??= Promise.all(this.roots.map(async (root) => toPosixPath(await realpath(native(root)))));
    const real = toPosixPath(await realpath(native(path)));
    const roots = await this.realRoots;
    if (!roots.some((root) => isInside(real, root))) throw outsideError(path, this.roots, real);
  }
}

function native(path: string): string {
  return process.platform === "win32" ? path.replace(/^\/(?=[A-Za-z]:)/, "") : path;
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith("/") ? root : `${root}/`);
}

function outsideError(path: string, roots: readonly string[], real?: string): UpyError {
  const what =
    real === undefined
      ? `${path} is outside the allowed folders`
      : `${path} leads to ${real}, outside the allowed folders`;
  return new UpyError("invalid-path", what, {
    hint: `Allowed are ${roots.join(", ")}; add its folder to the roots.`,
  });
}

/** What a link points to; a broken one counts as a file, which cannot be read then. */
async function typeBehind(path: string): Promise<"file" | "directory"> {
  try {
    return (await stat(native(path))).isDirectory() ? "directory" : "file";
  } catch {
    return "file";
  }
}

async function mapped<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw mapErrno(error, path);
  }
}
