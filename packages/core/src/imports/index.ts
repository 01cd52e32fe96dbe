// @upykit/core/imports: which file an import loads, what a program imports, and what is wrong with a tree of files.

export {
  type ImportEnvironment,
  type ImportLocation,
  type ImportResult,
  type PathLookup,
  resolveImport,
} from "./resolve-import.js";
