// From requirements to a plan on a target whose libraries are known: resolve, leave out what is there, adopt what is
// replaced, plan. Install and update both end here. Touches nothing.

import { bundleChain } from "../../bundles/bundle-chain.js";
import { foldCase } from "../../path-clash.js";
import type { ConflictPolicy, PlanConflict } from "../../install/plan.js";
import { planInstall } from "../../install/plan-install.js";
import type { Resolution } from "../../resolve/resolution.js";
import { resolve } from "../../resolve/resolve.js";
import { createMemoryCache } from "../../sources/memory-cache.js";
import { packageKey } from "../../specs/parse-requirement.js";
import type { Requirement } from "../../specs/requirement.js";
import type { Target } from "../../targets/target.js";
import type { SurveyedLibrary } from "../libraries/library.js";
import type { LibrarySurvey } from "../libraries/survey-libraries.js";
import { adoptedTarget, type Claim, claim, filterAsync, planAdoption } from "./adoption.js";
import { hold, type LibraryPlan } from "./library-plan.js";
import type { ChangeOptions } from "./options.js";
import { libraryKey, providedLibraries, type ProvidedSource, withoutProvided } from "./provided.js";

/** What is to change. */
export interface ChangeRequest {
  readonly requirements: readonly Requirement[];
  /** Names that are taken from the sources although they are installed; "all" for everything. */
  readonly changing: ReadonlySet<string> | "all";
  /** Names that are installed although the firmware has them. */
  readonly asked: ReadonlySet<string>;
  /** Names that stay until they are uninstalled; of the others, those that were asked for before. */
  readonly roots: ReadonlySet<string>;
}

/** A resolution of what really has to come, and what need not. */
export interface ResolvedChange {
  readonly resolution: Resolution;
  readonly source: ProvidedSource;
}

/** Resolves a request beside what is installed. @throws as `resolve` does */
export async function resolveChange(
  survey: LibrarySurvey,
  request: ChangeRequest,
  options: ChangeOptions,
): Promise<ResolvedChange> {
  const { libraries, record, environment } = survey;
  const { bundles, sources = [], py, onProgress } = options;
  const changing = request.changing === "all" ? everything(survey, bundles) : request.changing;
  const source = providedLibraries({ environment, libraries, bundles, changing, asked: request.asked });
  const whole = await resolve(request.requirements, {
    ...options,
    environment,
    sources: [source, bundleChain(bundles), ...sources],
    mpy: py !== true,
    onProgress: (progress) => onProgress?.({ type: "resolve", progress }),
  });
  const isRecorded = (name: string) => record.packages.some((one) => one.name === name);
  const resolution = withoutProvided(whole, source, isRecorded);
  const roots = resolution.roots.filter(
    (root) => request.roots.has(root.package) || record.roots.some((one) => one.package === root.package),
  );
  return { resolution: { ...resolution, roots }, source };
}

/** All names but those that only the firmware has. */
function everything({ libraries }: LibrarySurvey, bundles: ChangeOptions["bundles"]): ReadonlySet<string> {
  const offered = bundles.flatMap((bundle) => bundle.libraries.map((library) => library.name));
  const installed = new Set(libraries.map(libraryKey));
  return new Set(offered.filter((name) => installed.has(foldCase(name))));
}

/** The plan of a resolved change. */
export async function planChange(
  target: Target,
  survey: LibrarySurvey,
  { resolution, source }: ResolvedChange,
  options: ChangeOptions,
): Promise<LibraryPlan> {
  const { root, libraries } = survey;
  const { signal, py } = options;
  const replaced = replacedLibraries(resolution, survey);
  const claims = await Promise.all(replaced.map((one) => claim(one, root, options.replaceUnrecorded)));
  const adopted = [...claims, ...(await matchingClaims(source, survey))];
  const adoption = await planAdoption(target, survey, { claims: adopted, signal });
  const keepsOrphans = libraries.some((one) => one.record === null);
  const change = await planInstall(resolution, adoptedTarget(target, adoption), {
    ...options,
    mpy: py === true ? "never" : options.mpy,
    root,
    recover: false,
    signal,
    prune: options.prune ?? !keepsOrphans,
    onConflict: options.onConflict ?? replaceBytecode,
    cache: options.cache ?? createMemoryCache(),
  });
  const provided = [...source.used.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { adoption, change, provided, held: [], blocked: blockedOf(claims) };
}

/** Nobody writes bytecode by hand: what is not as it was installed is damaged, or was copied over. */
function replaceBytecode({ type, path }: PlanConflict): ConflictPolicy {
  return type === "modified" && path.endsWith(".mpy") ? "overwrite" : "refuse";
}

/** Unrecorded libraries on the target that packages of the resolution replace. */
function replacedLibraries(resolution: Resolution, { libraries }: LibrarySurvey): SurveyedLibrary[] {
  const arriving = new Set(resolution.packages.map((one) => foldCase(one.name)));
  return libraries.filter((one) => one.record === null && arriving.has(libraryKey(one)));
}

/** Libraries that were needed, are there, and are a bundle's release: they become recorded as they are. */
async function matchingClaims(
  { used }: ProvidedSource,
  { libraries, root }: LibrarySurvey,
): Promise<Claim[]> {
  const names = new Set(
    [...used.values()].filter(({ by }) => by === "installed").map(({ name }) => foldCase(name)),
  );
  const needed = libraries.filter((one) => one.record === null && names.has(libraryKey(one)));
  const releases = await filterAsync(needed, async (one) => (await one.match()).isRelease);
  return Promise.all(releases.map((one) => claim(one, root)));
}

/** What stands in the way of replacing libraries. */
export function blockedOf(claims: readonly Claim[]): LibraryPlan["blocked"] {
  return claims
    .filter((one) => one.blocked.length > 0)
    .map(({ library, blocked }) => hold(library, "own-files", { files: blocked }));
}

/** The names of requirements, as packages are known under. */
export function requestedNames(requirements: readonly Requirement[]): Set<string> {
  return new Set(requirements.map(packageKey));
}
