// Which libraries are in the install root of a target: each name that can be imported from it, with all the files that
// belong to it. It does not know records, bundles or versions.

import type { Environment } from "../../environment.js";
import { joinPath } from "../../install/paths.js";
import { resolveImport } from "../../imports/resolve-import.js";
import type { FileEntry } from "../../targets/target.js";

/** How a library stands on a target: a folder, one source, one compiled file. */
export type LibraryForm = "package" | "py" | "mpy";

/** Everything of one name in the install root. */
export interface FoundLibrary {
  /** As it is written on the target. */
  readonly name: string;
  /** All that have the name; more than one where somebody left a second copy. */
  readonly forms: readonly LibraryForm[];
  /** The one that `import` loads. */
  readonly form: LibraryForm;
  /** Every file of every form, but for those whose name starts with a dot. Below the root, sorted. */
  readonly files: readonly FileEntry[];
  /** What macOS leaves beside files: "._neopixel.mpy". Below the root, sorted. */
  readonly droppings: readonly FileEntry[];
}

/** The libraries among the entries below `root`, sorted by name. `entries` have absolute paths. */
export function findLibraries(
  entries: readonly FileEntry[],
  root: string,
  environment: Environment,
): FoundLibrary[] {
  const prefix = joinPath(root, "");
  const files = entries
    .filter((entry) => entry.type === "file")
    .map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }))
    .filter((entry) => !entry.path.startsWith(".") || isDropping(entry.path))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const groups = new Map<string, FileEntry[]>();
  for (const file of files) {
    const name = libraryNameOf(file.path.replace(/^\._/, ""));
    if (name !== null) groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  return [...groups]
    .flatMap(([name, own]) => toLibrary(name, own, { root, environment }) ?? [])
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The name under which a path below the root is imported, or the folder that it is in; null for other files. */
export function libraryNameOf(path: string): string | null {
  const slash = path.indexOf("/");
  return slash < 0 ? (/^(.+)\.m?py$/i.exec(path)?.[1] ?? null) : path.slice(0, slash);
}

function isDropping(path: string): boolean {
  return /(^|\/)\._[^/]+$/.test(path);
}

/** Whether a file is Python, as source or compiled. */
export function isPython(path: string): boolean {
  return /\.m?py$/i.test(path);
}

function toLibrary(
  name: string,
  all: readonly FileEntry[],
  place: { root: string; environment: Environment },
): FoundLibrary | null {
  const files = all.filter((file) => !file.path.split("/").some((part) => part.startsWith(".")));
  if (!files.some((file) => isPython(file.path))) return null;
  const forms = [...new Set(files.map((file) => formOf(file.path)))];
  const form = loadedForm(name, files, place) ?? forms[0] ?? "py";
  return { name, forms, form, files, droppings: all.filter((file) => isDropping(file.path)) };
}

function formOf(path: string): LibraryForm {
  if (path.includes("/")) return "package";
  return path.toLowerCase().endsWith(".mpy") ? "mpy" : "py";
}

/** What `import` takes when it looks in the root alone. */
function loadedForm(
  name: string,
  files: readonly FileEntry[],
  { root, environment }: { root: string; environment: Environment },
): LibraryForm | null {
  const { implementation } = environment;
  const only = { implementation, sysPath: [root], frozenModules: [], builtinModules: [] };
  const paths = files.map((file) => joinPath(root, file.path));
  const { found } = resolveImport(name, paths, only);
  if (found?.type === "package") return "package";
  return found?.type === "module" ? formOf(found.path.slice(joinPath(root, "").length)) : null;
}

/** Whether a path below the root belongs to a form. */
export function isOfForm(path: string, form: LibraryForm): boolean {
  return form === "package"
    ? path.includes("/")
    : !path.includes("/") && path.toLowerCase().endsWith(`.${form}`);
}
