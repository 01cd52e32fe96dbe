// A project bundle: somebody's program with exactly the libraries that it imports, for each version of CircuitPython, as
// Adafruit's guides offer for download. The same inputs give the same bytes.

import { zipSync, type Zippable } from "fflate";
import type { CircuitPythonBundle } from "../../bundles/bundle.js";
import { majorVersion } from "../../bundles/choose-variant.js";
import type { Environment } from "../../environment.js";
import { UpyError } from "../../errors.js";
import { fetchContent } from "../../sources/fetch-content.js";
import { formatLockfile } from "../../resolve/lockfile.js";
import type { Resolution } from "../../resolve/resolution.js";
import type { DownloadOptions } from "../../sources/download.js";
import { createMemoryCache } from "../../sources/memory-cache.js";
import type { PackageSource } from "../../sources/source.js";
import { checkPackagePath, checkPathCollisions } from "../../specs/package-path.js";
import type { FileContent } from "../../targets/target.js";
import { formatReadme } from "./format-readme.js";
import { type ProjectImports, resolveProject } from "./resolve-project.js";

/** What {@link buildProjectBundle} takes besides code and environments. */
export interface ProjectBundleOptions extends DownloadOptions {
  /** Asked in this order. */
  readonly bundles: readonly CircuitPythonBundle[];
  /** Asked after the bundles. */
  readonly sources?: readonly PackageSource[] | undefined;
  /** Of the top folder and the zip. Default "project". */
  readonly name?: string | undefined;
  /** Files to start from, below the drive's root. Default: those that the board starts: boot.py, and the first of code.py, main.py, …. */
  readonly entries?: readonly string[] | undefined;
  /** Sources (.py) even for boards that load .mpy files. Default false. */
  readonly py?: boolean | undefined;
  /** Where the project is told about: stands in the README. */
  readonly website?: string | undefined;
}

/** The part of a project bundle that is for one environment. */
export interface ProjectVariant extends ProjectImports {
  readonly environment: Environment;
  /** Below the top folder: "CircuitPython 10.x". */
  readonly folder: string;
  /** The libraries; in the folder as `upykit-lock.json`. */
  readonly resolution: Resolution;
}

/** A project bundle. */
export interface ProjectBundle {
  /** "weather-station" */
  readonly name: string;
  readonly variants: readonly ProjectVariant[];
  /** Everything, below the folder that the zip is unpacked in; sorted by path. */
  readonly files: readonly FileContent[];
  /** The same as a zip. */
  readonly zip: Uint8Array;
}

const lockfileName = "upykit-lock.json";

/**
 * Builds a project bundle.
 * @param code - the program's files by their path on the drive ("code.py"). What macOS and CircuitPython itself put
 * there is left out, and of `lib` what a bundle has; all else comes along, settings.toml with its passwords too.
 * @param environments - the board, or several of different versions of CircuitPython
 * @throws `invalid-argument`, `invalid-path`, `file-not-found` for an entry, `syntax-error` is none: see `graph`; and as `resolve` does
 */
export async function buildProjectBundle(
  code: readonly FileContent[],
  environments: Environment | readonly Environment[],
  options: ProjectBundleOptions,
): Promise<ProjectBundle> {
  const { name = "project" } = options;
  checkPackagePath(`${name}/x`, "project bundle");
  const cached = { ...options, cache: options.cache ?? createMemoryCache() };
  const all = "implementation" in environments ? [environments] : environments;
  const variants: ProjectVariant[] = [];
  const files: FileContent[] = [];
  for (const environment of all) {
    const folder = folderName(environment);
    if (variants.some((one) => one.folder === folder))
      throw new UpyError("invalid-argument", `Two environments would have the folder ${folder}.`);
    const { own, ...rest } = await resolveProject(code, environment, cached);
    variants.push({ environment, folder, ...rest });
    const place = `${name}/${folder}`;
    files.push(...own.map(({ path, content }) => ({ path: `${place}/${path}`, content })));
    files.push(...(await libraryFiles(rest.resolution, place, cached)));
    files.push({ path: `${place}/${lockfileName}`, content: encode(formatLockfile(rest.resolution)) });
  }
  files.push({ path: `${name}/README.txt`, content: encode(formatReadme(name, variants, options)) });
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  checkFiles(sorted);
  return { name, variants, files: sorted, zip: zipped(sorted) };
}

/** As Adafruit's project bundles name it; sources of other implementations have theirs. */
function folderName(environment: Environment): string {
  const major = majorVersion(environment);
  if (major !== null) return `CircuitPython ${major}.x`;
  const { implementation, version } = environment;
  return [implementation, version].filter((part) => part !== null).join(" ");
}

async function libraryFiles(
  { packages }: Resolution,
  place: string,
  options: ProjectBundleOptions,
): Promise<FileContent[]> {
  const locked = new Map(packages.flatMap((one) => one.files.map((file) => [file.path, file] as const)));
  const files: FileContent[] = [];
  for (const [path, file] of locked)
    files.push({ path: `${place}/lib/${path}`, content: await fetchContent(file, options) });
  return files;
}

/** Two files of one name, in any case, cannot both be on a drive. */
function checkFiles(files: readonly FileContent[]): void {
  const paths = files.map((file) => file.path);
  const twice = paths.find((path, index) => paths[index - 1] === path);
  if (twice !== undefined) {
    throw new UpyError("conflict", `The project and its libraries both have ${twice}.`, {
      hint: "Leave out the copy in the project.",
    });
  }
  checkPathCollisions(paths, "project bundle");
}

/** 1980 is the first year of zip; fflate reads the date in local time, in which it is made here. */
function zipped(files: readonly FileContent[]): Uint8Array {
  const entries: Zippable = {};
  for (const { path, content } of files) entries[path] = [content, {}];
  return zipSync(entries, { level: 9, mtime: new Date(1980, 0, 1) });
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
