// The whole way in one call: resolve, plan, apply. What is installed and still fits is kept.

import type { ResolveOptions, ResolveProgress } from "../resolve/resolve-options.js";
import type { Resolution } from "../resolve/resolution.js";
import { resolve } from "../resolve/resolve.js";
import { chainSources } from "../sources/chain-sources.js";
import { createMemoryCache } from "../sources/memory-cache.js";
import { mipIndex } from "../sources/mip-index.js";
import { urlPackages } from "../sources/url-packages.js";
import { formatRequirement, parseRequirement } from "../specs/parse-requirement.js";
import type { Requirement } from "../specs/requirement.js";
import type { Target } from "../targets/target.js";
import { applyPlan, type InstallReport } from "./apply-plan.js";
import { exclusively } from "./exclusive-target.js";
import type { InstallProgress, PlanOptions } from "./options.js";
import { joinPath } from "./paths.js";
import { planInstall } from "./plan-install.js";
import type { InstallRecord, RecordedPackage } from "./record.js";
import { neededPackages } from "./roots.js";
import { disturbs, preferInstalled, satisfying } from "./satisfied.js";
import { surveyTarget } from "./survey.js";
import { recordedProblems } from "./verify.js";

/** What {@link install} takes: what resolving, planning and applying take. */
export interface InstallOptions
  extends
    PlanOptions,
    Pick<ResolveOptions, "sources" | "concurrency" | "maxPackages" | "maxFiles" | "maxBytes"> {
  /** Take the newest versions that fit, also of what is installed already. Default false. */
  readonly upgrade?: boolean | undefined;
  readonly onProgress?:
    | ((progress: InstallProgress | { readonly type: "resolve"; readonly progress: ResolveProgress }) => void)
    | undefined;
}

/**
 * Installs what answers `requirements`. Packages installed before stay, in their versions where those still fit.
 * When all is there already, nothing is asked of the network and nothing is written.
 * @throws as `resolve`, `planInstall` and `applyPlan` do
 */
export async function install(
  on: Target,
  requirements: readonly (string | Requirement)[],
  options: InstallOptions = {},
): Promise<InstallReport> {
  const wanted = requirements.map((one) => (typeof one === "string" ? parseRequirement(one) : one));
  return exclusively(on, options, (target) => installNow(target, wanted, options));
}

async function installNow(
  target: Target,
  wanted: readonly Requirement[],
  options: InstallOptions,
): Promise<InstallReport> {
  const { root, record } = await surveyTarget(target, options);
  const present =
    options.upgrade === true ? null : await presentReport(target, { root, record, wanted }, options);
  if (present !== null) return present;
  const cached = { ...options, root, recover: false, cache: options.cache ?? createMemoryCache() };
  const resolution = await resolveBeside(target, { wanted, record }, cached);
  const plan = await planInstall(resolution, target, cached);
  return applyPlan(plan, target, cached);
}

/** The resolution of `wanted`; with what was asked before, if it would change something under that. */
async function resolveBeside(
  target: Target,
  { wanted, record }: { wanted: readonly Requirement[]; record: InstallRecord },
  options: InstallOptions,
): Promise<Resolution> {
  const source = chainSources(...(options.sources ?? [mipIndex(), urlPackages()]));
  const { onProgress, mpy, upgrade, ...rest } = options;
  const resolveOptions: ResolveOptions = {
    ...rest,
    environment: await target.environment({ signal: options.signal }),
    sources: [upgrade === true ? source : preferInstalled(source, record)],
    ...(mpy === "never" && { mpy: false }),
    onProgress: (progress) => onProgress?.({ type: "resolve", progress }),
  };
  const alone = await resolve(wanted, resolveOptions);
  if (!disturbs(alone, record)) return alone;
  const names = new Set(alone.roots.map((root) => root.package));
  const earlier = record.roots
    .filter((root) => !names.has(root.package))
    .flatMap((root) => root.requirements);
  return resolve([...wanted.map(formatRequirement), ...earlier], resolveOptions);
}

interface Asked {
  readonly root: string;
  readonly record: InstallRecord;
  readonly wanted: readonly Requirement[];
}

/** The report of an install that has nothing to do; null when something is missing. */
async function presentReport(
  target: Target,
  { root, record, wanted }: Asked,
  options: InstallOptions,
): Promise<InstallReport | null> {
  const found = wanted.map((requirement) => satisfying(requirement, record));
  if (found.includes(null)) return null;
  const names = found.flatMap((one) => one?.name ?? []);
  const needed = neededPackages(names, record.packages);
  const packages = record.packages.filter((one) => needed.has(one.name));
  if (packages.length < needed.size) return null;
  const problems = await recordedProblems(target, { root, record }, { signal: options.signal });
  const own = problems.filter((problem) => problem.packages.some((name) => needed.has(name)));
  const isBroken = own.some(({ type }) => type !== "changed");
  const wantsRepair = own.length > 0 && options.onConflict !== undefined && options.onConflict !== "refuse";
  return isBroken || wantsRepair
    ? null
    : nothingToDo(
        root,
        packages,
        own.map((problem) => problem.path),
      );
}

function nothingToDo(
  root: string,
  packages: readonly RecordedPackage[],
  kept: readonly string[],
): InstallReport {
  const files = new Set(packages.flatMap((one) => one.files.map((file) => joinPath(root, file.path))));
  return {
    root,
    packages: packages.map(({ name, version }) => ({
      name,
      version,
      previousVersion: version,
      action: "keep",
    })),
    written: [],
    removed: [],
    unchanged: [...files].filter((path) => !kept.includes(path)),
    adopted: [],
    kept,
    bytesWritten: 0,
    bytesRemoved: 0,
    fallbacks: [],
    shadows: [],
  };
}
