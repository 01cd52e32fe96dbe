// Paths below an install root: checked, joined, taken apart. What a package may name is decided in specs/package-path.ts;
// it is asked again here however often it was asked before: a resolution, a plan and a record can each be a stranger's.

import { UpyError } from "../errors.js";
import { checkPackagePath, isPackagePath } from "../specs/package-path.js";

/** Names upykit keeps for itself in an install root; a package may not write there. */
const reservedName = /^\.upykit/iu;

/** Returns `path` if it is one that a package may use below an install root. @throws `invalid-path` */
export function checkInstallPath(path: string): string {
  checkPackagePath(path, "install");
  if (!path.split("/").some((name) => reservedName.test(name))) return path;
  throw new UpyError("invalid-path", `The path ${JSON.stringify(path)} is upykit's own.`, {
    hint: "Nothing was written. Report it to whoever made the package.",
  });
}

/** True for what {@link checkInstallPath} takes. */
export function isInstallPath(path: string): boolean {
  return isPackagePath(path) && !path.split("/").some((name) => reservedName.test(name));
}

/** True for a directory below the root, or "" for the root itself. */
export function isInstallDirectory(path: string): boolean {
  return path === "" || isInstallPath(path);
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

/** `path` below `root`. */
export function joinPath(root: string, path: string): string {
  return root === "/" ? `/${path}` : `${root}/${path}`;
}

/** The directories above a relative path, outermost first: "a/b/c.py" has "a" and "a/b". */
export function parentsOf(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

/** Every directory above a set of relative paths, outermost first. */
export function directoriesOf(paths: Iterable<string>): string[] {
  return [...new Set([...paths].flatMap(parentsOf))].sort();
}

/** What names that a case-insensitive file system takes for the same have in common. */
export function foldCase(path: string): string {
  return path.normalize("NFC").toLowerCase();
}
