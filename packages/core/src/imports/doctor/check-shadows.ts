// Which of several files, or a module of the firmware, has a name: what is loaded, and what never is.

import { type Finding, finding, move, removal } from "../finding.js";
import { isEntryFile } from "../entry-files.js";
import { describeLocation, type ImportLocation } from "../resolve-import.js";
import {
  baseName,
  childrenOf,
  filesOf,
  hasCode,
  inBytes,
  isCode,
  resolveIn,
  searchedDirectories,
  type Situation,
  topNames,
} from "./situation.js";

type FileLocation = Extract<ImportLocation, { path: string }>;

/** Names that more than one file, or a file and the firmware, have. */
export function checkShadows(situation: Situation): Finding[] {
  return topNames(situation).flatMap((name) => shadowsOf(name, situation));
}

function shadowsOf(name: string, situation: Situation): Finding[] {
  const { found, hidden } = resolveIn(situation, name);
  if (found === null || (isFile(found) && searchedDirectories(situation).includes(found.path))) return [];
  const files = hidden.filter(isFile).filter((location) => holdsCode(location, situation));
  if (found.type === "builtin") return files.map((file) => hiddenByBuiltin(name, file));
  if (found.type === "frozen") return files.map((file) => frozenAlready(name, file, situation));
  return hidden.flatMap((location) => {
    if (!isFile(location)) return overridesFirmware(found, location, situation);
    return holdsCode(location, situation) ? hidesFile(name, found, location, situation) : [];
  });
}

function isFile(location: ImportLocation): location is FileLocation {
  return location.type === "module" || location.type === "package";
}

/** A folder of pictures is no package that one would miss; nor is one that is searched itself, like /lib. */
function holdsCode(location: FileLocation, situation: Situation): boolean {
  const { index } = situation;
  if (searchedDirectories(situation).includes(location.path)) return false;
  return location.type === "module" || hasCode(index, location.path);
}

function hiddenByBuiltin(name: string, file: FileLocation): Finding {
  const message = `${describeLocation(file)} is never loaded: ${name} is a built-in module, which no file replaces.`;
  return finding("hidden-by-builtin", "warning", message, { module: name, files: [file.path] });
}

function frozenAlready(name: string, file: FileLocation, { index }: Situation): Finding {
  const files = filesOf(index, file);
  const size = files.reduce((sum, entry) => sum + entry.size, 0);
  const paths = files.map(({ path }) => path);
  return finding(
    "frozen-already",
    "info",
    `${describeLocation(file)} is never loaded: ${name} is frozen into the firmware and found there first. It takes ${inBytes(size)} of the file system.`,
    { module: name, files: paths, fixes: [removal(paths, `Remove ${describeLocation(file)}`)] },
  );
}

function overridesFirmware(found: FileLocation, location: ImportLocation, situation: Situation): Finding[] {
  if (isFile(location)) return [];
  const { name } = location;
  const isInRoot = !found.path.includes("/", 1);
  if (found.type === "package" && !hasCode(situation.index, found.path)) {
    return [directoryHides(name, found, location)];
  }
  const code = location.type === "frozen" ? "overrides-frozen" : "overrides-builtin";
  const message = `${describeLocation(found)} is loaded for ${name}, not ${describeLocation(location)}.`;
  const parts = { module: name, files: [found.path] };
  return [finding(code, isInRoot ? "warning" : "info", message, parts)];
}

function directoryHides(name: string, directory: FileLocation, other: ImportLocation): Finding {
  return finding(
    "directory-hides-module",
    "warning",
    `The directory ${directory.path}/ is loaded for ${name}, as an empty package, not ${describeLocation(other)}. Give the directory another name.`,
    { module: name, files: [directory.path, ...(isFile(other) ? [other.path] : [])] },
  );
}

function hidesFile(name: string, found: FileLocation, other: FileLocation, situation: Situation): Finding[] {
  const stem = (location: FileLocation): string => location.path.replace(/\.m?py$/u, "");
  if (stem(found) === stem(other) && found.type === "module") return []; // checkPairs has it
  if (found.type === "package" && !hasCode(situation.index, found.path)) {
    return stem(found) === stem(other) ? [] : [directoryHides(name, found, other)];
  }
  if (stem(found) === stem(other) && found.type === "package" && found.init === null) return [];
  const paths = filesOf(situation.index, other).map(({ path }) => path);
  const files = [found.path, ...paths];
  const fixes = [removal(paths, `Remove ${describeLocation(other)}`)];
  if (isSame(found, other, situation)) {
    const message = `${describeLocation(other)} has the contents of ${describeLocation(found)}, which comes first and is loaded.`;
    return [
      finding("duplicate-copy", "info", message, { module: name, files: [...paths, found.path], fixes }),
    ];
  }
  const message = `${describeLocation(found)} is loaded for ${name}, not ${describeLocation(other)}.`;
  return [
    finding("hides-library", "warning", message, {
      module: name,
      files,
      fixes: bothWays(found, fixes, situation),
    }),
  ];
}

/** Which of the two goes is for a person to say. Code of the user's own gets another name first; a started program stays. */
function bothWays(found: FileLocation, fixes: Finding["fixes"], situation: Situation): Finding["fixes"] {
  const { index, environment } = situation;
  const paths = filesOf(index, found).map(({ path }) => path);
  if (paths.some((path) => isEntryFile(path, environment))) return fixes;
  const other = found.path.replace(/(\.m?py)$/u, "_unused$1");
  const isOwn = found.type === "module" && !found.path.includes("/", 1) && index.lookup(other) === null;
  const rename = isOwn ? [move(found.path, other)] : [];
  return [...rename, removal(paths, `Remove ${describeLocation(found)}`), ...fixes];
}

function isSame(found: FileLocation, other: FileLocation, situation: Situation): boolean {
  const contents = (location: FileLocation): string[] =>
    filesOf(situation.index, location).map(
      ({ path }) =>
        `${path.slice(location.path.replace(/\.m?py$/u, "").length)} ${situation.hashes.get(path) ?? path}`,
    );
  return contents(found).join("\n") === contents(other).join("\n");
}

/** Files whose contents decide whether one is a copy of the other. */
export function comparedFiles(situation: Pick<Situation, "environment" | "index">): string[] {
  return topNames(situation).flatMap((name) => {
    const { found, hidden } = resolveIn(situation, name);
    const locations = [found, ...hidden].filter((location) => location !== null).filter(isFile);
    if (locations.length < 2) return [];
    return locations.flatMap((location) => filesOf(situation.index, location).map(({ path }) => path));
  });
}

/** Modules that are there twice in one directory: as .py and .mpy, or as a file and a directory. */
export function checkPairs(situation: Situation): Finding[] {
  const { index } = situation;
  const stems = new Set(
    index.entries
      .filter(({ path, type }) => type === "file" && isCode(path))
      .map(({ path }) => path.replace(/\.m?py$/iu, "")),
  );
  return [...stems].flatMap((stem) => pairsOf(stem, situation));
}

function pairsOf(stem: string, situation: Situation): Finding[] {
  const { index } = situation;
  const [source, bytecode] = [`${stem}.py`, `${stem}.mpy`].map((path) => index.at(path)?.path);
  const found: Finding[] = [];
  if (source !== undefined && bytecode !== undefined) found.push(sourceHides(source, bytecode, situation));
  if (index.lookup(stem) === "directory") found.push(...besideDirectory(stem, situation));
  return found;
}

function sourceHides(source: string, bytecode: string, { environment }: Situation): Finding {
  const isProgram = isEntryFile(source, environment);
  const message = isProgram
    ? `${source} is started; ${bytecode} beside it is not.`
    : `${source} is loaded, not ${bytecode}: the search takes the source, whichever is newer. It takes more memory and time.`;
  const keepSource = removal([bytecode]);
  const isInRoot = !source.includes("/", 1);
  const keepBytecode = removal([source]);
  return finding("source-hides-bytecode", isProgram ? "info" : "warning", message, {
    files: [source, bytecode],
    fixes: isProgram ? [keepSource] : isInRoot ? [keepSource, keepBytecode] : [keepBytecode, keepSource],
  });
}

/** Only where the directory is taken, which it is without `__init__` by MicroPython and CircuitPython before 10.3. */
function besideDirectory(stem: string, situation: Situation): Finding[] {
  const { index } = situation;
  const hasInit = childrenOf(index, stem).some(({ path }) => /^__init__\.m?py$/u.test(baseName(path)));
  if (hasInit) return [];
  const name = baseName(stem);
  const parent = stem.slice(0, -name.length - 1);
  const { found } = resolveIn(
    {
      index,
      environment: { ...situation.environment, sysPath: [parent === "" ? "/" : parent], builtinModules: [] },
    },
    name,
  );
  if (found?.type !== "package") return [];
  const module = [`${stem}.py`, `${stem}.mpy`].find((path) => index.lookup(path) === "file") ?? stem;
  return [directoryHides(name, found, { type: "module", path: module })];
}
