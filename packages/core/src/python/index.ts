/**
 * MicroPython's Python, read. Tokenizer, parser, syntax tree and import scan; the compiler stands on the parse tree, which is
 * here too.
 *
 * @module
 */

export type * from "./ast.js";
export { parse, tokenize, type ParseOptions, type Token } from "./parse.js";
export {
  importErrors,
  scanImportCalls,
  scanImports,
  type ImportGuard,
  type ScannedCall,
  type ScannedImport,
} from "./scan-imports.js";
export { PythonSyntaxError, type PythonErrorType, type PythonSyntaxErrorOptions } from "./syntax-error.js";
// For the compiler: the parser itself, whose reductions it overrides, and the tree it walks.
export { Lexer, type LexerOptions } from "./lexer.js";
export { NameTable, type NameId } from "./name-table.js";
export { readFloatToken, type FloatText } from "./numbers.js";
export * from "./parse-tree.js";
export { Parser } from "./parser.js";
export { type ParserOptions } from "./parser-base.js";
export { enlarged, LARGEST_KEPT, Scratch } from "./scratch.js";
export { type Dialect } from "./escape-lexer.js";
