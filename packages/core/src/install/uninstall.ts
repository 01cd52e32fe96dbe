// Takes packages away, with those that nothing else needs, through the same plan and transaction as an install.

import { UpyError } from "../errors.js";
import type { Target } from "../targets/target.js";
import { applyPlan, type InstallReport } from "./apply-plan.js";
import { buildPlan, type Intent } from "./build-plan.js";
import { exclusively } from "./exclusive-target.js";
import { rememberTarget } from "./known-target.js";
import type { InstallProgress, RootOptions } from "./options.js";
import type { Plan } from "./plan.js";
import type { InstallRecord } from "./record.js";
import { neededPackages } from "./roots.js";
import { surveyTarget } from "./survey.js";

/** What `planUninstall` takes. */
export interface PlanUninstallOptions extends RootOptions {
  /** Whether packages that only the removed ones needed go too. Default true. */
  readonly prune?: boolean | undefined;
  /** Remove files too that the user changed, and packages that others need. Default false. */
  readonly force?: boolean | undefined;
}

/** What `uninstall` takes. */
export interface UninstallOptions extends PlanUninstallOptions {
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined;
}

/**
 * What taking the packages `names` away would do. Touches nothing.
 * @throws `not-found` (not installed), `conflict` (another package needs it), `interrupted-install`, `invalid-record`
 */
export async function planUninstall(
  on: Target,
  names: readonly string[],
  options: PlanUninstallOptions = {},
): Promise<Plan> {
  const target = rememberTarget(on);
  const environment = await target.environment({ signal: options.signal });
  const survey = await surveyTarget(target, options);
  const intent = intentOf(survey.record, names, options);
  return buildPlan(intent, { target, environment, survey }, { signal: options.signal });
}

/** Takes packages away: their files that nobody else owns and the user has not changed, and directories left empty. */
export async function uninstall(
  on: Target,
  names: readonly string[],
  options: UninstallOptions = {},
): Promise<InstallReport> {
  const { signal, onProgress } = options;
  return exclusively(on, options, async (target) =>
    applyPlan(await planUninstall(target, names, options), target, { signal, onProgress }),
  );
}

function intentOf(record: InstallRecord, names: readonly string[], options: PlanUninstallOptions): Intent {
  const gone = new Set(names);
  const missing = names.find((name) => !record.packages.some((one) => one.name === name));
  if (missing !== undefined) throw new UpyError("not-found", `${missing} is not installed.`);
  const others = record.packages.filter((one) => !gone.has(one.name));
  const roots = record.roots.filter((root) => !gone.has(root.package));
  const needed = neededPackages(
    roots.map((root) => root.package),
    others,
  );
  if (options.force !== true)
    refuseNeeded(
      gone,
      others.filter((one) => needed.has(one.name)),
    );
  const candidates = neededPackages(names, record.packages);
  const isPruned = (name: string) => options.prune !== false && candidates.has(name) && !needed.has(name);
  const staying = others.filter((one) => !isPruned(one.name));
  return {
    wanted: { files: [], fallbacks: [], compiled: new Map() },
    arriving: [],
    staying,
    leaving: record.packages.filter((one) => !staying.includes(one)),
    roots,
    force: options.force,
    inspects: false,
  };
}

function refuseNeeded(
  gone: ReadonlySet<string>,
  others: readonly { name: string; dependencies: readonly string[] }[],
): void {
  for (const { name, dependencies } of others) {
    const needed = dependencies.find((dependency) => gone.has(dependency));
    if (needed === undefined) continue;
    throw new UpyError("conflict", `${needed} is needed by ${name}.`, {
      hint: `Uninstall ${name} too, or pass force: true.`,
    });
  }
}
