// What the checks of the doctor look at: files, imports, and what each name loads. Everything is read before they start.

import type { Environment } from "../../environment.js";
import type { CircuitPythonBundle } from "../../bundles/bundle.js";
import type { FileEntry } from "../../targets/target.js";
import type { FileIndex } from "../file-index.js";
import type { GraphImport, ImportGraph } from "../import-graph.js";
import type { ImportPlace } from "../finding.js";
import { type ImportLocation, type ImportResult, resolveImport, searchPath } from "../resolve-import.js";

/** A package that is installed, as far as the doctor wants to know. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string | null;
  /** What it needs: a name, or a name with a PEP 440 range. */
  readonly dependencies: readonly (string | { readonly name: string; readonly specifier: string })[];
  /** Absolute paths of its files. */
  readonly files?: readonly string[] | undefined;
}

/** All that the checks know. */
export interface Situation {
  readonly environment: Environment;
  readonly index: FileIndex;
  readonly graph: ImportGraph;
  /** Files that the board's own start leads to. */
  readonly started: ReadonlySet<string>;
  /** Contents of the .mpy files. */
  readonly bytecode: ReadonlyMap<string, Uint8Array>;
  /** SHA-256 of the files that have the name of another one. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly packages: readonly InstalledPackage[];
  readonly bundle: CircuitPythonBundle | null;
  /** Files of the bundle's libraries whose folders are on the target: paths below the install root, by library. */
  readonly libraryFiles: ReadonlyMap<string, readonly string[]>;
}

/** The directories of `sys.path` that are there; "" is the root. */
export function searchedDirectories({
  environment,
  index,
}: Pick<Situation, "environment" | "index">): string[] {
  return searchPath(environment).filter(
    (entry) => entry !== ".frozen" && index.lookup(entry) === "directory",
  );
}

/** What a name loads, by these files. */
export function resolveIn(
  { index, environment }: Pick<Situation, "environment" | "index">,
  name: string,
): ImportResult {
  return resolveImport(name, index.lookup, environment);
}

/** Entries directly in a directory ("" is the root). */
export function childrenOf(index: FileIndex, directory: string): readonly FileEntry[] {
  return index.children(index.at(directory)?.path.replace(/^\/$/u, "") ?? directory);
}

/** Files below a directory. */
export function filesBelow(index: FileIndex, directory: string): FileEntry[] {
  return childrenOf(index, directory).flatMap((entry) =>
    entry.type === "file" ? [entry] : filesBelow(index, entry.path),
  );
}

/** The files that belong to a location. */
export function filesOf(index: FileIndex, location: ImportLocation): FileEntry[] {
  if (location.type === "package") return filesBelow(index, location.path);
  const entry = location.type === "module" ? index.at(location.path) : null;
  return entry === null ? [] : [entry];
}

/** Whether there is code in a directory or below. */
export function hasCode(index: FileIndex, directory: string): boolean {
  return childrenOf(index, directory).some(({ path, type }) =>
    type === "file" ? isCode(path) : hasCode(index, path),
  );
}

/** Whether a file holds Python code, by its name. */
export function isCode(path: string): boolean {
  return /\.m?py$/iu.test(path);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Where imports stand, for a finding. */
export function placesOf(imports: readonly GraphImport[]): ImportPlace[] {
  const byText = new Map(imports.map(({ from, line }) => [`${from}:${line}`, { path: from, line }]));
  return [...byText.values()];
}

/** Names of modules and packages that are directly in a directory of `sys.path`. */
export function topNames(situation: Pick<Situation, "environment" | "index">): string[] {
  const { index } = situation;
  const directories = searchedDirectories(situation);
  const names = directories
    .flatMap((directory) => childrenOf(index, directory))
    .filter(({ path }) => !directories.includes(path))
    .filter(({ path, type }) => type === "directory" || isCode(path))
    .map(({ path, type }) =>
      type === "directory" ? baseName(path) : baseName(path).replace(/\.m?py$/iu, ""),
    );
  return [...new Set(names)].filter(isModuleName).sort();
}

/** Whether `import` can be followed by this name. */
export function isModuleName(name: string): boolean {
  return /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(name) && !keywords.has(name);
}

const keywords: ReadonlySet<string> = new Set(
  `False None True __debug__ and as assert async await break class continue def del elif else except finally for from
  global if import in is lambda nonlocal not or pass raise return try while with yield`.split(/\s+/u),
);

/** A count with its unit: "1 byte", "3,856 bytes". */
export function inBytes(size: number): string {
  return `${size.toLocaleString("en")} ${size === 1 ? "byte" : "bytes"}`;
}
