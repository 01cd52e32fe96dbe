// `circup install --auto`: installs what the program on a target imports and does not find.

import { exclusively } from "../../install/exclusive-target.js";
import { createMemoryCache } from "../../sources/memory-cache.js";
import type { Target } from "../../targets/target.js";
import {
  importedLibraries,
  type ImportedLibraries,
  type ImportedLibrariesOptions,
} from "../libraries/imported-libraries.js";
import { applyLibraryPlan, type LibraryReport, type ReportProgress } from "./apply-library-plan.js";
import { type LibraryInstallOptions, planLibraryInstall } from "./install-libraries.js";
import type { LibraryPlan } from "./library-plan.js";

/** What {@link planImportedInstall} takes. */
export interface ImportedInstallOptions
  extends
    Omit<LibraryInstallOptions, "reinstall" | "overFirmware">,
    Pick<ImportedLibrariesOptions, "entries"> {}

/** A plan, and the imports that it is made for. */
export interface ImportedPlan extends LibraryPlan {
  readonly imported: ImportedLibraries;
}

/**
 * What installing all that a program imports would do. Touches nothing. What no bundle has is told in `imported.missing`.
 * @throws as `importedLibraries` and `planLibraryInstall` do
 */
export function planImportedInstall(on: Target, options: ImportedInstallOptions): Promise<ImportedPlan> {
  return exclusively(on, options, async (target) => {
    const { bundles, entries, root, signal, ...rest } = options;
    const imported = await importedLibraries(target, { bundles, entries, root, signal });
    const install = { ...rest, bundles, root, signal, reinstall: imported.incomplete, overFirmware: false };
    return { ...(await planLibraryInstall(target, imported.libraries, install)), imported };
  });
}

/** Installs what a program imports: {@link planImportedInstall} and `applyLibraryPlan` in one call. */
export function installImported(
  on: Target,
  options: Omit<ImportedInstallOptions, "onProgress"> & ReportProgress,
): Promise<LibraryReport & Pick<ImportedPlan, "imported">> {
  return exclusively(on, options, async (target) => {
    const cached = { ...options, cache: options.cache ?? createMemoryCache() };
    const plan = await planImportedInstall(target, cached);
    return { ...(await applyLibraryPlan(plan, target, cached)), imported: plan.imported };
  });
}
