// The files that a manifest is evaluated over: the reading half of a target's file system, so that any target serves.

import { UpyError } from "../errors.js";
import type { FileEntry, TargetCallOptions } from "../targets/target.js";

/** An entry of a folder. */
export interface SourceEntry extends Omit<FileEntry, "size"> {
  /** Bytes; absent where telling would cost a call. */
  readonly size?: number;
  /** True for a symbolic link; `type` is that of what it points to. */
  readonly link?: boolean;
}

/** What reading manifests needs of a file system. The `fs` of every Target is one. Paths are absolute, POSIX. */
export interface ManifestFileSystem {
  /** What is in a folder; manifests freeze files in this order. @throws UpyError `file-not-found`, `not-directory` */
  list(path: string, options?: TargetCallOptions): Promise<readonly SourceEntry[]>;
  /** What is at each path, links followed; null where nothing is. */
  stat(paths: readonly string[], options?: TargetCallOptions): Promise<readonly (FileEntry | null)[]>;
  /** The whole file. @throws UpyError `file-not-found`, `is-directory` */
  readFile(path: string, options?: TargetCallOptions): Promise<Uint8Array>;
}

/** A file system in memory: contents by path. Folders are there where files are below them. */
export function memoryFileSystem(files: Readonly<Record<string, string | Uint8Array>>): ManifestFileSystem {
  const tree = buildTree(files);
  const missing = (path: string): UpyError =>
    new UpyError("file-not-found", `There is no file or folder ${path}`);
  return {
    list: (path) => {
      const node = tree.get(path);
      if (node === undefined) return Promise.reject(missing(path));
      if (node.children === null)
        return Promise.reject(new UpyError("not-directory", `${path} is not a folder`));
      return Promise.resolve([...node.children].sort().map((child) => entryOf(tree, child)));
    },
    stat: (paths) => Promise.resolve(paths.map((path) => (tree.has(path) ? entryOf(tree, path) : null))),
    readFile: (path) => {
      const node = tree.get(path);
      if (node === undefined) return Promise.reject(missing(path));
      if (node.content === null) return Promise.reject(new UpyError("is-directory", `${path} is a folder`));
      return Promise.resolve(node.content.slice());
    },
  };
}

interface Node {
  readonly content: Uint8Array | null;
  readonly children: Set<string> | null;
}

function buildTree(files: Readonly<Record<string, string | Uint8Array>>): Map<string, Node> {
  const encoder = new TextEncoder();
  const tree = new Map<string, Node>([["/", { content: null, children: new Set() }]]);
  for (const [name, content] of Object.entries(files)) {
    const parts = name.split("/").filter((part) => part !== "" && part !== ".");
    if (parts.length === 0 || parts.includes("..")) {
      throw new UpyError("invalid-path", `"${name}" is not a path of a file`);
    }
    addFolders(tree, parts);
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    tree.set(`/${parts.join("/")}`, { content: bytes, children: null });
  }
  return tree;
}

function addFolders(tree: Map<string, Node>, parts: readonly string[]): void {
  let folder = "/";
  for (const part of parts) {
    const path = folder === "/" ? `/${part}` : `${folder}/${part}`;
    const node = tree.get(folder) ?? { content: null, children: new Set<string>() };
    if (node.children === null)
      throw new UpyError("invalid-path", `${folder} is a file and a folder at once`);
    node.children.add(path);
    tree.set(folder, node);
    folder = path;
  }
}

function entryOf(tree: ReadonlyMap<string, Node>, path: string): FileEntry {
  const content = tree.get(path)?.content ?? null;
  return { path, type: content === null ? "directory" : "file", size: content?.length ?? 0 };
}
