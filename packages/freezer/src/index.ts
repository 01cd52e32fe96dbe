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
