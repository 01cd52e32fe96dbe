// @upykit/core/manifest: MicroPython's manifest.py, evaluated without Python.

export { evaluateManifest, type EvaluateManifestOptions } from "./evaluate-manifest.js";
export { memoryFileSystem, type ManifestFileSystem, type SourceEntry } from "./file-system.js";
export { ManifestError, type ManifestPlace } from "./manifest-error.js";
export type * from "./manifest-result.js";
export type { AnsweredPackage, PackageAnswers, PackageFile, PackageRequest } from "./packages.js";
export type { ManifestLimits } from "./value/meter.js";
