// Makes files that nobody recorded (installed with mip, or copied) the property of packages, by matching hashes.

import type { RequestedPackage, Resolution } from "../resolve/resolution.js";
import type { Target } from "../targets/target.js";
import { applyPlan, type InstallReport } from "./apply-plan.js";
import type { RootOptions } from "./options.js";
import { exclusively } from "./exclusive-target.js";
import { planMatches } from "./plan-install.js";
import type { Plan } from "./plan.js";

/** One package of a resolution that is not on the target as it stands in the resolution. */
export interface UnadoptedPackage {
  readonly name: string;
  /** Its files that are not there, or are others; below the root. */
  readonly different: readonly string[];
  /** How many of its files are there. */
  readonly matching: number;
}

/** What {@link adopt} did. */
export interface AdoptReport extends InstallReport {
  /** Packages that are recorded now. */
  readonly adoptedPackages: readonly string[];
  /** Packages that were left alone, those with the most matching files first. */
  readonly unadopted: readonly UnadoptedPackage[];
}

/**
 * Records every package of `resolution` whose files are all on the target, byte for byte. Writes nothing but the record.
 * What the others need of them counts as asked for, so that it stays.
 * Contents are not needed: no network is used.
 * @throws as `planInstall` and `applyPlan` do
 */
export function adopt(on: Target, resolution: Resolution, options: RootOptions = {}): Promise<AdoptReport> {
  return exclusively(on, options, (target) => adoptNow(target, resolution, options));
}

async function adoptNow(target: Target, resolution: Resolution, options: RootOptions): Promise<AdoptReport> {
  const matches = await planMatches(resolution, target, options);
  const unadopted = missingPackages(resolution, matches);
  const names = new Set(unadopted.map((one) => one.name));
  const packages = resolution.packages.filter((one) => !names.has(one.name));
  const roots = resolution.roots.filter((root) => !names.has(root.package));
  const adopted = { ...resolution, packages, roots: [...roots, ...rootsInPlace(resolution, names, matches)] };
  const plan = await planMatches(adopted, target, options);
  const report = await applyPlan(plan, target, { signal: options.signal });
  return { ...report, adoptedPackages: packages.map((one) => one.name), unadopted };
}

/** What only packages need that were left alone counts as asked for: nothing recorded needs it, and the next install would remove it. */
function rootsInPlace(
  { packages }: Resolution,
  unadopted: ReadonlySet<string>,
  { record }: Plan,
): RequestedPackage[] {
  const needed = packages.filter(({ name }) => unadopted.has(name)).flatMap((one) => one.dependencies);
  const known = new Set([...unadopted, ...record.roots.map((root) => root.package)]);
  return [...new Set(needed)]
    .filter((name) => !known.has(name))
    .map((name) => ({ package: name, requirements: [name] }));
}

function missingPackages(resolution: Resolution, plan: Plan): UnadoptedPackage[] {
  const right = new Set(
    plan.files
      .filter((file) => file.action === "unchanged" || file.action === "adopted")
      .map((file) => file.path),
  );
  return resolution.packages
    .map(({ name, files }) => {
      const different = files.map((file) => file.path).filter((path) => !right.has(path));
      return { name, different, matching: files.length - different.length };
    })
    .filter((one) => one.different.length > 0)
    .sort((a, b) => b.matching - a.matching);
}
