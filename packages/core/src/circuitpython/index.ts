// @upykit/core/circuitpython: bundles, what circup does, web workflow, boot_out.txt, project bundles.

export type { Archive, ArchiveEntry } from "../archive/archive.js";
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
export { availableBundles, bundleChain } from "../bundles/bundle-chain.js";
export { bundleMembers, type BundleMembersOptions } from "../bundles/bundle-members.js";
export { circuitPythonBundle, type CircuitPythonBundleOptions } from "../bundles/circuitpython-bundle.js";
export { knownBundles } from "../bundles/release-place.js";
