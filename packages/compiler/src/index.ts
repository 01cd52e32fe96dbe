/**
 * Python to .mpy, byte for byte what mpy-cross writes. Neutral: Node and browsers. Start with {@link compile}, or with
 * {@link compileAll} for many files.
 *
 * @module
 */

export { compile, type CompileOptions, type CompileResult, type CompileTarget } from "./compile.js";
export { compileForEnvironment } from "./compile-for-environment.js";
export { CompileError, type CompileErrorOptions } from "./compile-error.js";
export type { CompileJob, JobResult, PlainError } from "./bulk/batch.js";
export {
  compileAll,
  type CompileAllOptions,
  type CompiledFile,
  type CompileProgress,
  type CompileWorkers,
  type SourceFile,
} from "./bulk/compile-all.js";
export {
  webWorkers,
  type WebWorkersOptions,
  type WorkerLike,
  type WorkerRequest,
  type WorkerResponse,
} from "./bulk/web-workers.js";
