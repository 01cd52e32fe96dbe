// Which modules a source imports, read off its syntax tree. It does not know what is installed.

import type { Module, Statement } from "./ast.js";

/** One imported module. */
export interface ScannedImport {
  /** The dotted name behind the leading dots: `a.b`; empty in `from . import a`. */
  readonly module: string;
  /** The number of leading dots: 0 is absolute. */
  readonly level: number;
  /** What `from … import` takes of it, which may be modules too; undefined for a plain `import`. */
  readonly names: readonly string[] | "*" | undefined;
  readonly line: number;
  readonly column: number;
  /** True inside `if`, `try`, a loop or a function: it may not run, or its failure may be caught. */
  readonly conditional: boolean;
}

/** The imports of a source in the order they stand there, those in functions and classes too. */
export function scanImports(tree: Module): ScannedImport[] {
  const found: ScannedImport[] = [];
  scanBlock(tree.body, false, found);
  return found;
}

function scanBlock(body: readonly Statement[], conditional: boolean, found: ScannedImport[]): void {
  for (const statement of body) scanStatement(statement, conditional, found);
}

function scanStatement(statement: Statement, conditional: boolean, found: ScannedImport[]): void {
  const { line, column } = statement;
  switch (statement.type) {
    case "Import":
      for (const { name } of statement.names) {
        found.push({ module: name, level: 0, names: undefined, line, column, conditional });
      }
      break;
    case "ImportFrom": {
      const { module, level } = statement;
      const names = statement.names === "*" ? "*" : statement.names.map(({ name }) => name);
      found.push({ module, level, names, line, column, conditional });
      break;
    }
    case "ClassDef":
    case "With":
      scanBlock(statement.body, conditional, found);
      break;
    case "FunctionDef":
      scanBlock(statement.body, true, found);
      break;
    case "If":
    case "While":
    case "For":
      scanBlock(statement.body, true, found);
      scanBlock(statement.orElse, true, found);
      break;
    case "Try":
      scanBlock(statement.body, true, found);
      for (const handler of statement.handlers) scanBlock(handler.body, true, found);
      scanBlock(statement.orElse, true, found);
      scanBlock(statement.finalBody, conditional, found);
      break;
  }
}
