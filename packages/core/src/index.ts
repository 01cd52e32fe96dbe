/**
 * Requirements, sources, resolving, lockfile, plans and installing, on any target. Start with {@link install}; {@link resolve},
 * {@link planInstall} and {@link applyPlan} are its steps. Everything rejects with a {@link UpyError}.
 *
 * @module
 */

export type { Environment, MpyAbi, MpyArchitecture } from "./environment.js";
export { mpyArchitectures } from "./environment.js";
export type { UpyErrorCode, UpyErrorOptions } from "./errors.js";
export { UpyError, isUpyError } from "./errors.js";
export { formatLockfile, parseLockfile } from "./resolve/lockfile.js";
export { resolve } from "./resolve/resolve.js";
export type { ResolveOptions, ResolveProgress } from "./resolve/resolve-options.js";
export type {
  LockedEnvironment,
  LockedFile,
  LockedPackage,
  PackageOrigin,
  RequestedPackage,
  Resolution,
} from "./resolve/resolution.js";
export { sha256, sha256Sync } from "./sha256.js";
export type { ContentCache, DownloadOptions, FileReader, MemberReader } from "./sources/download.js";
export { fetchContent } from "./sources/fetch-content.js";
export { chainSources } from "./sources/chain-sources.js";
export type { MipIndexOptions } from "./sources/mip-index.js";
export { mipIndex, officialIndexUrl } from "./sources/mip-index.js";
export type { UrlPackagesOptions } from "./sources/url-packages.js";
export { urlPackages } from "./sources/url-packages.js";
export type { MipIndex, MipIndexPackage } from "./specs/mip-index.js";
export { parseMipIndex } from "./specs/mip-index.js";
export type { PackageJson, PackageJsonFile } from "./specs/package-json.js";
export { parsePackageJson } from "./specs/package-json.js";
export type { Destination, FileSource } from "./specs/package-pair.js";
export { checkPackagePath, isPackagePath } from "./specs/package-path.js";
export { formatRequirement, packageKey, parseRequirement } from "./specs/parse-requirement.js";
export type { RequirementsTxtOptions } from "./specs/requirements-txt.js";
export { parseRequirementsTxt } from "./specs/requirements-txt.js";
export { createMemoryCache } from "./sources/memory-cache.js";
export type { PackageRelease, PackageSource, ReleaseFile, SourceContext } from "./sources/source.js";
export type {
  GitRequirement,
  LocalRequirement,
  NamedRequirement,
  Requirement,
  UrlRequirement,
} from "./specs/requirement.js";
export type {
  FileContent,
  FileEntry,
  LookAnswer,
  LookRequest,
  SpaceInfo,
  Target,
  TargetCallOptions,
  TargetFileSystem,
  TransferProgress,
  TreeChange,
  WriteOptions,
} from "./targets/target.js";
export {
  type ImportEnvironment,
  type ImportLocation,
  type ImportResult,
  type PathLookup,
  resolveImport,
} from "./imports/resolve-import.js";
export { adopt, type AdoptReport, type UnadoptedPackage } from "./install/adopt.js";
export { applyPlan, type InstallReport } from "./install/apply-plan.js";
export { install, type InstallOptions } from "./install/install.js";
export { type InstalledPackages, listInstalled } from "./install/list-installed.js";
export type {
  ApplyOptions,
  CompileFunction,
  CompileOptions,
  InstallProgress,
  MpyPolicy,
  PlanOptions,
  RootOptions,
} from "./install/options.js";
export { planInstall } from "./install/plan-install.js";
export type {
  CompileFallback,
  ConflictPolicy,
  ConflictType,
  FileState,
  IncompatibleFile,
  Plan,
  PlanBasis,
  PlanConflict,
  PlannedAction,
  PlannedFile,
  PlannedLeft,
  PlannedPackage,
  PlannedRemoval,
  PlannedShadow,
  PlannedSpace,
} from "./install/plan.js";
export type { InstallRecord, RecordedFile, RecordedPackage } from "./install/record.js";
export { recover, type RecoverOptions, type RecoverReport } from "./install/recover.js";
export {
  planUninstall,
  type PlanUninstallOptions,
  uninstall,
  type UninstallOptions,
} from "./install/uninstall.js";
export { verify, type VerifyProblem, type VerifyReport } from "./install/verify.js";
export type { MemoryDiskOptions } from "./targets/memory-disk.js";
export { type MemoryTarget, memoryTarget, type MemoryTargetOptions } from "./targets/memory-target.js";
