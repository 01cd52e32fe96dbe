// The parts of a plan that follow from its verdicts: what goes away, which directories come and go, what becomes of
// each package, and the record afterwards. Pure.

import type { Situation, Verdict } from "./classify.js";
import type { Intent, PlanContext } from "./build-plan.js";
import { directoriesOf, joinPath } from "./paths.js";
import { isWritten, type PlannedLeft, type PlannedPackage, type PlannedRemoval } from "./plan.js";
import type { InstallRecord, RecordedFile, RecordedPackage } from "./record.js";

/** Which files of the leaving packages go away, and which stay because the user changed them. */
export function planLeaving(
  intent: Intent,
  verdicts: readonly Verdict[],
  { root, hashAt }: Situation,
): { removals: PlannedRemoval[]; left: PlannedLeft[] } {
  const keepers = new Set([
    ...intent.staying.flatMap((one) => one.files.map((file) => file.path)),
    ...verdicts.flatMap(({ file }) => [file.path, ...(file.replaces === undefined ? [] : [file.replaces])]),
  ]);
  const removals: PlannedRemoval[] = [];
  const left: PlannedLeft[] = [];
  for (const [path, owners] of ownersByPath(intent.leaving)) {
    const sha256 = hashAt(joinPath(root, path));
    if (keepers.has(path) || sha256 === null) continue;
    const packages = owners.map((owner) => owner.name);
    const recorded = owners.find((owner) => owner.file.sha256 === sha256)?.file;
    if (recorded !== undefined || intent.force === true) {
      removals.push({ path, size: recorded?.size ?? 0, sha256, packages });
    } else left.push({ path, packages });
  }
  return { removals, left };
}

function ownersByPath(
  packages: readonly RecordedPackage[],
): Map<string, { name: string; file: RecordedFile }[]> {
  const owners = new Map<string, { name: string; file: RecordedFile }[]>();
  for (const { name, files } of packages) {
    for (const file of files) owners.set(file.path, [...(owners.get(file.path) ?? []), { name, file }]);
  }
  return new Map([...owners].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Which directories are made and removed, and which the record lists as made by installs. */
export function planDirectories(
  intent: Intent,
  verdicts: readonly Verdict[],
  { survey, target }: PlanContext,
): { makes: string[]; unmakes: string[]; owned: string[] } {
  const written = verdicts.filter(({ file }) => isWritten(file)).map(({ file }) => file.path);
  const isMissing = (path: string) =>
    survey.at(path === "" ? survey.root : joinPath(survey.root, path)) === null;
  const wanted = written.length > 0 ? ["", ...directoriesOf(written)] : [];
  const makes = target.fs.hasDirectories ? wanted.filter(isMissing) : [];
  const paths = [
    ...verdicts.map(({ file }) => file.path),
    ...intent.staying.flatMap((one) => one.files.map((file) => file.path)),
  ];
  const needed = new Set(paths.length > 0 ? ["", ...directoriesOf(paths)] : []);
  const own = [...new Set([...survey.record.directories, ...makes])];
  const unmakes = own
    .filter((path) => !needed.has(path))
    .sort()
    .reverse();
  return { makes, unmakes, owned: own.filter((path) => needed.has(path)).sort() };
}

/** The record when all is done. */
export function recordAfter(
  intent: Intent,
  verdicts: readonly Verdict[],
  directories: readonly string[],
): InstallRecord {
  const arriving = intent.arriving.map(({ name, version, origin, dependencies }) => ({
    name,
    version,
    origin,
    dependencies,
    files: verdicts.filter(({ file }) => file.packages.includes(name)).map(({ recorded }) => recorded),
  }));
  const packages = [...intent.staying, ...arriving].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { version: 1, roots: intent.roots, packages, directories };
}

/** What becomes of each package, those that stay included. */
export function planPackages(intent: Intent, record: InstallRecord): PlannedPackage[] {
  const before = new Map(record.packages.map((one) => [one.name, one.version]));
  const arriving = intent.arriving.map(({ name, version }): PlannedPackage => {
    const previousVersion = before.get(name) ?? null;
    const action = !before.has(name) ? "install" : previousVersion === version ? "keep" : "replace";
    return { name, version, previousVersion, action };
  });
  const names = new Set(intent.arriving.map((one) => one.name));
  const staying = intent.staying.map(({ name, version }): PlannedPackage => ({
    name,
    version,
    previousVersion: version,
    action: "keep",
  }));
  const leaving = intent.leaving
    .filter(({ name }) => !names.has(name))
    .map(({ name, version }): PlannedPackage => ({
      name,
      version: null,
      previousVersion: version,
      action: "remove",
    }));
  return [...arriving, ...staying, ...leaving].sort((a, b) => (a.name < b.name ? -1 : 1));
}
