// Which files of a folder belong to a project: those that its settings name, else those that setuptools would find.

import { UpyError } from "../errors.js";
import type { ManifestFileSystem } from "../manifest/file-system.js";
import { compareText } from "../specs/specifier.js";
import type { ProjectFile } from "./project.js";

/** A package to take: its folder below the project's, and what it is imported as. */
export interface PackageFolder {
  readonly folder: string;
  readonly target: string;
  /** False: only the modules right in it (a package that setuptools was told by name). */
  readonly deep: boolean;
}

/** What a project's settings say about its files. */
export interface FileSettings {
  /** Null: find them. */
  readonly packages: readonly PackageFolder[] | null;
  /** Modules as paths below the project's folder; null: find them. */
  readonly modules: readonly string[] | null;
  /** Where to find them: "" or "src"; null: "src" where there is one. */
  readonly where: string | null;
  /** Dotted names with "*" that are not taken when found. */
  readonly exclude: readonly string[];
}

/** The folder of a project. */
export interface ProjectFolder {
  readonly path: string;
  readonly fileSystem: ManifestFileSystem;
  /** Whether data files are taken. */
  readonly resources: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Folders and modules beside the packages of a project that are none of them: setuptools' list, and a board's own scripts. */
const asideFolders =
  /^(ci|bin|debian|docs?|documentation|manpages|news|newsfragments|changelog|tests?|unit_tests?|examples?|scripts|tools|util|utils|python|build|benchmarks?|exercises?|htmlcov|tasks|dist|node_modules|venv)$/i;
const asideModules =
  /^(setup|conftest|tests?|examples?|build|toxfile|noxfile|pavement|dodo|tasks|fabfile|boot|main)\.py$/;
const noResource = /\.(py[cdio]?|mpy|so|a|o|swp|orig|rej)$|~$|^py\.typed$/;
const maxFiles = 10_000;

/** The files of a project, sorted by path. @throws `file-not-found`, `too-large`, and what the file system says */
export async function findFiles(folder: ProjectFolder, settings: FileSettings): Promise<ProjectFile[]> {
  const found = settings.packages === null && settings.modules === null;
  const where = found ? await findWhere(folder, settings.where) : (settings.where ?? "");
  const packages = settings.packages ?? (found ? await findPackages(folder, where, settings.exclude) : []);
  const modules = settings.modules ?? (found ? await findModules(folder, where) : []);
  const sources = new Map<string, string>();
  for (const one of packages)
    for (const [path, source] of await packageFiles(folder, one)) sources.set(path, source);
  for (const source of modules) sources.set(source.slice(source.lastIndexOf("/") + 1), source);
  if (sources.size > maxFiles)
    throw new UpyError("too-large", `${folder.path} has more than ${maxFiles} files`);
  const files: ProjectFile[] = [];
  for (const [path, source] of [...sources].sort(([a], [b]) => compareText(a, b))) {
    folder.signal?.throwIfAborted();
    const content = await folder.fileSystem.readFile(`${folder.path}/${source}`, { signal: folder.signal });
    files.push({ path, content, source });
  }
  return files;
}

/** A package that setuptools is told by its dotted name. */
export function packageOf(dotted: string, base: string | null): PackageFolder {
  const target = dotted.replaceAll(".", "/");
  return { folder: base === null || base === "." ? target : `${base}/${target}`, target, deep: false };
}

/** "." is the folder itself. */
export function whereOf(where: string | null): string | null {
  return where === "." ? "" : (where?.replace(/^\.\//, "").replace(/\/$/, "") ?? null);
}

async function findWhere(folder: ProjectFolder, where: string | null): Promise<string> {
  if (where !== null) return where;
  return (await listFolder(folder, "")).folders.includes("src") ? "src" : "";
}

async function findPackages(
  folder: ProjectFolder,
  where: string,
  exclude: readonly string[],
): Promise<PackageFolder[]> {
  const { folders } = await listFolder(folder, where);
  const found: PackageFolder[] = [];
  for (const name of folders) {
    if ((where === "" && asideFolders.test(name)) || exclude.some((one) => matches(name, one))) continue;
    const inside = await listFolder(folder, join(where, name));
    if (
      inside.files.includes("__init__.py") ||
      (where !== "" && inside.files.some((one) => one.endsWith(".py")))
    )
      found.push({ folder: join(where, name), target: name, deep: true });
  }
  return found;
}

async function findModules(folder: ProjectFolder, where: string): Promise<string[]> {
  const { files } = await listFolder(folder, where);
  return files
    .filter((name) => name.endsWith(".py") && !asideModules.test(name))
    .map((name) => join(where, name));
}

/** Paths and sources of what is in a package. */
async function packageFiles(
  folder: ProjectFolder,
  { folder: start, target, deep }: PackageFolder,
  depth = 0,
): Promise<[string, string][]> {
  if (depth > 40) throw new UpyError("too-large", `${start} is nested too deep`);
  const { files, folders } = await listFolder(folder, start);
  const isTaken = (name: string): boolean =>
    name.endsWith(".py") || (folder.resources && !noResource.test(name));
  const own = files.filter(isTaken).map((name): [string, string] => [`${target}/${name}`, join(start, name)]);
  for (const name of folders) {
    const inside = { folder: join(start, name), target: `${target}/${name}`, deep };
    const below = await packageFiles(folder, inside, depth + 1);
    own.push(...below.filter(([path]) => deep || !path.endsWith(".py")));
  }
  return own;
}

/** Names in a folder; hidden ones, caches and links to folders are left out. */
async function listFolder(
  { path, fileSystem, signal }: ProjectFolder,
  below: string,
): Promise<{ files: string[]; folders: string[] }> {
  signal?.throwIfAborted();
  const entries = (await fileSystem.list(join(path, below), { signal })).filter(({ path: one }) => {
    const name = nameOf(one);
    return !name.startsWith(".") && name !== "__pycache__" && !name.endsWith(".egg-info");
  });
  const files = entries.filter(({ type }) => type === "file").map((one) => nameOf(one.path));
  const folders = entries
    .filter((one) => one.type === "directory" && one.link !== true)
    .map((one) => nameOf(one.path));
  return { files: files.sort(compareText), folders: folders.sort(compareText) };
}

/** "tests*" and the like, as setuptools compares them with dotted names. */
function matches(name: string, pattern: string): boolean {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${text}$`).test(name);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function join(folder: string, name: string): string {
  return folder === "" ? name : name === "" ? folder : `${folder}/${name}`;
}
