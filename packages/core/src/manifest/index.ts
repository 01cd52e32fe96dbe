/**
 * MicroPython's manifest.py, evaluated without Python. Start with {@link evaluateManifest}.
 *
 * @module
 */

export { evaluateManifest, type EvaluateManifestOptions } from "./evaluate-manifest.js";
export { memoryFileSystem, type ManifestFileSystem, type SourceEntry } from "./file-system.js";
export { ManifestError, type ManifestPlace } from "./manifest-error.js";
export type * from "./manifest-result.js";
export type { AnsweredPackage, PackageAnswers, PackageFile, PackageRequest } from "./packages.js";
export type { ManifestLimits } from "./value/meter.js";
export { lockedPackages } from "./packages-of-lock.js";
export { sourcePackages, type SourcePackagesOptions } from "./packages-of-sources.js";
export {
  eachManifestPackage,
  manifestPackages,
  type ManifestPackage,
  type ManifestPackageFile,
  type ManifestPackagesOptions,
} from "./manifest-packages.js";
export { readManifestFiles, type ManifestFileContent, type ReadManifestFilesOptions } from "./read-files.js";
export type { OptimizationLevel } from "./optimization-level.js";
