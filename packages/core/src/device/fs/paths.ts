// Paths of a board's file system: absolute, checked before anything is sent.

import { UpyError } from "../../errors.js";
import type { BoardProfile } from "../profile.js";
import { quote } from "../values/literal.js";

/** A normal form: no empty parts, no trailing slash. @throws `invalid-path` */
export function checkPath(path: string): string {
  if (!path.startsWith("/")) throw invalid(path, "is not absolute");
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw invalid(path, 'holds ".."');
  if (path.includes("\0")) throw invalid(path, "holds a NUL");
  if (/[\ud800-\udfff]/u.test(path)) throw invalid(path, "is not well-formed Unicode");
  return "/" + parts.join("/");
}

/** The path as a Python literal, as this board names files. @throws `unsupported` for a directory on a flat file system */
export function pathLiteral(path: string, profile: BoardProfile): string {
  const clean = checkPath(path);
  if (profile.hasDirectories) return quote(clean);
  if (clean.indexOf("/", 1) >= 0)
    throw new UpyError("unsupported", `This board has no directories: ${path}`, {
      hint: "Only files at the top can be kept there.",
    });
  return quote(clean.slice(1));
}

/** The directory that holds a path: "" for the top. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function invalid(path: string, why: string): UpyError {
  return new UpyError("invalid-path", `${JSON.stringify(path)} ${why}`);
}
