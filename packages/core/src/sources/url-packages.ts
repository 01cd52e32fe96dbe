// Packages without an index: a package.json, .py or .mpy at a web address or in a repository on a forge.
// As mip 1.28 does it, but that a ref stays with the repository it was written for, and is pinned to a commit where the forge tells.

import { UpyError } from "../errors.js";
import { rawFileUrl } from "../specs/forge.js";
import { parsePackageJson } from "../specs/package-json.js";
import { packageKey } from "../specs/parse-requirement.js";
import type { GitRequirement, Requirement, UrlRequirement } from "../specs/requirement.js";
import { findCommit } from "./forge-commit.js";
import { officialIndexUrl } from "./mip-index.js";
import { releaseFiles, type OwnRepository, type PackageBase } from "./package-files.js";
import type { PackageRelease, PackageSource, ReleaseFile, SourceContext } from "./source.js";

/** What {@link urlPackages} takes. */
export interface UrlPackagesOptions {
  /** The mip index that has the files a package.json names by hash; default {@link officialIndexUrl}. */
  readonly indexUrl?: string | undefined;
  /** False: forges are not asked which commit a ref stands for, and nothing is pinned. Default true. */
  readonly pin?: boolean | undefined;
}

/** A source that answers web addresses and repositories. */
export function urlPackages(options: UrlPackagesOptions = {}): PackageSource {
  const indexUrl = (options.indexUrl ?? officialIndexUrl).replace(/\/+$/, "");
  return {
    name: "package files at web addresses",
    async find(requirements, context) {
      const [first] = requirements;
      if (first?.type === "url") return findAtUrl(first, indexUrl, context);
      const places = requirements.filter(isGit);
      if (places.length === 0 || places.length < requirements.length) return null;
      return findInRepository(places, { indexUrl, pin: options.pin ?? true, context });
    },
  };
}

interface Search {
  readonly indexUrl: string;
  readonly pin: boolean;
  readonly context: SourceContext;
}

async function findAtUrl(
  { url }: UrlRequirement,
  indexUrl: string,
  context: SourceContext,
): Promise<PackageRelease | null> {
  const origin = { type: "url", url } as const;
  const { pathname } = new URL(url);
  if (isModule(pathname)) {
    const path = unescaped(pathname.slice(pathname.lastIndexOf("/") + 1));
    return { name: url, version: null, origin, dependencies: [], files: [{ path, url, hash: null }] };
  }
  const content = await context.download(url);
  if (content === null) return null;
  const relative = (path: string): string => new URL(`./${path}`, url).href;
  return fromPackageJson(content, { name: url, origin }, { what: url, indexUrl, relative, repository: null });
}

async function findInRepository(
  places: readonly GitRequirement[],
  search: Search,
): Promise<PackageRelease | null> {
  const refs = [...new Set(places.map(({ ref }) => ref).filter((ref) => ref !== null))].sort();
  for (const place of readings({ ...(places[0] as GitRequirement), ref: refs[0] ?? null })) {
    const release = await findAt(place, refs, search);
    if (release !== null) return release;
  }
  return null;
}

/**
 * On GitLab the repository may be deeper than mip thinks: "gitlab:group/subgroup/repo". mip's reading comes first.
 * On Codeberg the ref of a pasted address may be longer: ".../src/branch/feature/x/lib". GitHub and GitLab take ref and
 * path joined, and find out by themselves.
 */
function readings(place: GitRequirement): GitRequirement[] {
  if (place.forge === "codeberg") return codebergReadings(place);
  if (place.forge !== "gitlab" || place.repository.split("/").length > 2) return [place];
  const segments = place.path.split("/").filter((segment) => segment !== "");
  const folders = segments.filter((segment) => !/\.(py|mpy|json)$/.test(segment));
  return [0, ...folders.map((_, index) => index + 1)].slice(0, 5).map((depth) => ({
    ...place,
    repository: [place.repository, ...segments.slice(0, depth)].join("/"),
    path: segments.slice(depth).join("/"),
  }));
}

function codebergReadings(place: GitRequirement): GitRequirement[] {
  const { ref } = place;
  if (ref === null) return [place];
  const segments = place.path.split("/").filter((segment) => segment !== "");
  const most = isModule(place.path) || place.path.endsWith(".json") ? segments.length - 1 : segments.length;
  return [0, 1, 2, 3]
    .filter((moved) => moved <= most)
    .map((moved) => ({
      ...place,
      ref: [ref, ...segments.slice(0, moved)].join("/"),
      path: segments.slice(moved).join("/"),
    }));
}

async function findAt(
  place: GitRequirement,
  refs: readonly string[],
  search: Search,
): Promise<PackageRelease | null> {
  const { context } = search;
  const commit = await commitOf(place, refs, search);
  const own: OwnRepository = { place, fetchRef: commit ?? place.ref, pinned: commit !== null };
  const name = packageKey(place);
  const { forge, repository } = place;
  const origin = { type: "git", forge, repository, ref: place.ref ?? "HEAD", commit } as const;
  if (isModule(place.path)) {
    const file = moduleFile(place, own);
    if (forge !== "github" && (await context.download(file.url, { immutable: own.pinned })) === null)
      return null;
    return { name, version: null, origin, dependencies: [], files: [file] };
  }
  const path = place.path.endsWith(".json") ? place.path : joinPath(place.path, "package.json");
  const content = await context.download(rawFileUrl({ ...place, path, ref: own.fetchRef }), {
    immutable: own.pinned,
  });
  if (content === null) return null;
  const relative = (file: string, where: string): string => {
    const inside = joinPath(path.slice(0, path.lastIndexOf("/") + 1), unescaped(file));
    if (inside.startsWith("../"))
      throw new UpyError("invalid-package", `${where}: "${file}" leaves the repository`);
    return rawFileUrl({ ...place, path: inside, ref: own.fetchRef });
  };
  const what = `${path.slice(path.lastIndexOf("/") + 1)} of ${name}`;
  return fromPackageJson(
    content,
    { name, origin },
    { what, indexUrl: search.indexUrl, relative, repository: own },
  );
}

function moduleFile(place: GitRequirement, own: OwnRepository): ReleaseFile {
  return {
    path: place.path.slice(place.path.lastIndexOf("/") + 1),
    url: rawFileUrl({ ...place, ref: own.fetchRef }),
    hash: null,
    immutable: own.pinned,
  };
}

/** The one commit that all the refs stand for. @throws `version-conflict` when they do not stand for one */
async function commitOf(
  place: GitRequirement,
  refs: readonly string[],
  search: Search,
): Promise<string | null> {
  if (refs.length < 2) return search.pin ? findCommit(place, search.context) : null;
  const commits = await Promise.all(refs.map((ref) => findCommit({ ...place, ref }, search.context)));
  const [first = null] = commits;
  if (first !== null && commits.every((commit) => commit === first)) return first;
  throw new UpyError("version-conflict", `${packageKey(place)} is wanted at ${refs.join(" and at ")}`, {
    hint: "Ask for one branch, tag or commit only.",
  });
}

function fromPackageJson(
  content: Uint8Array,
  { name, origin }: Pick<PackageRelease, "name" | "origin">,
  base: PackageBase,
): PackageRelease {
  const parsed = parsePackageJson(content, base.what);
  const { version, dependencies } = parsed;
  return { name, version, origin, dependencies, files: releaseFiles(parsed, base) };
}

function isModule(path: string): boolean {
  return /\.m?py$/.test(path);
}

/** A path of a package.json is part of an address: "a%20b.py" is the file "a b.py". What is no escape is as it stands. */
function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function isGit(requirement: Requirement): requirement is GitRequirement {
  return requirement.type === "git";
}

/** Joined and normalised; starts with "../" when it leads out. */
function joinPath(folder: string, file: string): string {
  const segments: string[] = [];
  for (const segment of `${folder}/${file}`.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === ".." && segments.length > 0 && segments.at(-1) !== "..") segments.pop();
    else segments.push(segment);
  }
  return segments.join("/");
}
