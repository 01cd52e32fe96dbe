// Records the files of libraries that people copied to a target, so that one transaction can replace or remove them:
// nothing is lost that nobody listed. A source that no bundle has may be somebody's own work; it is not taken.

import { sha256 } from "../../sha256.js";
import { directoriesOf, isInstallPath, joinPath } from "../../install/paths.js";
import { recordPlace } from "../../install/places.js";
import type { Plan } from "../../install/plan.js";
import { planInstall } from "../../install/plan-install.js";
import { formatRecord } from "../../install/record.js";
import type { LockedPackage } from "../../resolve/resolution.js";
import type { Target, TargetCallOptions } from "../../targets/target.js";
import { isPython } from "../libraries/find-libraries.js";
import { publicPart } from "../libraries/list-libraries.js";
import type { InstalledLibrary, SurveyedLibrary } from "../libraries/library.js";
import type { LibrarySurvey } from "../libraries/survey-libraries.js";

/** Whether sources in a library that no bundle has are replaced or removed like the rest of it; asked with their absolute paths. */
export type ReplacePolicy = boolean | ((library: InstalledLibrary, files: readonly string[]) => boolean);

/** Which files of a library become its own, and which stand in the way. */
export interface Claim {
  readonly library: SurveyedLibrary;
  /** Below the root. */
  readonly files: readonly string[];
  /** Sources that may be somebody's own work; absolute. */
  readonly blocked: readonly string[];
}

/** What of an unrecorded library may be replaced: compiled files, the bundle's files, and with consent the rest. */
export async function claim(
  library: SurveyedLibrary,
  root: string,
  replace: ReplacePolicy = false,
): Promise<Claim> {
  const { found } = library;
  const { matching } = await library.match();
  const paths = found.files.map((file) => file.path).filter(isInstallPath);
  const sizes = new Map(found.files.map((file) => [file.path, file.size]));
  const isPlain = (path: string) => matching.has(path) || /\.mpy$/i.test(path) || isEmptyInit(path, sizes);
  const plain = paths.filter(isPlain);
  const doubtful = paths.filter((path) => isPython(path) && !plain.includes(path));
  const absolute = doubtful.map((path) => joinPath(root, path));
  const consents =
    doubtful.length === 0 ||
    (typeof replace === "function" ? replace(publicPart(library), absolute) : replace);
  const files = consents ? [...plain, ...doubtful] : plain;
  const droppings = found.droppings
    .map((file) => file.path)
    .filter((path) => files.includes(path.replace(/(^|\/)\._/, "$1")) && isInstallPath(path));
  return { library, files: [...files, ...droppings].sort(), blocked: consents ? [] : absolute };
}

/** What a question that takes time is answered with yes for. */
export async function filterAsync<T>(items: readonly T[], ask: (item: T) => Promise<boolean>): Promise<T[]> {
  const answers = await Promise.all(items.map(ask));
  return items.filter((_, index) => answers[index]);
}

/** Bundles have empty `__init__.py` files beside compiled ones. */
function isEmptyInit(path: string, sizes: ReadonlyMap<string, number>): boolean {
  return path.endsWith("/__init__.py") && sizes.get(path) === 0;
}

/** The plan that records the files claimed; null when there are none. */
export async function planAdoption(
  target: Target,
  { root, record, environment, libraries }: LibrarySurvey,
  { claims, signal }: { readonly claims: readonly Claim[] } & TargetCallOptions,
): Promise<Plan | null> {
  const taken = claims.filter((one) => one.files.length > 0);
  if (taken.length === 0) return null;
  const names = new Set([...libraries.map(packageName), ...record.packages.map((one) => one.name)]);
  const hashes = await hashesOf(target, root, { claims: taken, signal });
  const packages = taken.map((one) => lockedPackage(one, { root, hashes, names }));
  const needed = new Set(record.packages.flatMap((one) => one.dependencies));
  const resolution = {
    environment: {
      implementation: environment.implementation,
      mpy: environment.mpy?.version ?? "py",
    } as const,
    roots: packages
      .filter((one) => !needed.has(one.name))
      .map((one) => ({ package: one.name, requirements: [one.name] })),
    packages: packages.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  const plan = await planInstall(resolution, target, { root, prune: false, mpy: "never", signal });
  const directories = directoriesOf(packages.flatMap((one) => one.files.map((file) => file.path)));
  const all = [...new Set([...plan.record.directories, ...directories])].sort();
  return { ...plan, record: { ...plan.record, directories: all } };
}

/** The name under which a library is recorded. */
export function packageName({ offer, record, name }: SurveyedLibrary): string {
  return record?.name ?? offer?.library.name ?? name;
}

/** By path below the root; in one call. */
async function hashesOf(
  target: Target,
  root: string,
  { claims, signal }: { readonly claims: readonly Claim[] } & TargetCallOptions,
): Promise<ReadonlyMap<string, string | null>> {
  const paths = claims.flatMap((one) => one.files);
  const hashes = await target.fs.hashFiles(
    paths.map((path) => joinPath(root, path)),
    { signal },
  );
  return new Map(paths.map((path, index) => [path, hashes[index] ?? null]));
}

interface Locking {
  readonly root: string;
  readonly hashes: ReadonlyMap<string, string | null>;
  readonly names: ReadonlySet<string>;
}

function lockedPackage({ library, files }: Claim, { root, hashes, names }: Locking): LockedPackage {
  const { found, version, offer } = library;
  const sizes = new Map([...found.files, ...found.droppings].map((file) => [file.path, file.size]));
  return {
    name: packageName(library),
    version,
    origin: { type: "local", path: joinPath(root, found.name) },
    dependencies: (offer?.library.dependencies ?? []).filter((name) => names.has(name)).sort(),
    files: files.flatMap((path) => {
      const hash = hashes.get(path) ?? null;
      const url = `installed:${joinPath(root, path)}`;
      return hash === null ? [] : [{ path, sha256: hash, size: sizes.get(path) ?? 0, url }];
    }),
  };
}

/** The target as it will be when `adoption` is carried out: another record, all else as it is. For planning only. */
export function adoptedTarget(target: Target, adoption: Plan | null): Target {
  if (adoption === null) return target;
  const { path } = recordPlace(adoption.root, target.fs.hasDirectories);
  const content = new TextEncoder().encode(formatRecord(adoption.record));
  const { fs } = target;
  return {
    name: target.name,
    environment: (options) => target.environment(options),
    fs: {
      hasDirectories: fs.hasDirectories,
      list: (directory, options) => fs.list(directory, options),
      walk: (directory, options) => fs.walk(directory, options),
      stat: async (paths, options) =>
        (await fs.stat(paths, options)).map((entry, index) =>
          paths[index] === path ? { path, type: "file", size: content.length } : entry,
        ),
      ...(fs.readFiles && {
        readFiles: (paths, options) => fs.readFiles?.(paths, options) ?? Promise.resolve([]),
      }),
      readFile: (file, options) => (file === path ? Promise.resolve(content) : fs.readFile(file, options)),
      hashFiles: async (paths, options) => {
        const hash = await sha256(content);
        return (await fs.hashFiles(paths, options)).map((other, index) =>
          paths[index] === path ? hash : other,
        );
      },
      writeFiles: (files, options) => fs.writeFiles(files, options),
      change: (changes, options) => fs.change(changes, options),
      space: (directory, options) => fs.space(directory, options),
    },
  };
}
