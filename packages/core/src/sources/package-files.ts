// The files that a package.json names, as URLs: relative to where the package.json came from, or by hash from an index.

import { rawFileUrl, type GitPlace } from "../specs/forge.js";
import type { PackageJson, PackageJsonFile } from "../specs/package-json.js";
import type { ReleaseFile } from "./source.js";

/** Where a package.json came from. */
export interface PackageBase {
  /** For messages: "package.json of github:org/repo". */
  readonly what: string;
  /** The mip index that answers `hashes`. */
  readonly indexUrl: string;
  /** The address of a path relative to the package.json. @throws `invalid-package` */
  relative(path: string, where: string): string;
  /** The repository and ref of the package.json, null when it is in none. */
  readonly repository: OwnRepository | null;
}

/** The repository that a package belongs to. */
export interface OwnRepository {
  readonly place: GitPlace;
  /** What files of it are fetched at: the commit where it is known. */
  readonly fetchRef: string | null;
  /** True when that is a commit. */
  readonly pinned: boolean;
}

/** The files of a package.json, ready to be downloaded. @throws `invalid-package`, `invalid-path` */
export function releaseFiles(parsed: PackageJson, base: PackageBase): ReleaseFile[] {
  return parsed.files.map((file) => releaseFile(file, base));
}

function releaseFile(file: PackageJsonFile, base: PackageBase): ReleaseFile {
  const where = `${base.what}: ${file.where}`;
  const { source } = file;
  const path = file.place === "root" ? `/${file.path}` : file.path;
  switch (source.type) {
    case "hash":
      return {
        path,
        url: indexFileUrl(base.indexUrl, source.hash),
        hash: source.hash.toLowerCase(),
        immutable: true,
      };
    case "relative":
      return {
        path,
        url: base.relative(source.path, `${where}[1]`),
        hash: null,
        immutable: base.repository?.pinned === true,
      };
    case "url":
      return { path, url: source.url, hash: null };
    case "git":
      return gitFile(path, source, base.repository);
  }
}

/** A ref belongs to its repository: files of the package's own one are fetched where the package is, others where they say. */
function gitFile(path: string, source: GitPlace, own: OwnRepository | null): ReleaseFile {
  if (
    own === null ||
    !isSameRepository(source, own.place) ||
    (source.ref !== null && source.ref !== own.place.ref)
  ) {
    return { path, url: rawFileUrl(source), hash: null };
  }
  return { path, url: rawFileUrl({ ...source, ref: own.fetchRef }), hash: null, immutable: own.pinned };
}

function isSameRepository(a: GitPlace, b: GitPlace): boolean {
  return a.forge === b.forge && a.repository.toLowerCase() === b.repository.toLowerCase();
}

/** Where an index keeps a file. Format: v2 of micropython-lib v1.28.0. */
function indexFileUrl(indexUrl: string, hash: string): string {
  return `${indexUrl}/file/${hash.slice(0, 2)}/${hash}`;
}
