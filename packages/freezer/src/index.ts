/**
 * Frozen C, ROMFS images, merged .mpy files and mip indexes, without CPython. Start with {@link freezeManifest},
 * {@link buildManifestRomfs} or {@link buildIndex}.
 *
 * @module
 */

export type {
  CompiledFile,
  CompileFunction,
  CompileSettings,
  FreezeFile,
  OptimizationLevel,
  PythonFile,
  TextFile,
} from "./files/freeze-file.js";
export type { LongIntegers } from "./frozen-c/freeze-context.js";
export { freezeToC, type FreezeOptions, type FrozenContent } from "./frozen-c/freeze-to-c.js";
export type { FrozenSizes } from "./frozen-c/frozen-sizes.js";
export {
  type NativeBackendOption,
  type NativeCodeOptions,
  type NativeCompiler,
  withNativeCode,
} from "./native/with-native-code.js";
export { mergeMpy, type MergeOptions } from "./merge/merge-mpy.js";
export { dump, type DumpFile, type DumpOptions } from "./merge/dump-mpy.js";
export { buildRomfs, type RomfsOptions } from "./romfs/build-romfs.js";
export { readRomfs, type RomfsContents } from "./romfs/read-romfs.js";
export type { RomfsDirectory, RomfsEntry, RomfsFile } from "./romfs/romfs-entry.js";
export { romfsToUf2, uf2Families, type Uf2Options } from "./uf2/romfs-to-uf2.js";
export { type ResourceFile, resourceModule } from "@upykit/core/mpy";
export { buildIndex } from "./index/build-index.js";
export {
  circuitPythonBytecode,
  type IndexBuild,
  type IndexBytecode,
  type IndexOptions,
  type IndexPackage,
  type IndexPackageFile,
  type IndexProgress,
} from "./index/index-package.js";
export {
  planRomfs,
  type PlanRomfsOptions,
  type PlanRomfsProgress,
  type RomfsPlan,
} from "./romfs/plan-romfs.js";
export { queryRomfs, type RomfsBoard, type RomfsPartition } from "./romfs/query-romfs.js";
export {
  deployRomfs,
  type DeployRomfsOptions,
  type DeployRomfsProgress,
  type DeployRomfsReport,
} from "./romfs/deploy-romfs.js";
export {
  buildManifestRomfs,
  freezeManifest,
  type FreezeManifestOptions,
  type FrozenManifest,
  type ManifestRomfs,
  type ManifestRomfsOptions,
} from "./manifest/freeze-manifest.js";
