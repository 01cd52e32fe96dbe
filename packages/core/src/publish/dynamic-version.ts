// A version that stands in a module or a text file instead of the settings. It is read, never run.

import { UpyError } from "../errors.js";
import type { ProjectFolder } from "./find-files.js";
import { decode } from "./texts.js";

/** Where a version is. */
export type VersionPlace =
  /** A file that holds the version alone. */
  | { readonly type: "file"; readonly path: string }
  /** `NAME = "…"` in one of these modules, the first that is there. */
  | { readonly type: "module"; readonly paths: readonly string[]; readonly name: string };

/** The version. @throws `unsupported` when it is not there as a plain text */
export async function readVersion(place: VersionPlace, folder: ProjectFolder): Promise<string> {
  for (const path of place.type === "file" ? [place.path] : place.paths) {
    if (path.split("/").includes("..")) break;
    const [entry] = await folder.fileSystem.stat([`${folder.path}/${path}`], { signal: folder.signal });
    if (entry?.type !== "file") continue;
    const text = decode(await folder.fileSystem.readFile(entry.path, { signal: folder.signal }), path);
    const version = place.type === "file" ? text.trim() : assigned(text, place.name);
    if (version !== null && version !== "") return version;
  }
  throw noVersion(place.type === "file" ? place.path : place.paths.join(" or "));
}

/** The module files that "pkg.sub" may be, below each of these folders. */
export function moduleFiles(dotted: string, folders: readonly string[]): string[] {
  const path = dotted.replaceAll(".", "/");
  return folders.flatMap((folder) => [`${folder}${path}.py`, `${folder}${path}/__init__.py`]);
}

/** The error for a version that nobody can read. */
export function noVersion(where: string): UpyError {
  return new UpyError("unsupported", `the version of the project is not in ${where} as a plain text`, {
    hint: "Pass `version`.",
  });
}

function assigned(text: string, name: string): string | null {
  const line = new RegExp(
    `^${name.replace(/\W/g, "")}\\s*(?::\\s*\\w+\\s*)?=\\s*(["'])([^"'\\\\\\n]+)\\1`,
    "m",
  );
  return line.exec(text)?.[2] ?? null;
}
