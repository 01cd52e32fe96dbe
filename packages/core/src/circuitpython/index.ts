// @upykit/core/circuitpython: bundles, what circup does, web workflow, boot_out.txt, project bundles.

export type { Archive, ArchiveEntry } from "../archive/archive.js";
export type { RandomAccess, ReadOptions } from "../archive/random-access.js";
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
