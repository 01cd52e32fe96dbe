// From releases to locked packages: every file downloaded, checked against what its index promised, hashed, and compared
// with the files of the other packages.

import { UpyError } from "../errors.js";
import type { Downloader } from "../sources/downloader.js";
import type { ContentCache } from "../sources/download.js";
import { keepContent, type Downloaded } from "../sources/fetch-content.js";
import type { PackageRelease, ReleaseFile } from "../sources/source.js";
import { checkFilePath, checkPathCollisions } from "../specs/package-path.js";
import { findClash } from "../path-clash.js";
import { packageKey } from "../specs/parse-requirement.js";
import { compareText } from "../specs/specifier.js";
import type { LockedFile, LockedPackage } from "./resolution.js";

/** What {@link lockPackages} takes besides the releases. */
export interface LockOptions {
  readonly downloader: Downloader;
  readonly cache: ContentCache | undefined;
  readonly onFile: (name: string, path: string) => void;
}

/** The locked packages, sorted by name. @throws `conflict`, `hash-mismatch`, `invalid-path`, `not-found`, and what downloads throw */
export async function lockPackages(
  releases: ReadonlyMap<string, PackageRelease>,
  options: LockOptions,
): Promise<LockedPackage[]> {
  const names = new Map([...releases].map(([key, { name }]) => [key, name] as const));
  const locked = await allOrFirst(
    [...releases.values()].map((release) => lockPackage(release, names, options)),
  );
  const packages = mergeSame(locked.sort((a, b) => compareText(a.name, b.name)));
  checkConflicts(packages);
  return packages;
}

async function lockPackage(
  release: PackageRelease,
  names: ReadonlyMap<string, string>,
  options: LockOptions,
): Promise<LockedPackage> {
  const { name, version, origin } = release;
  const paths = release.files.map(({ path }) => checkFilePath(path, name));
  checkPathCollisions(paths, name);
  const files = await allOrFirst(release.files.map((file) => lockFile(file, name, options)));
  const dependencies = release.dependencies.map((requirement) => names.get(packageKey(requirement)) ?? "");
  return {
    name,
    version,
    origin,
    dependencies: [...new Set(dependencies)]
      .filter((other) => other !== name && other !== "")
      .sort(compareText),
    files: withoutRepetition(files, name),
  };
}

async function lockFile(file: ReleaseFile, name: string, options: LockOptions): Promise<LockedFile> {
  const { path, url, hash } = file;
  const found = await contentOf(file, options);
  if (found === null) {
    throw new UpyError("not-found", `${name}: nothing is at ${url}, where ${path} should be`, {
      hint: "The package names a file that is not there; tell its author.",
    });
  }
  if (hash !== null && !found.sha256.startsWith(hash)) {
    throw new UpyError(
      "hash-mismatch",
      `${name}: what ${url} answers for ${path} is not what the index promised (expected ${hash}…, got ${found.sha256})`,
      {
        hint: "The index or the server is damaged, or somebody changed the file on its way.",
      },
    );
  }
  options.onFile(name, path);
  return { path, sha256: found.sha256, size: found.content.length, url };
}

async function contentOf(file: ReleaseFile, { downloader, cache }: LockOptions): Promise<Downloaded | null> {
  if (file.content !== undefined) return keepContent(file.content, cache);
  return downloader.get(file.url, { immutable: file.immutable, hash: file.hash });
}

/** A file named twice is fine when it is twice the same. */
function withoutRepetition(files: readonly LockedFile[], name: string): LockedFile[] {
  const byPath = new Map<string, LockedFile>();
  for (const file of files) {
    const other = byPath.get(file.path);
    if (other !== undefined && other.sha256 !== file.sha256) {
      throw new UpyError(
        "invalid-package",
        `${name} names ${file.path} twice, with different contents (${other.url}, ${file.url})`,
      );
    }
    byPath.set(file.path, other ?? file);
  }
  return [...byPath.values()].sort((a, b) => compareText(a.path, b.path));
}

/** Two requirements may have led to one package under the same name; that is one package when it is the same one. */
function mergeSame(sorted: readonly LockedPackage[]): LockedPackage[] {
  return sorted.filter((one, index) => {
    const previous = sorted[index - 1];
    if (previous?.name !== one.name) return true;
    if (JSON.stringify(previous) === JSON.stringify(one)) return false;
    throw new UpyError(
      "version-conflict",
      `two different packages are named ${one.name}: ${placeOf(previous)} and ${placeOf(one)}`,
      {
        hint: "Ask for one of them only.",
      },
    );
  });
}

function placeOf({ origin, version }: LockedPackage): string {
  const place =
    "url" in origin
      ? origin.url
      : "path" in origin
        ? origin.path
        : `${origin.forge}:${origin.repository}@${origin.ref}`;
  return `${version ?? "no version"} of ${place}`;
}

/** An index that flattens dependencies gives the same file to several packages; that is fine. Another file at the same path is not. */
function checkConflicts(packages: readonly LockedPackage[]): void {
  const owners = new Map<string, { readonly owner: string; readonly file: LockedFile }>();
  for (const { name, files } of packages) {
    for (const file of files) {
      const other = owners.get(file.path);
      if (other !== undefined && other.file.sha256 !== file.sha256)
        throw conflict([other.owner, other.file.path], [name, file.path]);
      owners.set(file.path, other ?? { owner: name, file });
    }
  }
  const clash = findClash([...owners.keys()]);
  if (clash === null) return;
  const [first, second] = clash.map((path) => [owners.get(path)?.owner ?? "", path] as const);
  if (first !== undefined && second !== undefined) throw conflict(first, second);
}

type Owned = readonly [owner: string, path: string];

function conflict([first, path]: Owned, [second, other]: Owned): UpyError {
  const what =
    path === other
      ? `both have ${path}, with different contents`
      : `have ${path} and ${other}, which cannot both exist`;
  return new UpyError("conflict", `${first} and ${second} ${what}`, {
    hint: "Leave one of them out, or ask for versions that go together.",
  });
}

/** Waits for all, then fails as the first in order did: which error is told must not depend on who was fastest. */
async function allOrFirst<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason as Error;
    return result.value;
  });
}
