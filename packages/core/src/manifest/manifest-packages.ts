// A folder of libraries, like micropython-lib, as the packages of an index: what tools/build.py does before it compiles.

import { UpyError } from "../errors.js";
import { baseLibraries, evaluateAmong, type EvaluateManifestOptions } from "./evaluate-manifest.js";
import type { TargetCallOptions } from "../targets/target.js";
import type { ManifestFileSystem } from "./file-system.js";
import { basename, dirname, join, normalize, relative } from "./library/posix-path.js";
import { SeenFiles } from "./library/seen-files.js";
import type { ManifestPlace } from "./manifest-error.js";
import type { OptimizationLevel } from "./optimization-level.js";
import { readManifestFiles } from "./read-files.js";

/** A package as `buildIndex` of @upykit/freezer takes it. */
export interface ManifestPackage {
  /** The name of its folder: "aioble". */
  readonly name: string;
  /** Its folder below the library folder: "micropython/bluetooth/aioble". */
  readonly path: string;
  readonly version: string | null;
  readonly description: string | null;
  readonly license: string | null;
  /** In the order of the manifest, those of required packages included. */
  readonly files: readonly ManifestPackageFile[];
}

/** A file of a {@link ManifestPackage}. */
export interface ManifestPackageFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly optimize: OptimizationLevel | null;
  /** Of the package that owns the file; null for what `packages` answered, which stays as it is. */
  readonly version: string | null;
  /** Where the manifest names it. */
  readonly place: ManifestPlace;
}

/** What {@link manifestPackages} takes besides the folder. */
export interface ManifestPackagesOptions extends Omit<EvaluateManifestOptions, "mode"> {
  /**
   * Folders below it to look in; default: those of micropython, python-stdlib and python-ecosys that are there, as
   * build.py has it. What require() asks for is searched in them too, after `libraries` and before MPY_LIB_DIR.
   */
  readonly folders?: readonly string[] | undefined;
  /** Manifests done of all. */
  readonly onProgress?:
    | ((progress: { readonly package: string; readonly done: number; readonly total: number }) => void)
    | undefined;
}

/**
 * The packages of a folder: every manifest.py in it, evaluated in mode `compile`, with the contents of its files.
 * @throws ManifestError; what the file system says
 */
export async function manifestPackages(
  folder: string,
  options: ManifestPackagesOptions,
): Promise<ManifestPackage[]> {
  const packages: ManifestPackage[] = [];
  for await (const each of eachManifestPackage(folder, options)) packages.push(each);
  return packages;
}

/**
 * The same, one by one: each manifest is evaluated when its package is asked for.
 * @throws as {@link manifestPackages}
 */
export async function* eachManifestPackage(
  folder: string,
  options: ManifestPackagesOptions,
): AsyncGenerator<ManifestPackage, void, undefined> {
  const root = normalize(join("/", folder));
  const { onProgress, ...rest } = options;
  const fileSystem = readOnce(options.fileSystem);
  const folders = options.folders ?? (await librariesIn(root, fileSystem, options.signal));
  const manifests: string[] = [];
  const search = { fileSystem, signal: options.signal, manifests, folders: 0 };
  for (const each of folders) await findManifests(search, normalize(join(root, each)), 0);
  const variables = { MPY_LIB_DIR: root, ...options.variables };
  const own = (options.folders ?? []).map((name) => ({ name, path: join(root, name) }));
  const libraries = [...(options.libraries ?? []), ...own];
  const shared = { ...rest, variables, libraries, fileSystem };
  const seen = new SeenFiles();
  for (const [at, manifest] of manifests.entries()) {
    const found = await packageOf(manifest, root, shared, seen);
    onProgress?.({ package: found.name, done: at + 1, total: manifests.length });
    yield found;
  }
}

async function librariesIn(
  root: string,
  fileSystem: ManifestFileSystem,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const names = new Set((await fileSystem.list(root, { signal })).map(({ path }) => basename(path)));
  const found = baseLibraries.filter((name) => names.has(name));
  if (found.length > 0) return found;
  throw new UpyError("file-not-found", `${root} has none of the folders ${baseLibraries.join(", ")}`, {
    hint: 'Say in `folders` where the packages are: "." is the folder itself.',
  });
}

async function packageOf(
  manifest: string,
  root: string,
  options: EvaluateManifestOptions,
  seen: SeenFiles,
): Promise<ManifestPackage> {
  const result = await evaluateAmong(manifest, { ...options, mode: "compile" }, seen);
  const contents = await readManifestFiles(result, options);
  const { version, description, license } = result.metadata;
  const folder = dirname(manifest);
  // Mode `compile` has sources only.
  const files = contents
    .filter((file) => file.kind === "py")
    .map(({ path, content, optimize = null, version, place }) => ({
      path,
      content,
      optimize,
      version,
      place,
    }));
  return { name: basename(folder), path: relative(folder, root), version, description, license, files };
}

/** Folders and files are read once: packages share the content of a file that several of them have. */
function readOnce(fileSystem: ManifestFileSystem): ManifestFileSystem {
  return {
    list: once((path, options) => fileSystem.list(path, options)),
    stat: (paths, options) => fileSystem.stat(paths, options),
    readFile: once((path, options) => fileSystem.readFile(path, options)),
  };
}

function once<T>(ask: (path: string, options?: TargetCallOptions) => Promise<T>): typeof ask {
  const answers = new Map<string, Promise<T>>();
  return (path, options) => {
    const answer = answers.get(path) ?? ask(path, options);
    answers.set(path, answer);
    return answer;
  };
}

/** Folders that are looked into: links that point up lead to ever more of them. */
const MAX_FOLDERS = 100_000;

interface Search {
  readonly fileSystem: ManifestFileSystem;
  readonly signal: AbortSignal | undefined;
  readonly manifests: string[];
  folders: number;
}

/** Every manifest.py below a folder, that of a folder before those of its folders. Hidden folders are left out, as glob does. */
async function findManifests(search: Search, folder: string, depth: number): Promise<void> {
  const { fileSystem, signal, manifests } = search;
  if (depth > 40) return;
  if (++search.folders > MAX_FOLDERS) {
    const hint = "Look for a link that points up.";
    throw new UpyError("too-large", `There are more than ${MAX_FOLDERS} folders to search at ${folder}`, {
      hint,
    });
  }
  signal?.throwIfAborted();
  const entries = await fileSystem.list(folder, { signal });
  for (const { type, path } of entries)
    if (type === "file" && basename(path) === "manifest.py") manifests.push(path);
  for (const { type, path } of entries) {
    const isHidden = basename(path).startsWith(".");
    if (type === "directory" && !isHidden) await findManifests(search, path, depth + 1);
  }
}
