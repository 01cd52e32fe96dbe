// Which modules a source imports, read off its syntax tree. It does not know what is installed.

import type { Expression, Module, Position, Statement, Try } from "./ast.js";

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
  /** The innermost `try` of its function that catches ImportError; null where it stands in none. */
  readonly guard: ImportGuard | null;
}

/** Where an import stands in a `try` that catches ImportError. `if TYPE_CHECKING` counts as one: boards never run it. */
export interface ImportGuard {
  /** Tells one `try` of a source from another. */
  readonly try: number;
  /** In what is tried, or in a handler: then it is what runs when an import of the body failed. */
  readonly part: "body" | "handler";
}

/** A call that imports the module that it names: `__import__("a")`, `importlib.import_module("a")`. */
export interface ScannedCall extends Position {
  readonly module: string;
  /** True inside `if`, `try`, a loop, a function or an expression that may not be reached. */
  readonly conditional: boolean;
}

/** The imports of a source in the order they stand there, those in functions and classes too. */
export function scanImports(tree: Module): ScannedImport[] {
  const scan: Scan = { found: [], tries: 0 };
  scanBlock(tree.body, { conditional: false, guard: null }, scan);
  return scan.found;
}

interface Scan {
  readonly found: ScannedImport[];
  tries: number;
}

type Place = Pick<ScannedImport, "conditional" | "guard">;

function scanBlock(body: readonly Statement[], place: Place, scan: Scan): void {
  for (const statement of body) scanStatement(statement, place, scan);
}

function scanStatement(statement: Statement, place: Place, scan: Scan): void {
  const { line, column } = statement;
  const inside = { ...place, conditional: true };
  switch (statement.type) {
    case "Import":
      for (const { name } of statement.names) {
        scan.found.push({ module: name, level: 0, names: undefined, line, column, ...place });
      }
      break;
    case "ImportFrom": {
      const { module, level } = statement;
      const names = statement.names === "*" ? "*" : statement.names.map(({ name }) => name);
      scan.found.push({ module, level, names, line, column, ...place });
      break;
    }
    case "ClassDef":
    case "With":
      scanBlock(statement.body, place, scan);
      break;
    case "FunctionDef":
      scanBlock(statement.body, { conditional: true, guard: null }, scan);
      break;
    case "If":
      scanBlock(
        statement.body,
        isTypeChecking(statement.test) ? guarded("body", ++scan.tries) : inside,
        scan,
      );
      scanBlock(statement.orElse, inside, scan);
      break;
    case "While":
    case "For":
      scanBlock(statement.body, inside, scan);
      scanBlock(statement.orElse, inside, scan);
      break;
    case "Try":
      scanTry(statement, place, scan);
      break;
  }
}

function scanTry(statement: Try, place: Place, scan: Scan): void {
  const inside = { ...place, conditional: true };
  const catches = statement.handlers.some(({ exception }) => exception === undefined || isCaught(exception));
  const id = ++scan.tries;
  scanBlock(statement.body, catches ? guarded("body", id) : inside, scan);
  for (const handler of statement.handlers) {
    scanBlock(handler.body, catches ? guarded("handler", id) : inside, scan);
  }
  scanBlock(statement.orElse, inside, scan);
  scanBlock(statement.finalBody, place, scan);
}

function guarded(part: ImportGuard["part"], id: number): Place {
  return { conditional: true, guard: { try: id, part } };
}

/** Exceptions whose handlers catch an ImportError. */
export const importErrors: ReadonlySet<string> = new Set([
  "ImportError",
  "ModuleNotFoundError",
  "Exception",
  "BaseException",
]);

function isCaught(exception: Expression): boolean {
  if (exception.type === "Tuple") return exception.items.some(isCaught);
  return exception.type === "Name" && importErrors.has(exception.name);
}

function isTypeChecking(test: Expression): boolean {
  return (test.type === "Name" || test.type === "Attribute") && test.name === "TYPE_CHECKING";
}

/** The calls that import a module whose name stands in the source, in the order they stand there. */
export function scanImportCalls(tree: Module): ScannedCall[] {
  const found: ScannedCall[] = [];
  // The tree is plain data: whatever a node holds is part of it. A stack of our own, because a source can nest deep.
  const stack: { readonly node: unknown; readonly conditional: boolean }[] = [
    { node: tree.body, conditional: false },
  ];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, conditional } = next;
    if (typeof node !== "object" || node === null || node instanceof Uint8Array) continue;
    if (isCall(node)) {
      const module = importedBy(node);
      if (module !== undefined) found.push({ module, conditional, line: node.line, column: node.column });
    }
    const inside = conditional || ("type" in node && conditionalNodes.has(node.type));
    for (const part of Object.values(node)) stack.push({ node: part, conditional: inside });
  }
  return found.sort((a, b) => a.line - b.line || a.column - b.column);
}

const conditionalNodes: ReadonlySet<unknown> = new Set([
  ...["FunctionDef", "Lambda", "If", "While", "For", "Try", "Conditional", "BooleanOperation", "Assert"],
]);

type CallNode = Extract<Expression, { type: "Call" }>;

function isCall(node: object): node is CallNode {
  return "type" in node && node.type === "Call";
}

function importedBy({ callee, args }: CallNode): string | undefined {
  const name = callee.type === "Name" || callee.type === "Attribute" ? callee.name : "";
  if (name !== "__import__" && name !== "import_module") return undefined;
  const [first] = args;
  if (first?.kind !== "plain" || first.value.type !== "String") return undefined;
  const { value } = first.value;
  return /^[^.]/u.test(value) ? value : undefined;
}
