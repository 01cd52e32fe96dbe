// Which paths a package may write to. Every path from outside passes through here before anything else sees it.

import { UpyError } from "../errors.js";
import { findClash } from "../path-clash.js";

/** Longest path and longest name in it, in bytes of UTF-8: what FAT and littlefs take with room for a temporary name. */
const maxPathBytes = 200;
const maxNameBytes = 120;

/** Names that Windows gives to devices: a drive or a directory target could not hold them. */
const deviceName = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * Checks a path below the install root and returns it unchanged: POSIX, relative, no empty segments, no "." or "..",
 * nothing that a FAT file system or Windows would read as another name.
 * @throws `invalid-path`; `where` ("package.json of x: urls[0][0]") starts the message
 */
export function checkPackagePath(path: string, where: string): string {
  const problem = problemOf(path);
  if (problem === null) return path;
  throw new UpyError("invalid-path", `${where}: the path ${quote(path)} ${problem}`, {
    hint: "A package writes only below the place it is installed to; tell its author.",
  });
}

/** True when {@link checkPackagePath} would take it. */
export function isPackagePath(path: string): boolean {
  return problemOf(path) === null;
}

/** What a board runs or believes at its start, which is its owner's: MicroPython's, CircuitPython's (also as .txt), WebREPL's. */
const startFile =
  /^\/(?:(?:boot|main|code|safemode|repl)\.(?:m?py|txt|txt\.py|py\.txt)|settings\.(?:py|toml)|webrepl_cfg\.m?py)$/i;

/**
 * As {@link checkPackagePath}, for the path of a file in a package: with a "/" before it, it is below the root of the
 * board's file system ("fs:" in a package.json) instead of below the place packages are installed to.
 * @throws `invalid-path`, also for what a board runs by itself at its start
 */
export function checkFilePath(path: string, where: string): string {
  if (startFile.test(path)) {
    throw new UpyError(
      "invalid-path",
      `${where}: ${quote(path)} is run by the board at every start, and its owner's`,
      {
        hint: "Copy that file by hand if it is wanted.",
      },
    );
  }
  checkPackagePath(path.startsWith("/") ? path.slice(1) : path, where);
  return path;
}

/** True when {@link checkFilePath} would take it. */
export function isFilePath(path: string): boolean {
  return !startFile.test(path) && isPackagePath(path.startsWith("/") ? path.slice(1) : path);
}

/**
 * Checks that no two paths of one package are the same file on some file system: equal but for case, or one below
 * the other. Equal paths are the caller's business.
 * @throws `invalid-path`
 */
export function checkPathCollisions(paths: readonly string[], where: string): void {
  const clash = findClash([...new Set(paths)]);
  if (clash === null) return;
  const [first, second] = clash;
  throw new UpyError(
    "invalid-path",
    `${where}: ${quote(first)} and ${quote(second)} cannot both exist on every file system`,
    {
      hint: "Names that differ only in case are one file on FAT, and a file cannot be a folder too.",
    },
  );
}

/** Paths as nearly all are: with nothing in them but letters, digits and dashes, only a device's name can be wrong. */
const ordinary = /^\w[\w-]*(?:\/\w[\w-]*)*(?:\.m?py)?$/;

function problemOf(path: string): string | null {
  if (
    path.length < maxNameBytes &&
    ordinary.test(path) &&
    !path.split("/").some((name) => deviceName.test(name))
  )
    return null;
  if (path === "") return "is empty";
  if (hasControlCharacter(path)) return "holds a control character";
  if (path.includes("\\")) return 'holds a backslash; folders are separated by "/"';
  if (/^[a-z]:/i.test(path)) return "names a drive";
  if (path.startsWith("/")) return "is absolute";
  if (/\p{Cs}/u.test(path)) return "is not valid Unicode";
  if (byteLength(path) > maxPathBytes) return `is longer than ${maxPathBytes} bytes`;
  for (const name of path.split("/")) {
    const problem = problemOfName(name);
    if (problem !== null) return problem;
  }
  return null;
}

function problemOfName(name: string): string | null {
  if (name === "") return "has an empty segment";
  if (name === "..") return 'has a ".." segment';
  if (name === ".") return 'has a "." segment';
  if (/[<>:"|?*]/.test(name))
    return `holds ${quote(/[<>:"|?*]/.exec(name)?.[0] ?? "")}, which FAT cannot store`;
  if (/[. ]$/.test(name)) return "has a name that ends with a dot or a space";
  if (name.startsWith(" ")) return "has a name that starts with a space";
  if (deviceName.test(name)) return `holds ${quote(name)}, a device on Windows`;
  return byteLength(name) > maxNameBytes ? `has a name longer than ${maxNameBytes} bytes` : null;
}

function hasControlCharacter(text: string): boolean {
  // Besides C0 and C1, the characters that turn or hide text, so that a message shows what is meant.
  return /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u.test(text);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
