// `circup install`: libraries by name or from a requirements.txt, with all that they need.

import { exclusively } from "../../install/exclusive-target.js";
import { createMemoryCache } from "../../sources/memory-cache.js";
import type { Requirement } from "../../specs/requirement.js";
import type { Target } from "../../targets/target.js";
import { surveyLibraries } from "../libraries/survey-libraries.js";
import { applyLibraryPlan, type LibraryReport, type ReportProgress } from "./apply-library-plan.js";
import type { LibraryPlan } from "./library-plan.js";
import type { ChangeOptions } from "./options.js";
import { type ChangeRequest, planChange, requestedNames, resolveChange } from "./plan-change.js";
import { canonicalName, canonicalRequirement } from "../libraries/requests.js";

/** What {@link planLibraryInstall} takes. */
export interface LibraryInstallOptions extends ChangeOptions {
  /** Take the newest versions that fit, also of what is installed already. Default false. */
  readonly upgrade?: boolean | undefined;
  /** Names of libraries that are installed again although they are there: they miss pieces. */
  readonly reinstall?: readonly string[] | undefined;
  /** Take whatever versions the bundles have, as circup does with a requirements.txt. Default false. */
  readonly ignoreVersions?: boolean | undefined;
  /** Install what is asked for although the firmware has it. Default true; what those need is never doubled. */
  readonly overFirmware?: boolean | undefined;
}

/**
 * What installing libraries would do. Names are taken as people write them: module, package or PyPI's. What is
 * installed in a version that fits stays as it is. Touches nothing.
 * @throws `not-found`, `version-conflict`, `interrupted-install`, and what `resolve`, target and bundles throw
 */
export function planLibraryInstall(
  on: Target,
  requests: readonly (string | Requirement)[],
  options: LibraryInstallOptions,
): Promise<LibraryPlan> {
  return exclusively(on, options, async (target) => {
    const cached = { ...options, cache: options.cache ?? createMemoryCache() };
    const survey = await surveyLibraries(target, cached);
    const request = requestOf(requests, options);
    return planChange(target, survey, await resolveChange(survey, request, cached), cached);
  });
}

function requestOf(
  requests: readonly (string | Requirement)[],
  { bundles, upgrade, reinstall = [], ignoreVersions, overFirmware }: LibraryInstallOptions,
): ChangeRequest {
  const exact = requests.map((one) => canonicalRequirement(one, bundles));
  const requirements = ignoreVersions === true ? exact.map(anyVersion) : exact;
  const names = requestedNames(requirements);
  return {
    requirements,
    changing: upgrade === true ? "all" : new Set(reinstall.map((name) => canonicalName(name, bundles))),
    asked: overFirmware === false ? new Set() : names,
    roots: names,
  };
}

function anyVersion(requirement: Requirement): Requirement {
  return requirement.type === "name" ? { ...requirement, specifier: "" } : requirement;
}

/** Installs libraries: {@link planLibraryInstall} and `applyLibraryPlan` in one call. */
export function installLibraries(
  on: Target,
  requests: readonly (string | Requirement)[],
  options: Omit<LibraryInstallOptions, "onProgress"> & ReportProgress,
): Promise<LibraryReport> {
  return exclusively(on, options, async (target) => {
    const cached = { ...options, cache: options.cache ?? createMemoryCache() };
    return applyLibraryPlan(await planLibraryInstall(target, requests, cached), target, cached);
  });
}
