// Paths below an install root: checked, joined, taken apart. What a package may name is decided in specs/package-path.ts;
// it is asked again here however often it was asked before: a resolution, a plan and a record can each be a stranger's.

import { UpyError } from "../errors.js";
import { checkFilePath, checkPackagePath, isFilePath, isPackagePath } from "../specs/package-path.js";

/** Names upykit keeps for itself in an install root; a package may not write there. */
const reservedName = /^\.upykit/iu;

/** Returns `path` if it is one that a file of a package may have. @throws `invalid-path` */
export function checkInstallPath(path: string): string {
  checkFilePath(path, "install");
  if (!path.split("/").some((name) => reservedName.test(name))) return path;
  throw new UpyError("invalid-path", `The path ${JSON.stringify(path)} is upykit's own.`, {
    hint: "Nothing was written. Report it to whoever made the package.",
  });
}

/** True for what {@link checkInstallPath} takes. */
export function isInstallPath(path: string): boolean {
  return isFilePath(path) && !path.split("/").some((name) => reservedName.test(name));
}

/** True for a directory of a package, or "" for the install root itself. */
export function isInstallDirectory(path: string): boolean {
  return path === "" || isInstallPath(path);
}

/** True for any path below a root, relative to it, that does not lead out and is not upykit's own. */
export function isTreePath(path: string): boolean {
  const isName = (name: string): boolean => !["", ".", ".."].includes(name) && !reservedName.test(name);
  return !/\p{Cc}/u.test(path) && path.split("/").every(isName);
}

/** Returns `root` if it is an absolute path without "..", without a "/" at its end. @throws `invalid-path` */
export function checkRoot(root: string): string {
  if (root === "/") return root;
  if (!root.startsWith("/")) {
    throw new UpyError("invalid-path", `The install root ${JSON.stringify(root)} is not absolute.`);
  }
  const trimmed = root.endsWith("/") ? root.slice(0, -1) : root;
  checkPackagePath(trimmed.slice(1), "install root");
  return trimmed;
}

/** True for a root in the form that {@link checkRoot} returns. */
export function isRoot(root: string): boolean {
  return root === "/" || (root.startsWith("/") && isPackagePath(root.slice(1)));
}

/** `path` below `root`; a path of the file system's root is that already. */
export function joinPath(root: string, path: string): string {
  if (path.startsWith("/")) return path;
  return root === "/" ? `/${path}` : `${root}/${path}`;
}

/** The same place as `root` and `path` mean, written relative to the root wherever it is below it. */
export function relativeToRoot(root: string, path: string): string {
  const prefix = root === "/" ? "/" : `${root}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** The directories above the path of a file, outermost first: "a/b/c.py" has "a" and "a/b", "/a/b.bin" has "/a". */
export function parentsOf(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  const parents = names.map((_, index) => names.slice(0, index + 1).join("/"));
  return parents.filter((parent) => parent !== "");
}

/** Every directory above a set of relative paths, outermost first. */
export function directoriesOf(paths: Iterable<string>): string[] {
  return [...new Set([...paths].flatMap(parentsOf))].sort();
}
