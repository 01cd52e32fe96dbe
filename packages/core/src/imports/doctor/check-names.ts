// Files that are in place, but cannot be imported by their names; and what computers leave on drives.

import { isEntryFile } from "../entry-files.js";
import { type Finding, type Fix, finding, move, removal } from "../finding.js";
import { baseName, isCode, isModuleName, searchedDirectories, type Situation } from "./situation.js";

const dropping =
  /(^|\/)(\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini|__pycache__\/.*|[^/]*\.py[co]|[^/]*\.m?py~|\.[^/]*\.m?py\.sw[op])$/iu;

/** What macOS, Windows, CPython and editors leave behind. What CircuitPython itself keeps in the root is not among it. */
export function checkDroppings({ index }: Situation): Finding[] {
  const files = index.entries.filter(({ path, type }) => type === "file" && dropping.test(path));
  if (files.length === 0) return [];
  const paths = files.map(({ path }) => path);
  const message = `${paths.length === 1 ? "One file was" : `${paths.length} files were`} left by a computer and only take space: ${baseName(paths[0] ?? "")}${paths.length > 1 ? ", …" : ""}.`;
  return [
    finding("dropping", "info", message, {
      files: paths,
      fixes: [removal(paths, "Remove what a computer left")],
    }),
  ];
}

/** Code whose name no import statement can say, or that the search does not look for. */
export function checkNames(situation: Situation, nested: ReadonlySet<string>): Finding[] {
  const { index, environment } = situation;
  const directories = searchedDirectories(situation);
  return index.entries.flatMap(({ path, type }) => {
    if (type !== "file" || dropping.test(path) || isEntryFile(path, environment)) return [];
    if ([...nested].some((folder) => path.startsWith(`${folder}/`))) return [];
    const root = directories
      .filter((one) => path.startsWith(`${one}/`))
      .sort((a, b) => b.length - a.length)[0];
    if (root === undefined) return [];
    return nameOf(path, root, situation);
  });
}

function nameOf(path: string, root: string, situation: Situation): Finding[] {
  const isTop = !path.includes("/", root.length + 1);
  if (/\.m?py\.txt$/iu.test(path)) return [textFile(path, situation)];
  if (!isCode(path)) return [];
  const file = baseName(path);
  const stem = file.replace(/\.m?py$/iu, "");
  const severity = root === "" ? "info" : "warning";
  const parts = { files: [path], fixes: freeFixes(path, stem, situation) };
  if (!isModuleName(stem)) {
    const message = `${path} cannot be imported: ${JSON.stringify(stem)} is no name of Python.`;
    return [finding("unimportable-name", severity, message, parts)];
  }
  if (/\.m?py$/u.test(file) || situation.index.caseInsensitive)
    return isTop ? [] : folderOf(path, root, severity);
  const message = `${path} cannot be imported: the search looks for ${file.toLowerCase().slice(stem.length)}, and upper and lower case count.`;
  const lower = path.slice(0, -(file.length - stem.length)) + file.slice(stem.length).toLowerCase();
  const isFree = situation.index.lookup(lower) === null;
  return [
    finding("unimportable-name", severity, message, {
      files: [path],
      fixes: isFree ? [move(path, lower)] : [],
    }),
  ];
}

/** A good name in a folder that has none. Folders of data and examples in the root are nobody's business. */
function folderOf(path: string, root: string, severity: "info" | "warning"): Finding[] {
  const folders = path
    .slice(root.length + 1)
    .split("/")
    .slice(0, -1);
  const bad = folders.find((folder) => !isModuleName(folder));
  if (bad === undefined || root === "") return [];
  const message = `${path} cannot be imported: its folder ${JSON.stringify(bad)} is no name of Python.`;
  return [finding("unimportable-name", severity, message, { files: [path] })];
}

function textFile(path: string, { index }: Situation): Finding {
  const name = path.slice(0, -".txt".length);
  const message = `${path} cannot be imported: it ends in .txt, which some computers hide.`;
  const fixes = index.lookup(name) === null ? [move(path, name)] : [removal([path])];
  return finding("unimportable-name", "info", message, { files: [path], fixes });
}

/** "foo (1).py" is a copy: it gets its name back when that is free, and goes otherwise. "foo-bar.py" becomes foo_bar.py. */
function freeFixes(path: string, stem: string, { index }: Situation): Fix[] {
  const suffix = baseName(path).slice(stem.length).toLowerCase();
  const folder = path.slice(0, -baseName(path).length);
  const original = stem.replace(/( \(\d+\)| - Copy( \(\d+\))?| copy( \d+)?)$/iu, "");
  const plain = original.replaceAll(/[^\p{ID_Continue}]+/gu, "_").replace(/^(?=\p{Nd})/u, "_");
  const free = folder + plain + suffix;
  if (isModuleName(plain) && index.lookup(free) === null) return [move(path, free)];
  return original === stem ? [] : [removal([path])];
}
