// Carries out a plan of libraries: first what is adopted gets recorded, then one transaction makes the change.

import type { CircuitPythonBundle } from "../../bundles/bundle.js";
import { UpyError } from "../../errors.js";
import { applyPlan, type InstallReport } from "../../install/apply-plan.js";
import { exclusively } from "../../install/exclusive-target.js";
import type { ApplyOptions, InstallProgress } from "../../install/options.js";
import { isWritten, type Plan } from "../../install/plan.js";
import type { ContentCache } from "../../sources/download.js";
import { createMemoryCache } from "../../sources/memory-cache.js";
import type { Target } from "../../targets/target.js";
import type { HeldLibrary, LibraryPlan } from "./library-plan.js";
import type { PlanProgress } from "./options.js";
import type { ProvidedLibrary } from "./provided.js";

/** What a change of libraries did. */
export interface LibraryReport extends InstallReport {
  /** Packages that nobody had recorded and that are recorded now, or were before they were replaced or removed. */
  readonly adoptedLibraries: readonly string[];
  readonly provided: readonly ProvidedLibrary[];
  readonly held: readonly HeldLibrary[];
}

/** The progress of a call that plans and applies. */
export interface ReportProgress {
  readonly onProgress?: ((progress: PlanProgress | InstallProgress) => void) | undefined;
}

/** What {@link applyLibraryPlan} takes. */
export interface ApplyLibraryOptions extends ApplyOptions {
  /** Where contents are read that the cache lacks. */
  readonly bundles: readonly CircuitPythonBundle[];
}

/**
 * Carries out a plan. The change is whole or not at all; when it fails, what was adopted stays recorded, and no file of
 * it is touched.
 * @throws `conflict` (sources of somebody's own in the way, or the target changed), and what `applyPlan` throws
 */
export async function applyLibraryPlan(
  plan: LibraryPlan,
  on: Target,
  options: ApplyLibraryOptions,
): Promise<LibraryReport> {
  refuseBlockedLibraries(plan, on.name);
  return exclusively(on, options, async (target) => {
    const cache = await filledCache(plan.change, options);
    const { signal } = options;
    if (plan.adoption !== null) await applyPlan(plan.adoption, target, { signal });
    const report = await applyPlan(plan.change, target, { ...options, cache });
    const adopted = plan.adoption?.packages.filter((one) => one.action !== "keep") ?? [];
    const { provided, held } = plan;
    return { ...report, adoptedLibraries: adopted.map((one) => one.name), provided, held };
  });
}

function refuseBlockedLibraries({ blocked }: LibraryPlan, targetName: string): void {
  const [first] = blocked;
  if (first === undefined) return;
  const files = blocked.flatMap((one) => one.files).slice(0, 5);
  throw new UpyError(
    "conflict",
    `${first.name} on ${targetName} has sources that are no bundle's: ${files.join(", ")}.`,
    { hint: "Move them away if they are yours, or plan with replaceUnrecorded: true." },
  );
}

/** The caller's cache, or one in memory, with every content that the plan writes and a bundle has. */
async function filledCache(
  plan: Plan,
  { cache, bundles, signal }: ApplyLibraryOptions,
): Promise<ContentCache> {
  const filled = cache ?? createMemoryCache();
  for (const { locked } of plan.files.filter(isWritten)) {
    const key = `sha256:${locked.sha256}`;
    if ((await filled.get(key)) !== undefined) continue;
    const content = await readLocked(locked.url, { bundles, signal });
    if (content !== null) await filled.set(key, content);
  }
  return filled;
}

async function readLocked(
  url: string,
  { bundles, signal }: Pick<ApplyLibraryOptions, "bundles" | "signal">,
): Promise<Uint8Array | null> {
  for (const bundle of bundles) {
    const content = await bundle.readLocked(url, { signal });
    if (content !== null) return content;
  }
  return null;
}
