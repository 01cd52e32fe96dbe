export type { Environment, MpyAbi, MpyArchitecture } from "./environment.js";
export { mpyArchitectures } from "./environment.js";
export type { UpyErrorCode, UpyErrorOptions } from "./errors.js";
export { UpyError, isUpyError } from "./errors.js";
export type {
  LockedEnvironment,
  LockedFile,
  LockedPackage,
  PackageOrigin,
  Resolution,
} from "./resolve/resolution.js";
export { sha256, sha256Sync } from "./sha256.js";
export type { ContentCache, DownloadOptions, FileReader } from "./sources/download.js";
export { fetchContent } from "./sources/fetch-content.js";
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
  SpaceInfo,
  Target,
  TargetCallOptions,
  TargetFileSystem,
  TransferProgress,
  TreeChange,
  WriteOptions,
} from "./targets/target.js";
