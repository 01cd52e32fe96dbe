// The two halves of a pair in "urls": where a file goes on the board, and where it comes from.

import { UpyError } from "../errors.js";
import { checkFilePath } from "./package-path.js";
import { parseRequirement } from "./parse-requirement.js";
import type { GitRequirement, UrlRequirement } from "./requirement.js";
import { parseForgeUrl } from "./forge.js";

/** Where a file goes. */
export interface Destination {
  /** POSIX, relative, checked. */
  readonly path: string;
  /** Below the install root, or (with "fs:") below the root of the board's file system. */
  readonly place: "lib" | "root";
}

/** Where a file's contents come from. */
export type FileSource =
  /** A file of the index, by the first digits of its SHA-256. */
  | { readonly type: "hash"; readonly hash: string }
  /** Relative to the folder of the package.json; may hold "..". */
  | { readonly type: "relative"; readonly path: string }
  | GitRequirement
  | UrlRequirement;

/**
 * Reads a destination. mip joins it to the target with "/", so that a leading "/" changes nothing, and is dropped here;
 * "/lib/x", which can only mean the board's library, is "x". "fs:x" is "x in the root": ViperIDE's
 * invention, which mip 1.28 does not know (it would make a file of the name "fs:x").
 * @throws `invalid-path`
 */
export function parseDestination(text: string, where: string): Destination {
  const root = /^fs:\/*/.exec(text);
  const absolute = root !== null || text.startsWith("/");
  const relative = text.slice(root?.[0].length ?? 0).replace(/^\/+/, "");
  const inLib = absolute && relative.startsWith("lib/");
  const path = (inLib ? relative.slice(4) : relative).replace(/^(\.\/)+/, "").replace(/\/{2,}/g, "/");
  const place = root !== null && !inLib ? "root" : "lib";
  checkFilePath(place === "root" ? `/${path}` : path, where);
  return { path, place };
}

/**
 * Reads a source: an address, or a path relative to the package.json.
 * @throws `invalid-package`
 */
export function parseSource(text: string, where: string): FileSource {
  const problem = problemOf(text);
  if (problem !== null)
    throw new UpyError(
      "invalid-package",
      `${where}: the source ${JSON.stringify(text.slice(0, 120))} ${problem}`,
    );
  if (/^https?:/i.test(text)) return parseAddress(text, where);
  if (/^(github|gitlab|codeberg):/.test(text)) return parseGitFile(text, where);
  return { type: "relative", path: text.replace(/^(\.?\/)+/, "") };
}

function problemOf(text: string): string | null {
  if (text.trim() === "") return "is empty";
  if (text.includes("\\")) return 'has "\\"; write "/"';
  if (/\p{Cc}/u.test(text)) return "holds a control character";
  if (/^(?!https?:|github:|gitlab:|codeberg:)[a-z][a-z0-9+.-]*:/i.test(text))
    return "is an address that nobody can fetch";
  return null;
}

/** Any file may be a source, not only what may be a requirement: no package.json is appended here. */
function parseAddress(text: string, where: string): FileSource {
  if (!URL.canParse(text))
    throw new UpyError(
      "invalid-package",
      `${where}: ${JSON.stringify(text.slice(0, 120))} is not a web address`,
    );
  const url = new URL(text);
  url.hash = "";
  const place = url.hostname === "raw.githubusercontent.com" ? null : parseForgeUrl(url);
  return place === null || place.path === "" ? { type: "url", url: url.href } : { type: "git", ...place };
}

function parseGitFile(text: string, where: string): FileSource {
  const requirement = parseRequirement(text);
  if (requirement.type === "git" && requirement.path !== "") return requirement;
  throw new UpyError(
    "invalid-package",
    `${where}: ${JSON.stringify(text)} names a repository, but no file in it`,
  );
}
