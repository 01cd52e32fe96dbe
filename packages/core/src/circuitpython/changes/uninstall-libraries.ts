// `circup uninstall`: takes libraries away, recorded or not, with what only they needed. What somebody may have written
// stays, unless the caller says otherwise.

import { UpyError } from "../../errors.js";
import { exclusively } from "../../install/exclusive-target.js";
import { foldCase } from "../../path-clash.js";
import type { Plan } from "../../install/plan.js";
import type { InstallRecord } from "../../install/record.js";
import { neededPackages } from "../../install/roots.js";
import { planUninstall, type PlanUninstallOptions } from "../../install/uninstall.js";
import type { Target } from "../../targets/target.js";
import type { SurveyedLibrary } from "../libraries/library.js";
import type { ReadProgress } from "../libraries/read-libraries.js";
import { type LibraryOptions, type LibrarySurvey, surveyLibraries } from "../libraries/survey-libraries.js";
import { adoptedTarget, claim, packageName, planAdoption, type ReplacePolicy } from "./adoption.js";
import { applyLibraryPlan, type LibraryReport, type ReportProgress } from "./apply-library-plan.js";
import { hold, type LibraryPlan } from "./library-plan.js";
import { blockedOf } from "./plan-change.js";
import { libraryKey } from "./provided.js";
import { canonicalName } from "../libraries/requests.js";

/** What {@link planLibraryUninstall} takes. */
export interface LibraryUninstallOptions
  extends LibraryOptions, Omit<PlanUninstallOptions, keyof LibraryOptions> {
  /** Whether sources that nobody recorded and no bundle has are removed with the rest of a library. Default false. */
  readonly replaceUnrecorded?: ReplacePolicy | undefined;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/**
 * What taking libraries away would do, under any of their names. One that nobody recorded goes when a bundle has it, with
 * its compiled files and those that are the bundle's; `force` takes one away that no bundle has.
 * @throws `not-found` (not installed, or in no bundle), `conflict` (another library needs it), `interrupted-install`
 */
export function planLibraryUninstall(
  on: Target,
  names: readonly string[],
  options: LibraryUninstallOptions,
): Promise<LibraryPlan> {
  return exclusively(on, options, async (target) => {
    const survey = await surveyLibraries(target, options);
    const leaving = names.map((name) => findLeaving(name, survey, options));
    refuseNeeded(leaving, survey, options);
    const unrecorded = leaving.flatMap(({ library }) => (library?.record === null ? [library] : []));
    const replace = options.force === true ? true : options.replaceUnrecorded;
    const claims = await Promise.all(unrecorded.map((library) => claim(library, survey.root, replace)));
    const adoption = await planAdoption(target, survey, { claims, signal: options.signal });
    const packages = leaving.map((one) => one.name);
    const empty = claims.filter((one) => one.files.length === 0).map((one) => packageName(one.library));
    const gone = packages.filter((name) => !empty.includes(name));
    const change = await planRemoval(adoptedTarget(target, adoption), gone, { survey, leaving, options });
    const held = orphans(change, survey, leaving);
    return { adoption, change, provided: [], held, blocked: blockedOf(claims) };
  });
}

/** Takes libraries away: {@link planLibraryUninstall} and `applyLibraryPlan` in one call. */
export function uninstallLibraries(
  on: Target,
  names: readonly string[],
  options: Omit<LibraryUninstallOptions, "onProgress"> & ReportProgress,
): Promise<LibraryReport> {
  return exclusively(on, options, async (target) =>
    applyLibraryPlan(await planLibraryUninstall(target, names, options), target, options),
  );
}

/** A package that goes, and what of it is on the target. */
interface Leaving {
  readonly name: string;
  readonly library: SurveyedLibrary | null;
}

function findLeaving(
  name: string,
  { libraries, record }: LibrarySurvey,
  options: LibraryUninstallOptions,
): Leaving {
  const canonical = canonicalName(name, options.bundles);
  const keys = [name, canonical].map(foldCase);
  const library = libraries.find(
    (one) => keys.includes(libraryKey(one)) || keys.includes(foldCase(one.name)),
  );
  const recorded = record.packages.find((one) => keys.includes(foldCase(one.name)));
  if (library?.record === null && recorded === undefined) return unrecordedLeaving(library, options);
  const found = recorded?.name ?? library?.record?.name;
  if (found === undefined) throw new UpyError("not-found", `${name} is not installed.`);
  return { name: found, library: library ?? null };
}

function unrecordedLeaving(library: SurveyedLibrary, { force }: LibraryUninstallOptions): Leaving {
  if (library.offer !== null || force === true) return { name: packageName(library), library };
  throw new UpyError(
    "not-found",
    `${library.name} is in no bundle, and nobody recorded it: it may be your own.`,
    {
      hint: "Delete it yourself, or pass force: true.",
    },
  );
}

/** A library that somebody copied there may need what goes; the record does not know. */
function refuseNeeded(
  leaving: readonly Leaving[],
  { libraries }: LibrarySurvey,
  { force }: LibraryUninstallOptions,
): void {
  if (force === true) return;
  const gone = new Set(leaving.map((one) => one.name));
  const staying = libraries.filter((one) => one.record === null && !gone.has(packageName(one)));
  for (const { name, offer } of staying) {
    const needed = offer?.library.dependencies.find((dependency) => gone.has(dependency));
    if (needed === undefined) continue;
    throw new UpyError("conflict", `${needed} is needed by ${name}.`, {
      hint: `Uninstall ${name} too, or pass force: true.`,
    });
  }
}

interface Removal {
  readonly survey: LibrarySurvey;
  readonly leaving: readonly Leaving[];
  readonly options: LibraryUninstallOptions;
}

/** The plan of an uninstall that takes no orphan which an unrecorded library needs. */
async function planRemoval(
  target: Target,
  names: readonly string[],
  { survey, leaving, options }: Removal,
): Promise<Plan> {
  const { force, prune, signal } = options;
  const base = { root: survey.root, force, signal };
  const plan = await planUninstall(target, names, { ...base, prune });
  const removed = plan.packages.filter((one) => one.action === "remove").map((one) => one.name);
  const kept = neededByUnrecorded(survey, leaving);
  const spared = new Set(removed.filter((name) => kept.has(name) && !names.includes(name)));
  if (spared.size === 0) return plan;
  return planUninstall(
    target,
    removed.filter((name) => !spared.has(name)),
    { ...base, prune: false },
  );
}

function neededByUnrecorded({ libraries, record }: LibrarySurvey, leaving: readonly Leaving[]): Set<string> {
  const gone = new Set(leaving.map((one) => one.name));
  const staying = libraries.filter((one) => one.record === null && !gone.has(packageName(one)));
  return neededPackages(
    staying.flatMap((one) => one.offer?.library.dependencies ?? []),
    allPackages(libraries, record),
  );
}

function allPackages(
  libraries: readonly SurveyedLibrary[],
  record: InstallRecord,
): { name: string; dependencies: readonly string[] }[] {
  const unrecorded = libraries.filter((one) => one.record === null);
  return [
    ...record.packages,
    ...unrecorded.map((one) => ({
      name: packageName(one),
      dependencies: one.offer?.library.dependencies ?? [],
    })),
  ];
}

/** Unrecorded libraries that only what goes needed. They stay: who copied them there may import them. */
function orphans(
  change: Plan,
  { libraries, record }: LibrarySurvey,
  leaving: readonly Leaving[],
): LibraryPlan["held"] {
  const all = allPackages(libraries, record);
  const removed = new Set(change.packages.filter((one) => one.action === "remove").map((one) => one.name));
  const candidates = neededPackages([...removed], all);
  const staying = all.filter((one) => !removed.has(one.name));
  const needed = new Set(staying.flatMap((one) => [...neededPackages(one.dependencies, staying)]));
  return libraries
    .filter((one) => one.record === null && !leaving.some(({ library }) => library === one))
    .filter((one) => candidates.has(packageName(one)) && !needed.has(packageName(one)))
    .map((one) => hold(one, "orphan"));
}
