// Which paths an install may touch. Paths of packages come from outside, so they are checked here however often they
// were checked before: a resolution, a plan and a record can each be a stranger's.

import { UpyError } from "../errors.js";

/** Longest name of one file or directory, in UTF-8 bytes: what littlefs and FAT take. */
const maxNameLength = 255;
/** Longest path, in bytes: MICROPY_ALLOC_PATH_MAX, above which MicroPython cannot import. */
const maxPathLength = 512;
/** Names upykit keeps for itself in an install root; a package may not write there. */
const reservedName = /^\.upykit/iu;
/** Control characters, and what FAT or Windows refuse in a name (":" also makes a drive letter). */
// eslint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u001f\u007f\\:*?"<>|\ud800-\udfff]/u;

/** Returns `path` if it is one that a package may use below an install root. @throws `invalid-path` */
export function checkPackagePath(path: string): string {
  const reason =
    complaint(path) ?? (path.split("/").some((name) => reservedName.test(name)) ? "is upykit's own" : null);
  if (reason !== null) throw invalidPath(path, reason);
  return path;
}

/** Returns `root` if it is an absolute path without "..", without a "/" at its end. @throws `invalid-path` */
export function checkRoot(root: string): string {
  if (root === "/") return root;
  if (!root.startsWith("/")) throw invalidPath(root, "is not absolute");
  const trimmed = root.endsWith("/") ? root.slice(0, -1) : root;
  const reason = complaint(trimmed.slice(1));
  if (reason !== null) throw invalidPath(root, reason);
  return trimmed;
}

/** True for a relative path with no trick in it. */
export function isSafePath(path: string): boolean {
  return complaint(path) === null;
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

/**
 * Refuses sets of paths that one file system would hold and another would merge: names that differ in case only.
 * @throws `invalid-path`
 */
export function checkCaseCollisions(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const path of new Set([...paths, ...directoriesOf(paths)])) {
    const other = seen.get(foldCase(path));
    if (other !== undefined) {
      throw invalidPath(
        path,
        `differs from ${JSON.stringify(other)} in case only, which many boards cannot hold`,
      );
    }
    seen.set(foldCase(path), path);
  }
}

function complaint(path: string): string | null {
  if (path === "") return "is empty";
  if (path.startsWith("/")) return "is absolute";
  if (forbidden.test(path)) return "has a character that a board's file system refuses";
  if (byteLength(path) > maxPathLength) return `is longer than ${maxPathLength} bytes`;
  for (const name of path.split("/")) {
    if (name === "" || name === "." || name === "..") return `has the part ${JSON.stringify(name)}`;
    if (byteLength(name) > maxNameLength) return `has a name longer than ${maxNameLength} bytes`;
    if (/[. ]$/u.test(name)) return "has a name that ends in a dot or a space";
  }
  return null;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function invalidPath(path: string, reason: string): UpyError {
  const shown = path.length > 80 ? `${path.slice(0, 80)}…` : path;
  return new UpyError("invalid-path", `The path ${JSON.stringify(shown)} ${reason}.`, {
    hint: "Nothing was written. Report it to whoever made the package.",
  });
}
