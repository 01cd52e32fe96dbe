export type {
  CompiledFile,
  CompileFunction,
  CompileRequest,
  FreezeFile,
  PythonFile,
  TextFile,
} from "./frozen-c/freeze-file.js";
export type { LongIntegers } from "./frozen-c/freeze-context.js";
export { freezeToC, type FreezeOptions, type FrozenContent } from "./frozen-c/freeze-to-c.js";
export type { FrozenSizes } from "./frozen-c/frozen-sizes.js";
export { mergeMpy, type MergeOptions } from "./merge/merge-mpy.js";
export { dump, type DumpFile, type DumpOptions } from "./merge/dump-mpy.js";
export { buildRomfs, type RomfsOptions } from "./romfs/build-romfs.js";
export { readRomfs, type RomfsContents } from "./romfs/read-romfs.js";
export type { RomfsDirectory, RomfsEntry, RomfsFile } from "./romfs/romfs-entry.js";
