// `circup update`: newer versions of what is installed, and of what those need. Updates to another major version are
// made when the caller agrees.

import { UpyError } from "../../errors.js";
import { exclusively } from "../../install/exclusive-target.js";
import { foldCase } from "../../path-clash.js";
import { neededPackages } from "../../install/roots.js";
import { createMemoryCache } from "../../sources/memory-cache.js";
import type { Target } from "../../targets/target.js";
import { publicPart } from "../libraries/list-libraries.js";
import type { InstalledLibrary, SurveyedLibrary } from "../libraries/library.js";
import { type LibrarySurvey, surveyLibraries } from "../libraries/survey-libraries.js";
import { versionStep } from "../versions/compare-versions.js";
import { claim, packageName } from "./adoption.js";
import { applyLibraryPlan, type LibraryReport, type ReportProgress } from "./apply-library-plan.js";
import { type HeldLibrary, hold, type LibraryPlan } from "./library-plan.js";
import type { ChangeOptions } from "./options.js";
import { planChange, resolveChange, type ResolvedChange } from "./plan-change.js";
import { libraryKey } from "./provided.js";
import { canonicalName } from "../libraries/requests.js";

/** Whether to update a library to another major version: its first number changes, and code may break. */
export type MajorUpdatePolicy = boolean | ((library: InstalledLibrary) => boolean | Promise<boolean>);

/** What {@link planLibraryUpdate} takes. */
export interface LibraryUpdateOptions extends ChangeOptions {
  /** Default false: such libraries stay, and are told. What the board cannot load at all is updated anyway. */
  readonly onMajorUpdate?: MajorUpdatePolicy | undefined;
}

/**
 * What updating libraries would do: `names`, or all. What is damaged, or cannot be loaded by the board, counts as old.
 * Touches nothing.
 * @throws `not-found` when a name is not installed, and as `planLibraryInstall` does
 */
export function planLibraryUpdate(
  on: Target,
  names: readonly string[] | "all",
  options: LibraryUpdateOptions,
): Promise<LibraryPlan> {
  return exclusively(on, options, async (target) => {
    const cached = { ...options, cache: options.cache ?? createMemoryCache() };
    const survey = await surveyLibraries(target, cached);
    const update = new Update(survey, cached);
    await update.choose(names === "all" ? survey.libraries : named(survey, names, cached));
    const plan = await planChange(target, survey, await update.resolve(), cached);
    return { ...plan, held: update.held };
  });
}

/** Updates libraries: {@link planLibraryUpdate} and `applyLibraryPlan` in one call. */
export function updateLibraries(
  on: Target,
  names: readonly string[] | "all",
  options: Omit<LibraryUpdateOptions, "onProgress"> & ReportProgress,
): Promise<LibraryReport> {
  return exclusively(on, options, async (target) => {
    const cached = { ...options, cache: options.cache ?? createMemoryCache() };
    return applyLibraryPlan(await planLibraryUpdate(target, names, cached), target, cached);
  });
}

function named(
  { libraries }: LibrarySurvey,
  names: readonly string[],
  { bundles }: ChangeOptions,
): SurveyedLibrary[] {
  return names.map((name) => {
    const key = foldCase(canonicalName(name, bundles));
    const found = libraries.find((one) => libraryKey(one) === key || foldCase(one.name) === foldCase(name));
    if (found === undefined) throw new UpyError("not-found", `${name} is not installed.`);
    return found;
  });
}

/** Chooses what is updated, and takes back what turns out to need what the caller does not want. */
class Update {
  readonly held: HeldLibrary[] = [];
  readonly #chosen = new Map<string, SurveyedLibrary>();
  readonly #survey: LibrarySurvey;
  readonly #options: LibraryUpdateOptions;

  constructor(survey: LibrarySurvey, options: LibraryUpdateOptions) {
    this.#survey = survey;
    this.#options = options;
  }

  async choose(libraries: readonly SurveyedLibrary[]): Promise<void> {
    for (const library of libraries) {
      const reason = await this.#reasonAgainst(library);
      if (reason === null) this.#chosen.set(library.offer?.library.name ?? library.name, library);
      else if (reason !== "current") this.held.push(reason);
    }
  }

  async #reasonAgainst(library: SurveyedLibrary): Promise<HeldLibrary | "current" | null> {
    if (library.offer === null) return hold(library, "not-in-bundle");
    if (library.status === "current") return "current";
    const files = await this.#ownFiles(library);
    if (files.length > 0) return hold(library, "own-files", { files });
    if (library.status !== "major-update" || (await this.#agrees(library))) return null;
    return hold(library, "major-update");
  }

  /** Absolute paths of sources that somebody may have written or changed, and did not agree to lose. */
  async #ownFiles(library: SurveyedLibrary): Promise<readonly string[]> {
    const { replaceUnrecorded, onConflict } = this.#options;
    if (library.record === null) return (await claim(library, this.#survey.root, replaceUnrecorded)).blocked;
    const changed = library.problems.filter(({ type, path }) => type === "changed" && !path.endsWith(".mpy"));
    return onConflict === undefined ? changed.map((problem) => problem.path) : [];
  }

  async #agrees(library: SurveyedLibrary): Promise<boolean> {
    const { onMajorUpdate = false } = this.#options;
    return typeof onMajorUpdate === "function" ? onMajorUpdate(publicPart(library)) : onMajorUpdate;
  }

  async resolve(): Promise<ResolvedChange> {
    const answers = new Map<SurveyedLibrary, boolean>();
    for (;;) {
      const names = new Set(this.#chosen.keys());
      const requirements = [...names].map((name) => ({ type: "name", name, specifier: "" }) as const);
      const roots = new Set([...this.#chosen].filter(([, one]) => one.record === null).map(([name]) => name));
      const request = { requirements, changing: names, asked: names, roots };
      const resolved = await resolveChange(this.#survey, request, this.#options);
      const unwanted = await this.#unwantedMajor(resolved, answers);
      if (unwanted === null) return resolved;
      this.#holdDependents(resolved, unwanted);
    }
  }

  /** A dependency that would be updated to another major version, and must not be. */
  async #unwantedMajor(
    { resolution }: ResolvedChange,
    answers: Map<SurveyedLibrary, boolean>,
  ): Promise<SurveyedLibrary | null> {
    for (const { name, version } of resolution.packages) {
      const library = this.#survey.libraries.find((one) => libraryKey(one) === foldCase(name));
      if (library === undefined || this.#chosen.has(name)) continue;
      if (versionStep(library.version, version) !== "major") continue;
      const answer = answers.get(library) ?? (await this.#agrees(library));
      answers.set(library, answer);
      if (!answer) return library;
    }
    return null;
  }

  #holdDependents({ resolution }: ResolvedChange, unwanted: SurveyedLibrary): void {
    const key = libraryKey(unwanted);
    const before = this.#chosen.size;
    for (const [name, library] of [...this.#chosen]) {
      const needed = neededPackages([name], resolution.packages);
      if (![...needed].some((one) => foldCase(one) === key)) continue;
      this.#chosen.delete(name);
      this.held.push(hold(library, "needs-major-update", { other: packageName(unwanted) }));
    }
    if (this.#chosen.size === before)
      throw new UpyError("version-conflict", `An update of ${unwanted.name} is needed, and not wanted.`);
  }
}
