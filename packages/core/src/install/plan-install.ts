// From a resolution to a plan: what installing it on a target would do. Touches nothing.

import type { Resolution } from "../resolve/resolution.js";
import type { Target } from "../targets/target.js";
import { buildPlan, type Intent } from "./build-plan.js";
import { checkResolution, placeIn } from "./check-resolution.js";
import { compiledPath } from "./contents.js";
import { rememberTarget } from "./known-target.js";
import type { PlanOptions, RootOptions } from "./options.js";
import { isWritten, type Plan } from "./plan.js";
import { shadowProbes } from "./plan-shadows.js";
import type { InstallRecord } from "./record.js";
import { mergeRoots, neededPackages } from "./roots.js";
import { surveyTarget } from "./survey.js";
import { mpyPolicy, wantedFiles, type Wanted } from "./wanted.js";

/**
 * What installing `resolution` on `target` would do. Touches nothing (but with `recover: true`, which finishes or
 * undoes an interrupted install first). Conflicts, files the board cannot load and want of space do not make it
 * reject: they are in the plan, and `applyPlan` refuses it.
 * @throws `invalid-lockfile`, `invalid-path`, `interrupted-install`, `invalid-record`, and what the target and
 * (for .mpy files and sources to compile) the downloads throw
 */
export function planInstall(
  resolution: Resolution,
  target: Target,
  options: PlanOptions = {},
): Promise<Plan> {
  return makePlan(resolution, target, { ...options, inspects: true });
}

/** The plan of what matches already, without a look into .mpy files, for which they would be fetched. */
export function planMatches(resolution: Resolution, target: Target, options: RootOptions): Promise<Plan> {
  return makePlan(resolution, target, { ...options, prune: false, mpy: "never", inspects: false });
}

type MakeOptions = PlanOptions & Pick<Intent, "inspects">;

async function makePlan(asked: Resolution, on: Target, options: MakeOptions): Promise<Plan> {
  const target = rememberTarget(on);
  checkResolution(asked, target.fs.hasDirectories);
  const { signal } = options;
  const environment = await target.environment({ signal });
  const survey = await surveyTarget(target, options, (root) => {
    const paths = possiblePaths(placeIn(root, asked), options);
    const probes = shadowProbes(paths, root, environment);
    return { files: [...paths, ...probes.files], others: probes.others };
  });
  const resolution = placeIn(survey.root, asked);
  const plan = async (reuses: boolean): Promise<[Plan, Wanted]> => {
    const wanted = await wantedFiles(resolution, { environment, record: survey.record, reuses }, options);
    const intent = intentOf(resolution, { wanted, record: survey.record }, options);
    return [await buildPlan(intent, { target, environment, survey }, options), wanted];
  };
  const [first, wanted] = await plan(true);
  return isWritable(first, wanted) ? first : (await plan(false))[0];
}

/** Whether there are contents for each compiled file: one that was taken as the record has it may be gone from the target. */
function isWritable({ files }: Plan, { compiled }: Wanted): boolean {
  return files.every((file) => !file.compiled || !isWritten(file) || compiled.has(file.path));
}

/** Every path that a file of the resolution can get. */
function possiblePaths(resolution: Resolution, options: PlanOptions): string[] {
  const paths = resolution.packages.flatMap((one) => one.files.map((file) => file.path));
  return mpyPolicy(options) === "never" ? paths : [...new Set([...paths, ...paths.map(compiledPath)])];
}

function intentOf(
  resolution: Resolution,
  { wanted, record }: { wanted: Wanted; record: InstallRecord },
  { prune = true, asRoots = true, inspects }: MakeOptions,
): Intent {
  const roots = asRoots ? mergeRoots(record, resolution) : [...record.roots];
  const arriving = new Set(resolution.packages.map((one) => one.name));
  const others = record.packages.filter((one) => !arriving.has(one.name));
  const all = [...resolution.packages, ...others];
  const needed = neededPackages([...roots.map((root) => root.package), ...arriving], all);
  const isStaying = (name: string) => !arriving.has(name) && (!prune || needed.has(name));
  return {
    wanted,
    arriving: resolution.packages,
    staying: record.packages.filter((one) => isStaying(one.name)),
    leaving: record.packages.filter((one) => !isStaying(one.name)),
    roots,
    inspects,
  };
}
