// Puts a plan together: what the packages want, what is there, who leaves. Install, uninstall and adopt all end here,
// so that one transaction carries out all three. Reads the target (hashes, space), writes nothing.

import type { Environment } from "../environment.js";
import type { LockedPackage, RequestedPackage } from "../resolve/resolution.js";
import type { Target } from "../targets/target.js";
import { classify, type Situation, type Verdict } from "./classify.js";
import { fetchContents } from "./contents.js";
import { mpyComplaint, mpyHeader } from "./mpy-check.js";
import type { PlanOptions } from "./options.js";
import { joinPath } from "./paths.js";
import { planDirectories, planLeaving, planPackages, recordAfter } from "./plan-parts.js";
import { possibleBases } from "./places.js";
import { type IncompatibleFile, isWritten, type Plan, type PlannedFile } from "./plan.js";
import { planShadows } from "./plan-shadows.js";
import { planSpace } from "./plan-space.js";
import type { RecordedPackage } from "./record.js";
import type { Survey } from "./survey.js";
import type { Wanted } from "./wanted.js";

/** What is to become of the packages of a root. */
export interface Intent {
  readonly wanted: Wanted;
  /** Packages that come or are replaced. */
  readonly arriving: readonly LockedPackage[];
  readonly staying: readonly RecordedPackage[];
  /** Packages that are replaced or removed, as they are now. */
  readonly leaving: readonly RecordedPackage[];
  readonly roots: readonly RequestedPackage[];
  /** Remove files too that the user changed. */
  readonly force?: boolean | undefined;
  /** Whether the headers of .mpy files are read, for which they are fetched. */
  readonly inspects: boolean;
}

/** Where and with what. */
export interface PlanContext {
  readonly target: Target;
  readonly environment: Environment;
  readonly survey: Survey;
}

/** Makes the plan of an intent. */
export async function buildPlan(intent: Intent, context: PlanContext, options: PlanOptions): Promise<Plan> {
  const { survey, target, environment } = context;
  const situation = await situationOf(intent, context, options);
  const classified = intent.wanted.files.map((wanted) => classify(wanted, situation));
  const files = classified.map((verdict) => verdict.file);
  const written = await writtenMpy(intent, files, options);
  const verdicts = classified.map((verdict) => withHeader(verdict, written));
  const { removals, left } = planLeaving(intent, verdicts, situation);
  const { makes, unmakes, owned } = planDirectories(intent, verdicts, context);
  const record = recordAfter(intent, verdicts, owned);
  const outcome = { files, removals, makes, unmakes, record };
  const space = await target.fs.space(survey.root, { signal: options.signal });
  return {
    version: 1,
    target: target.name,
    root: survey.root,
    base: unmakes.includes("") ? (possibleBases(survey.root)[1] ?? survey.base) : survey.base,
    ...outcome,
    left,
    packages: planPackages(intent, survey.record),
    conflicts: verdicts.flatMap((verdict) => verdict.conflict ?? []),
    incompatible: intent.inspects ? incompatibleFiles(verdicts, environment) : [],
    fallbacks: intent.wanted.fallbacks,
    shadows: planShadows({ files, removed: removals.map((file) => file.path), unmakes }, survey, environment),
    space: planSpace(outcome, space),
    bytes: plannedBytes(outcome),
    basis: {
      recordSha256: survey.recordSha256,
      environment: { implementation: environment.implementation, mpy: environment.mpy },
    },
  };
}

async function situationOf(intent: Intent, context: PlanContext, options: PlanOptions): Promise<Situation> {
  const { survey, target } = context;
  const { onConflict = "refuse" } = options;
  const existing = intent.wanted.files.filter(
    (file) => survey.at(joinPath(survey.root, file.path))?.type === "file",
  );
  const leaving = intent.leaving.flatMap((one) => one.files);
  const paths = [...new Set([...existing, ...leaving].map((file) => joinPath(survey.root, file.path)))];
  const hashes = paths.length === 0 ? [] : await target.fs.hashFiles(paths, { signal: options.signal });
  const known = new Map(paths.map((path, index) => [path, hashes[index] ?? null]));
  return {
    root: survey.root,
    at: survey.at,
    hashAt: (path) => known.get(path) ?? null,
    staying: intent.staying,
    leaving: intent.leaving,
    decide: (conflict) => (typeof onConflict === "function" ? onConflict(conflict) : onConflict),
  };
}

/** The .mpy files that would be written, by path, as far as they are looked into. */
async function writtenMpy(
  { wanted, inspects }: Intent,
  files: readonly PlannedFile[],
  options: PlanOptions,
): Promise<ReadonlyMap<string, Uint8Array | undefined>> {
  const written = files.filter((file) => isWritten(file) && file.path.endsWith(".mpy"));
  const foreign = inspects ? written.filter((file) => !file.compiled).map((file) => file.locked) : [];
  const contents = await fetchContents(foreign, options);
  return new Map(
    written.map(({ path, compiled, locked }) => [
      path,
      compiled ? wanted.compiled.get(path) : contents.get(locked.sha256),
    ]),
  );
}

/** The record lists how an .mpy file starts. */
function withHeader(verdict: Verdict, written: ReadonlyMap<string, Uint8Array | undefined>): Verdict {
  const { path } = verdict.file;
  const header = mpyHeader(path, written.get(path));
  return header === undefined ? verdict : { ...verdict, recorded: { ...verdict.recorded, header } };
}

/** What the board cannot load is told now: of what would be written, and of what is there from another firmware. */
function incompatibleFiles(verdicts: readonly Verdict[], environment: Environment): IncompatibleFile[] {
  // What the user put there instead of what was installed is not known.
  const known = verdicts.filter(({ file }) => file.action !== "kept");
  return known.flatMap(({ file: { path, packages }, recorded }) => {
    const message = mpyComplaint(recorded.header, environment);
    return message === null ? [] : [{ path, packages, message }];
  });
}

function plannedBytes({ files, removals }: Pick<Plan, "files" | "removals">): Plan["bytes"] {
  const written = files.filter(isWritten);
  return {
    written: sum(written.map((file) => file.size)),
    removed: sum([...removals.map((file) => file.size), ...written.map((file) => file.previous?.size ?? 0)]),
  };
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
