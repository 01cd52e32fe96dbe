// Which version of a distribution is taken, and which file of it. Versions compare by PEP 440; yanked ones by PEP 592.

import { exactVersion, pickVersion } from "../specs/specifier.js";
import type { IndexFile, IndexProject } from "./project-json.js";

/** A version and its source distribution. */
export interface ChosenVersion {
  readonly version: string;
  readonly file: IndexFile;
}

/** Versions by what can be done with them. */
export interface Versions {
  readonly usable: ReadonlyMap<string, IndexFile>;
  readonly yanked: ReadonlyMap<string, IndexFile>;
  /** Without a source distribution. */
  readonly others: readonly string[];
}

/** Sorts the versions of a project. */
export function sortVersions(project: IndexProject): Versions {
  const releases = project.releases ?? new Map([[project.latest, project.files ?? []]]);
  const usable = new Map<string, IndexFile>();
  const yanked = new Map<string, IndexFile>();
  const others: string[] = [];
  for (const [version, files] of releases) {
    const file = files.find(isSdist);
    if (file === undefined) others.push(version);
    else (file.yanked ? yanked : usable).set(version, file);
  }
  return { usable, yanked, others };
}

/**
 * The version that satisfies every one of `specifiers`: the highest; without any, the one that the index calls the newest.
 * A yanked one only when a specifier names it. Null when there is none.
 */
export function chooseVersion(
  project: IndexProject,
  { usable, yanked }: Versions,
  specifiers: readonly string[],
): ChosenVersion | null {
  const newest = specifiers.length === 0 && usable.has(project.latest) ? project.latest : null;
  const version = newest ?? pickVersion([...usable.keys()], specifiers);
  const file = usable.get(version ?? "");
  if (version !== null && file !== undefined) return { version, file };
  if (!specifiers.some((specifier) => exactVersion(specifier) !== null)) return null;
  const pinned = pickVersion([...yanked.keys()], specifiers);
  const yankedFile = yanked.get(pinned ?? "");
  return pinned === null || yankedFile === undefined ? null : { version: pinned, file: yankedFile };
}

function isSdist({ type, url }: IndexFile): boolean {
  return (type === null || type === "sdist") && /\.(tar\.gz|tgz)$/i.test(url.replace(/[?#].*$/s, ""));
}
