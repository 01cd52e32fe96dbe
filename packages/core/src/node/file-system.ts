// The disk as manifests see it: read only, and only below the roots, wherever links point.
// Paths are POSIX: on Windows `C:\x` is `/C:/x`.

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readFileSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
  type Dirent,
} from "node:fs";
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

/** Opens what is no link, without asking first; Windows has no such flag. */
const noFollow = constants.O_NOFOLLOW as number | undefined;
/** Opens a pipe that nobody writes to without waiting; Windows has no such flag either. */
const noWait = (constants.O_NONBLOCK as number | undefined) ?? 0;
/** What opening a link is refused with: on Linux and macOS, on the BSDs. */
const linkCodes: ReadonlySet<string> = new Set(["ELOOP", "EMLINK"]);

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
    list: (path, { signal } = {}) => answered(path, signal, () => disk.list(path, options.order ?? "name")),
    stat: (paths, { signal } = {}) => {
      return answered(paths.join(", "), signal, () => paths.map((path) => disk.stat(path)));
    },
    readFile: (path, { signal } = {}) => answered(path, signal, () => disk.read(path)),
  };
}

/** The entries of a folder as the disk has them; readdir() sorts. */
function diskOrder(path: string): Dirent[] {
  const folder = opendirSync(path, { bufferSize: 256 });
  try {
    const entries: Dirent[] = [];
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) entries.push(entry);
    return entries;
  } finally {
    folder.closeSync();
  }
}

/**
 * Checks each path and asks the disk. It asks synchronously: a manifest asks hundreds of small questions that the
 * system answers from its cache in microseconds, and a trip through the thread pool costs ten times that.
 */
class GuardedDisk {
  private readonly roots: readonly string[];
  private realRoots: readonly string[] | undefined;
  /** Folders that are known to be inside, links followed. */
  private readonly folders = new Set<string>();

  constructor(roots: readonly string[]) {
    this.roots = roots.map(toPosixPath);
  }

  list(path: string, order: "name" | "disk"): SourceEntry[] {
    this.checkText(path);
    this.checkFolder(path);
    const place = toNativePath(path);
    const found = order === "disk" ? diskOrder(place) : readdirSync(place, { withFileTypes: true });
    const folder = path === "/" ? "" : path;
    const entries = found.map((entry) => this.entry(`${folder}/${entry.name}`, entry));
    return order === "disk" ? entries : entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  private entry(path: string, entry: Dirent): SourceEntry {
    if (entry.isSymbolicLink()) return { path, type: typeBehind(path), link: true };
    if (!entry.isDirectory()) return { path, type: "file" };
    // No link led there: it is inside because its folder is.
    this.folders.add(path);
    return { path, type: "directory" };
  }

  stat(path: string): FileEntry | null {
    this.checkText(path);
    try {
      const entry = this.check(path);
      const found = entry.isSymbolicLink() ? statSync(toNativePath(path)) : entry;
      const isFolder = found.isDirectory();
      return { path, type: isFolder ? "directory" : "file", size: isFolder ? 0 : found.size };
    } catch (error) {
      const code = errnoOf(error);
      if (code === "ENOENT" || code === "ENOTDIR") return null;
      throw error;
    }
  }

  read(path: string): Uint8Array {
    this.checkText(path);
    if (noFollow === undefined) {
      this.check(path);
      return readPlain(path, 0);
    }
    if (!this.roots.includes(path)) this.checkFolder(posix.dirname(path));
    try {
      return readPlain(path, noFollow);
    } catch (error) {
      if (!linkCodes.has(errnoOf(error) ?? "")) throw error;
      this.checkReal(path);
      return readPlain(path, 0);
    }
  }

  private checkText(path: string): void {
    const cut = path.lastIndexOf("/");
    // Most are names in a folder that is known to be inside.
    if (isPlainName(path.slice(cut + 1)) && this.folders.has(path.slice(0, cut))) return;
    const isNormal = posix.isAbsolute(path) && posix.normalize(path) === path && !hasBackslash(path);
    if (!isNormal || !this.roots.some((root) => isInside(path, root))) throw outsideError(path, this.roots);
  }

  /** A file is inside when its folder is, and what it links to. */
  private check(path: string): Stats {
    if (!this.roots.includes(path)) this.checkFolder(posix.dirname(path));
    const entry = lstatSync(toNativePath(path));
    if (entry.isSymbolicLink()) this.checkReal(path);
    return entry;
  }

  private checkFolder(path: string): void {
    if (this.folders.has(path)) return;
    this.checkReal(path);
    this.folders.add(path);
  }

  private checkReal(path: string): void {
    const roots = (this.realRoots ??= this.roots.map((root) => realPath(root)));
    const real = realPath(path);
    if (!roots.some((root) => isInside(real, root))) throw outsideError(path, this.roots, real);
  }
}

/** A name that is no step to another folder. */
function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !hasBackslash(name);
}

/** Windows takes backslashes for steps; elsewhere they are part of a name. */
function hasBackslash(path: string): boolean {
  return process.platform === "win32" && path.includes("\\");
}

/** @throws UpyError `invalid-path` for a pipe, which would wait for who writes to it, and a device, which may have no end */
function readPlain(path: string, flags: number): Uint8Array {
  const file = openSync(toNativePath(path), constants.O_RDONLY | noWait | flags);
  try {
    const small = readSmall(file);
    if (small !== null) return small;
    if (!fstatSync(file).isFile()) throw notPlainError(path);
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw errnoOf(error) === "ESPIPE" ? notPlainError(path) : error;
  } finally {
    closeSync(file);
  }
}

/** Made at the first call, and used by all that follow: files of a manifest are small and many. */
let smallFile: Uint8Array | undefined;

/** What is in an open file; null when that is much. It costs neither a question for the size nor a buffer too many. */
function readSmall(file: number): Uint8Array | null {
  smallFile ??= new Uint8Array(65_536);
  let length = 0;
  while (length < smallFile.length) {
    const read = readSync(file, smallFile, length, smallFile.length - length, length);
    if (read === 0) return smallFile.slice(0, length);
    length += read;
  }
  return null;
}

function realPath(path: string): string {
  return toPosixPath(realpathSync.native(toNativePath(path)));
}

/** A path of {@link toPosixPath} as the host writes it. */
export function toNativePath(path: string): string {
  return process.platform === "win32" ? path.replace(/^\/(?=[A-Za-z]:)/, "") : path;
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith("/") ? root : `${root}/`);
}

function notPlainError(path: string): UpyError {
  return new UpyError("invalid-path", `${path} is a pipe or a device`, { hint: "Put a plain file there." });
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
function typeBehind(path: string): "file" | "directory" {
  try {
    return statSync(toNativePath(path)).isDirectory() ? "directory" : "file";
  } catch {
    return "file";
  }
}

/** The answer as a promise, errors of the disk as ours. */
async function answered<T>(what: string, signal: AbortSignal | undefined, ask: () => T): Promise<T> {
  await Promise.resolve();
  signal?.throwIfAborted();
  try {
    return ask();
  } catch (error) {
    throw mapErrno(error, what);
  }
}
