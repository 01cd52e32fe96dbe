// Libraries that lie one folder too deep: unzipped with their folder, or a folder dropped into one of its name.

import { type Finding, finding, type FixChange } from "../finding.js";
import type { FileIndex } from "../file-index.js";
import {
  baseName,
  childrenOf,
  filesBelow,
  hasCode,
  isCode,
  isModuleName,
  searchedDirectories,
  type Situation,
} from "./situation.js";

/** Folders on `sys.path` that hold a library instead of being one. */
export function checkNesting(situation: Situation): Finding[] {
  const { index } = situation;
  const directories = searchedDirectories(situation);
  return directories.flatMap((directory) =>
    childrenOf(index, directory)
      .filter(({ path, type }) => type === "directory" && !directories.includes(path))
      .flatMap(({ path }) => nestedIn(path, directory, index)),
  );
}

/** The folders of such findings, whose contents need no other finding. */
export function nestedFolders(findings: readonly Finding[]): Set<string> {
  return new Set(findings.flatMap(({ code, files }) => (code === "nested-folder" ? files.slice(0, 1) : [])));
}

function nestedIn(folder: string, directory: string, index: FileIndex): Finding[] {
  const inner = holderIn(folder, directory, index);
  if (inner === null) return [];
  const libraries = librariesIn(inner, index);
  const names = libraries.map((path) => baseName(path).replace(/\.m?py$/iu, ""));
  const changes = libraries.flatMap((path) => moved(path, inner, directory, index));
  const isFree = changes.every((change) => change.type === "move" && index.lookup(change.to) === null);
  const where = directory === "" ? "/" : directory;
  const message = `${names.join(", ")} in ${inner}/ cannot be imported by name: it belongs into ${where}, without the folder around it.`;
  const title = `Move ${names.join(", ")} from ${inner} to ${where}`;
  return [
    finding("nested-folder", directory === "" ? "info" : "warning", message, {
      module: names[0] ?? null,
      files: [folder, ...libraries],
      fixes: isFree ? [{ title, changes }] : [],
    }),
  ];
}

/** The folder in which the libraries lie, if this is one around libraries; null if it may be a library. */
function holderIn(folder: string, directory: string, index: FileIndex): string | null {
  const name = baseName(folder);
  const children = childrenOf(index, folder);
  const isModule = children.some(({ path, type }) => type === "file" && isCode(path));
  const isSingle = ["lib", "src"].map((inner) => `${folder}/${inner}`).find((path) => hasCode(index, path));
  if (directory !== "" && name.toLowerCase() === "lib" && hasCode(index, folder)) return folder;
  if (!isModuleName(name) || /^(adafruit_)?circuitpython_/iu.test(name)) {
    const holder = isSingle ?? folder;
    return looksLikeArchive(name) && librariesIn(holder, index).length > 0 ? holder : null;
  }
  const twin = children.find(({ path, type }) => type === "directory" && sameName(baseName(path), name));
  const isOnlyFolder = !isModule && twin !== undefined && hasCode(index, twin.path);
  return isOnlyFolder ? folder : null;
}

/** As archives of releases and bundles are called: "Adafruit_CircuitPython_Motor-3.4.1", "adafruit-circuitpython-bundle-10.x-mpy-20260101". */
function looksLikeArchive(name: string): boolean {
  return /^(adafruit_)?circuitpython_/iu.test(name) || /-(main|master|v?\d[\w.]*|py|mpy)\b/iu.test(name);
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

const besides =
  /^(examples?|docs?|tests?|tools?|requirements|setup\.py|conf\.py|code\.py|main\.py|boot\.py)$/iu;

function librariesIn(folder: string, index: FileIndex): string[] {
  return childrenOf(index, folder)
    .filter(({ path, type }) => (type === "directory" ? hasCode(index, path) : isCode(path)))
    .map(({ path }) => path)
    .filter((path) => !besides.test(baseName(path)) && isModuleName(baseName(path).replace(/\.m?py$/iu, "")));
}

function moved(path: string, inner: string, directory: string, index: FileIndex): FixChange[] {
  const files =
    index.lookup(path) === "directory" ? filesBelow(index, path).map((entry) => entry.path) : [path];
  return files.map((from) => ({ type: "move", from, to: directory + from.slice(inner.length) }));
}
