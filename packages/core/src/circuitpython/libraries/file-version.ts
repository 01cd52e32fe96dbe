// The version that the files of a library say, and which of them are no good.

import { isUpyError } from "../../errors.js";
import type { Environment } from "../../environment.js";
import { checkCompatibility } from "../../mpy/compatibility.js";
import { joinPath } from "../../install/paths.js";
import { realVersion } from "../versions/compare-versions.js";
import { isOldMpy, mpyVersion } from "../versions/mpy-version.js";
import { pythonVersion } from "../versions/python-version.js";
import { type FoundLibrary, isOfForm } from "./find-libraries.js";
import type { InstalledLibrary, LibraryProblem } from "./library.js";

/** What the files of a library say. */
export interface FileVersion extends Pick<InstalledLibrary, "version" | "versionSource"> {
  readonly problems: readonly LibraryProblem[];
}

/** Reads every Python file of a library whose contents are known; `__init__` first, as Adafruit puts the version there. */
export function fileVersion(
  library: FoundLibrary,
  contents: ReadonlyMap<string, Uint8Array>,
  { root, environment }: { root: string; environment: Environment },
): FileVersion {
  const problems: LibraryProblem[] = [];
  let found: Pick<FileVersion, "version" | "versionSource"> = { version: null, versionSource: null };
  for (const { path } of [...library.files].sort(byImportance)) {
    const content = contents.get(path);
    const kind = /\.(m?py)$/i.exec(path)?.[1]?.toLowerCase();
    if (content === undefined || kind === undefined) continue;
    const read = kind === "mpy" ? readMpyFile(content, environment) : readSource(content, path);
    if (read.problem !== null) problems.push({ ...read.problem, path: joinPath(root, path) });
    if (found.version === null && read.version !== null && isOfForm(path, library.form))
      found = { version: read.version, versionSource: kind === "mpy" ? "mpy" : "py" };
  }
  return { ...found, problems };
}

interface ReadFile {
  readonly version: string | null;
  readonly problem: Pick<LibraryProblem, "type" | "message"> | null;
}

function readMpyFile(content: Uint8Array, environment: Environment): ReadFile {
  const problem = incompatibility(content, environment);
  const read = problem?.type === "damaged" || isOldMpy(content) ? null : mpyVersion(content);
  if (read?.type === "damaged") return { version: null, problem: { type: "damaged", message: read.message } };
  return { version: realVersion(read?.version ?? null), problem };
}

/** Why a board does not load an .mpy file, by its header alone; null when it does, or when nobody knows the board. */
function incompatibility(content: Uint8Array, environment: Environment): ReadFile["problem"] {
  if (isOldMpy(content))
    return {
      type: "incompatible",
      message: `The file has .mpy version ${content[1] ?? 0}, of CircuitPython 6 or older.`,
    };
  try {
    const answer = checkCompatibility(content, environment);
    if (answer.loadable || environment.mpy === null) return null;
    return { type: "incompatible", message: answer.message };
  } catch (error) {
    if (isUpyError(error, "invalid-mpy")) return { type: "damaged", message: error.message };
    throw error;
  }
}

function readSource(content: Uint8Array, path: string): ReadFile {
  const read = pythonVersion(content, path);
  if (read.type === "damaged")
    return { version: null, problem: { type: "syntax-error", message: read.message } };
  return { version: realVersion(read.version), problem: null };
}

function byImportance(a: { readonly path: string }, b: { readonly path: string }): number {
  return rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1);
}

function rank(path: string): number {
  return path.split("/").length * 2 + (/\/__init__\.m?py$/.test(path) ? 0 : 1);
}
