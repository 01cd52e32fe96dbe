/**
 * What circup does, and more: bundles, libraries, the web workflow, boot_out.txt, project bundles. Start with
 * {@link circuitPythonBundle} and {@link installImported}.
 *
 * @module
 */

export type { Archive, ArchiveEntry } from "../archive/archive.js";
export type { ReplacePolicy } from "./changes/adoption.js";
export { adoptLibraries, type LibraryAdoption } from "./changes/adopt-libraries.js";
export {
  applyLibraryPlan,
  type ApplyLibraryOptions,
  type LibraryReport,
  type ReportProgress,
} from "./changes/apply-library-plan.js";
export {
  type ImportedInstallOptions,
  type ImportedPlan,
  installImported,
  planImportedInstall,
} from "./changes/install-imported.js";
export {
  installLibraries,
  type LibraryInstallOptions,
  planLibraryInstall,
} from "./changes/install-libraries.js";
export type { HeldLibrary, LibraryPlan } from "./changes/library-plan.js";
export type { ChangeOptions, PlanProgress } from "./changes/options.js";
export type { ProvidedLibrary } from "./changes/provided.js";
export { type LibraryRequirements, parseLibraryRequirements } from "./libraries/requests.js";
export {
  type LibraryUninstallOptions,
  planLibraryUninstall,
  uninstallLibraries,
} from "./changes/uninstall-libraries.js";
export {
  type LibraryUpdateOptions,
  type MajorUpdatePolicy,
  planLibraryUpdate,
  updateLibraries,
} from "./changes/update-libraries.js";
export { bundleId, type BundleRepository } from "../bundles/release-place.js";
export {
  addBundle,
  type BundleReference,
  formatBundleList,
  formatBundleReference,
  officialBundles,
  openBundles,
  parseBundleList,
  parseBundleReference,
  pinBundle,
  removeBundle,
} from "./bundle-list.js";
export type { LibraryForm } from "./libraries/find-libraries.js";
export { freezeBundles, freezeLibraries } from "./libraries/freeze-libraries.js";
export {
  importedLibraries,
  type ImportedLibraries,
  type ImportedLibrariesOptions,
} from "./libraries/imported-libraries.js";
export type { InstalledLibrary, LibraryOffer, LibraryProblem, LibraryStatus } from "./libraries/library.js";
export { type LibraryList, listLibraries, type ListLibrariesOptions } from "./libraries/list-libraries.js";
export type { ReadProgress } from "./libraries/read-libraries.js";
export { showLibraries } from "./libraries/show-libraries.js";
export type { LibraryOptions } from "./libraries/survey-libraries.js";

export { type BootOut, parseBootOut } from "./boot-out.js";
export {
  type BootEnvironmentOptions,
  type BootIdentity,
  environmentFromBootOut,
} from "./boot-environment.js";
export {
  type BoardFirmware,
  findFirmware,
  type KnownBoard,
  type KnownBoards,
  parseBoards,
} from "./boards.js";
export type { RandomAccess, ReadOptions } from "../archive/random-access.js";
export { rangeZip, type RangeZipOptions } from "../archive/range-zip.js";
export type { HttpAccessOptions } from "../archive/http-access.js";
export { zipArchive, type ZipArchiveOptions } from "../archive/zip-archive.js";
export type { ArchiveLimits } from "../archive/zip-limits.js";
export type {
  BundleCallOptions,
  BundleExample,
  BundleFile,
  BundleLibrary,
  BundleVariant,
  CircuitPythonBundle,
} from "../bundles/bundle.js";
export type { BundleWarning, OnBundleWarning } from "../bundles/bundle-warning.js";
export {
  buildProjectBundle,
  type ProjectBundle,
  type ProjectBundleOptions,
  type ProjectVariant,
} from "./project/build-project-bundle.js";
export type { ProjectImports } from "./project/resolve-project.js";
export { asCircuitPython, type AsCircuitPythonOptions, readBootOut } from "./as-circuitpython.js";
export { availableBundles, bundleChain } from "../bundles/bundle-chain.js";
export { bundleMembers, type BundleMembersOptions } from "../bundles/bundle-members.js";
export { circuitPythonBundle, type CircuitPythonBundleOptions } from "../bundles/circuitpython-bundle.js";
export {
  type ExampleReport,
  installExample,
  type InstallExampleOptions,
} from "./examples/install-example.js";
export { webWorkflow, type WebWorkflowOptions, type WebWorkflowTarget } from "./web-workflow/web-workflow.js";
export type { WebWorkflowDevice, WebWorkflowVersion } from "./web-workflow/answers.js";
export type { WebClientOptions } from "./web-workflow/web-client.js";
