// Records what people copied to a target by hand, where a bundle has the very same files. Writes nothing but the record.

import { applyPlan } from "../../install/apply-plan.js";
import { exclusively } from "../../install/exclusive-target.js";
import type { Target } from "../../targets/target.js";
import { type ListLibrariesOptions } from "../libraries/list-libraries.js";
import { surveyLibraries } from "../libraries/survey-libraries.js";
import { claim, filterAsync, packageName, planAdoption } from "./adoption.js";

/** What {@link adoptLibraries} did. */
export interface LibraryAdoption {
  /** Libraries that are recorded now. */
  readonly adopted: readonly string[];
  /** Libraries that are not recorded still: no bundle has these files. */
  readonly unknown: readonly string[];
}

/** Records every library whose files are, byte for byte, a bundle's. @throws as `listLibraries` and `applyPlan` do */
export function adoptLibraries(on: Target, options: ListLibrariesOptions): Promise<LibraryAdoption> {
  return exclusively(on, options, async (target) => {
    const survey = await surveyLibraries(target, options);
    const unrecorded = survey.libraries.filter((one) => one.record === null);
    const releases = await filterAsync(unrecorded, async (one) => (await one.match()).isRelease);
    const claims = await Promise.all(releases.map((one) => claim(one, survey.root)));
    const plan = await planAdoption(target, survey, { claims, signal: options.signal });
    if (plan !== null) await applyPlan(plan, target, { signal: options.signal });
    return {
      adopted: releases.map(packageName),
      unknown: unrecorded.filter((one) => !releases.includes(one)).map((one) => one.name),
    };
  });
}
