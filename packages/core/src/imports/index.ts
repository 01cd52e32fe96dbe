/**
 * Which file an import loads, what a program imports, and what is wrong with a tree of files. Start with
 * {@link resolveImport} or {@link explainImports}.
 *
 * @module
 */

export {
  type ImportEnvironment,
  type ImportLocation,
  type ImportResult,
  type PathLookup,
  resolveImport,
} from "./resolve-import.js";
export {
  type FileProblem,
  type GraphFile,
  type GraphImport,
  type GraphProgress,
  importGraph,
  type ImportGraph,
  type ImportGraphOptions,
  type MissingModule,
  missingModules,
} from "./import-graph.js";
export type { ScanProblem } from "./scan-file.js";
export { entryFiles } from "./entry-files.js";
export type { InstalledPackage } from "./doctor/situation.js";
export { explainImports, type ExplainImportsOptions, type ImportReport } from "./explain-imports.js";
export type { Finding, FindingCode, FindingSeverity, Fix, FixChange, ImportPlace } from "./finding.js";
export { type FixPlan, type FixReport, planFix } from "./fix.js";
export { applyFix, type ApplyFixOptions, undoFix } from "../install/apply-fix.js";
export { estimateImport, type ImportContents, type ImportEstimate } from "./estimate-import.js";
export { type ImportCost, type ImportVariant, measureImport, type MeasureOptions } from "./measure-import.js";
export { type ChangedImport, planSysPath, type SysPathOptions, type SysPathPlan } from "./sys-path.js";
export { type BoardModules, findBoardModules, withBoardModules } from "./board-modules.js";
