// What installed packages need: told by the install record or the caller, and by a bundle for the libraries that it knows.

import type { BundleLibrary } from "../../bundles/bundle.js";
import { pickVersion } from "../../specs/specifier.js";
import { type Finding, finding } from "../finding.js";
import {
  childrenOf,
  filesBelow,
  isCode,
  baseName,
  resolveIn,
  searchedDirectories,
  type InstalledPackage,
  type Situation,
} from "./situation.js";

/** Dependencies that are not there, or not in the version that is needed. */
export function checkPackages(situation: Situation): Finding[] {
  const byRecord = situation.packages.flatMap((one) =>
    one.dependencies.flatMap((dependency) => checkOne(one, dependency, situation)),
  );
  const known = new Set(byRecord.flatMap(({ install }) => install));
  return [
    ...byRecord,
    ...checkBundle(situation).filter(({ install }) => install.every((name) => !known.has(name))),
  ];
}

function checkOne(
  { name, files }: InstalledPackage,
  dependency: InstalledPackage["dependencies"][number],
  situation: Situation,
): Finding[] {
  const wanted = typeof dependency === "string" ? { name: dependency, specifier: "" } : dependency;
  const parts = {
    module: importName(wanted.name, situation),
    files: files ?? [],
    install: [importName(wanted.name, situation)],
  };
  const there = situation.packages.find((one) => key(one.name) === key(wanted.name));
  if (there === undefined) {
    if (resolveIn(situation, importName(wanted.name, situation)).found !== null) return [];
    return [
      finding("dependency-missing", "warning", `${name} needs ${wanted.name}, which is not there.`, parts),
    ];
  }
  const { version } = there;
  if (version === null || wanted.specifier === "" || pickVersion([version], [wanted.specifier]) !== null)
    return [];
  const message = `${name} needs ${wanted.name}${wanted.specifier}, and ${version} is there.`;
  return [finding("dependency-too-old", "warning", message, parts)];
}

/** Packages are the same however `-`, `_`, `.` and case are written. */
function key(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/gu, "-");
}

function importName(name: string, { bundle }: Situation): string {
  return bundle?.findLibrary(name)?.name ?? name.toLowerCase().replaceAll(/[-.]+/gu, "_");
}

/** Libraries of the bundle that are on the board without what the bundle says they need. */
function checkBundle(situation: Situation): Finding[] {
  const { bundle, index } = situation;
  if (bundle === null) return [];
  const entries = searchedDirectories(situation).flatMap((directory) => childrenOf(index, directory));
  return entries.flatMap(({ path, type }) => {
    const name = baseName(path).replace(/\.m?py$/iu, "");
    const library =
      type === "directory" || isCode(path) ? bundle.libraries.find((one) => one.name === name) : undefined;
    const missing =
      library?.dependencies.filter((dependency) => resolveIn(situation, dependency).found === null) ?? [];
    const parts = (dependency: string): Partial<Finding> => ({
      module: dependency,
      files: [path],
      install: [dependency],
    });
    return [
      ...missing.map((dependency) =>
        finding(
          "dependency-missing",
          "warning",
          `${name} needs ${dependency}, which is not there.`,
          parts(dependency),
        ),
      ),
      ...oldDependencies(library, situation).map(({ dependency, message }) =>
        finding("dependency-too-old", "warning", message, parts(dependency)),
      ),
    ];
  });
}

/**
 * A bundle names no ranges, but its libraries were released together: where one of them is installed, what it needs should
 * not be of an older major version than beside it in the bundle.
 */
function oldDependencies(
  library: BundleLibrary | undefined,
  { bundle, packages }: Situation,
): { readonly dependency: string; readonly message: string }[] {
  const installed = (name: string): string | null =>
    packages.find((one) => key(one.name) === key(name))?.version ?? null;
  if (library?.version == null || installed(library.name) !== library.version) return [];
  return library.dependencies.flatMap((dependency) => {
    const released = bundle?.libraries.find((one) => one.name === dependency)?.version ?? null;
    const there = installed(dependency);
    if (released === null || there === null || !(majorOf(there) < majorOf(released))) return [];
    const message = `${library.name} ${library.version} was released with ${dependency} ${released}, and ${there} is there.`;
    return [{ dependency, message }];
  });
}

/** What is no number compares as no older. */
function majorOf(version: string): number {
  return Number(/^\d+/u.exec(version)?.[0] ?? NaN);
}

/** Folders of libraries that have less in them than the bundle's version, so that somebody may have copied half of it. */
export function checkPieces(situation: Situation): Finding[] {
  const { index, bundle, libraryFiles } = situation;
  return [...libraryFiles].flatMap(([name, files]) => {
    const folder = libraryFolder(name, situation);
    if (folder === null) return [];
    const there = new Set(
      filesBelow(index, folder).map(({ path }) => stemOf(name + path.slice(folder.length))),
    );
    const missing = files.filter((path) => path.startsWith(`${name}/`) && !there.has(stemOf(path)));
    if (missing.length === 0) return [];
    const version = bundle?.libraries.find((library) => library.name === name)?.version ?? null;
    const message = `${folder}/ lacks ${missing.join(", ")}, which ${version === null ? "the bundle" : `version ${version} in the bundle`} has.`;
    return [finding("missing-piece", "info", message, { module: name, files: [folder], install: [name] })];
  });
}

/** The folder that a library of this name is loaded from; null when it is loaded from elsewhere, or from a file. */
export function libraryFolder(
  name: string,
  situation: Pick<Situation, "environment" | "index">,
): string | null {
  const { found } = resolveIn(situation, name);
  return found?.type === "package" ? found.path : null;
}

function stemOf(path: string): string {
  return path.replace(/\.m?py$/iu, "").toLowerCase();
}
