// Packages on this machine as a source: a package.json, a manifest.py, a module, or a folder of modules.
// A package.json is read as mpremote 1.28 does: its sources are relative to it, and may lie beside its folder.

import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve as resolvePath } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { UpyError } from "../errors.js";
import { defaultMaxFileSize } from "../sources/download.js";
import { officialIndexUrl } from "../sources/mip-index.js";
import { releaseFiles } from "../sources/package-files.js";
import type { PackageRelease, PackageSource, ReleaseFile } from "../sources/source.js";
import { parsePackageJson } from "../specs/package-json.js";
import { packageKey } from "../specs/parse-requirement.js";
import { errnoOf, mapErrno } from "./map-errno.js";
import { readPath } from "./read-local-file.js";

/** What {@link localPackages} takes. */
export interface LocalPackagesOptions {
  /** What relative paths start from; default: the working directory at the time of the call. */
  readonly base?: string | undefined;
  /** The mip index that has the files a package.json names by hash; default: that of micropython-lib. */
  readonly indexUrl?: string | undefined;
}

/** What a path was found to be. */
interface Place {
  /** The name of the package: the path as it was asked for. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly maxFileSize: number;
  readonly indexUrl: string;
}

/**
 * A source that answers paths on this machine. The contents are read at once, so that the resolution is of one moment;
 * to install it later, give the same cache, or {@link readLocalFile} as `readFile`.
 */
export function localPackages(options: LocalPackagesOptions = {}): PackageSource {
  return {
    name: "packages on this machine",
    async find([requirement], context) {
      if (requirement?.type !== "local") return null;
      const path = resolvePath(options.base ?? ".", requirement.path.replace(/^~(?=[/\\])/, homedir()));
      const place: Place = {
        name: packageKey(requirement),
        path,
        maxFileSize: context.maxFileSize ?? defaultMaxFileSize,
        indexUrl: (options.indexUrl ?? officialIndexUrl).replace(/\/+$/, ""),
      };
      const kind = await kindOf(path);
      if (kind === "file") return findFile(place);
      return kind === "directory" ? findFolder(place) : null;
    },
  };
}

async function findFile(place: Place): Promise<PackageRelease | null> {
  const { path } = place;
  if (path.endsWith(".json")) return fromPackageJson(place, path);
  if (!/\.m?py$/.test(path)) {
    throw new UpyError("unsupported", `${place.name} is no package.json, .py or .mpy file`);
  }
  return release(place, [await localFile(basename(path), path, place)]);
}

async function findFolder(place: Place): Promise<PackageRelease | null> {
  const fromJson = await fromPackageJson(place, join(place.path, "package.json"));
  if (fromJson !== null) return fromJson;
  const names = await walk(place.path);
  if (names.includes("manifest.py")) return fromManifest(place);
  if (names.length === 0)
    throw new UpyError("invalid-package", `${place.name} has no package.json and no modules`);
  // A folder with an __init__ is a package itself; another one only holds modules.
  const prefix = names.some((name) => /^__init__\.m?py$/.test(name)) ? `${basename(place.path)}/` : "";
  return release(
    place,
    await Promise.all(names.map((name) => localFile(prefix + name, join(place.path, name), place))),
  );
}

async function fromPackageJson(place: Place, file: string): Promise<PackageRelease | null> {
  const content = await readPath(file, place.maxFileSize);
  if (content === null) return null;
  const parsed = parsePackageJson(content, file);
  const relative = (path: string): string => pathToFileURL(join(dirname(file), path)).href;
  const files = releaseFiles(parsed, { what: file, indexUrl: place.indexUrl, relative, repository: null });
  const read = await Promise.all(files.map((one) => withContent(one, place)));
  return { ...release(place, read), version: parsed.version, dependencies: parsed.dependencies };
}

async function fromManifest(place: Place): Promise<PackageRelease> {
  // Loaded when there is a manifest.py: with it comes all that runs Python, half of what would load at every start.
  const { readLocalManifest } = await import("./local-manifest.js");
  const { version, dependencies, files } = await readLocalManifest(place.path, place.maxFileSize);
  return { ...release(place, files), version, dependencies };
}

function release({ name, path }: Place, files: readonly ReleaseFile[]): PackageRelease {
  return { name, version: null, origin: { type: "local", path }, dependencies: [], files };
}

function localFile(path: string, file: string, place: Place): Promise<ReleaseFile> {
  return withContent({ path, url: pathToFileURL(file).href, hash: null }, place);
}

async function withContent(file: ReleaseFile, place: Place): Promise<ReleaseFile> {
  if (!file.url.startsWith("file:")) return file;
  const path = fileURLToPath(file.url);
  const content = await readPath(path, place.maxFileSize);
  if (content !== null) return { ...file, content };
  throw new UpyError(
    "not-found",
    `${place.name}: nothing is at ${path}, where ${file.path} should come from`,
  );
}

/** The modules in a folder and below, sorted, relative, with "/". Hidden ones, caches and links to folders are left out. */
async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw mapErrno(error, folder) as Error;
  });
  return entries
    .filter((entry) => !entry.isDirectory() && /\.m?py$/.test(entry.name))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((name) => !name.split("/").some((part) => part.startsWith(".") || part === "__pycache__"))
    .sort();
}

async function kindOf(path: string): Promise<"file" | "directory" | null> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? "directory" : found.isFile() ? "file" : null;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return null;
    throw mapErrno(error, path) as Error;
  }
}
