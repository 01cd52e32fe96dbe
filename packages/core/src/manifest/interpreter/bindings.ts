// Which names a function binds, and whether it yields: what Python decides before a function runs.

import type { Comprehension, Expression, Parameter, Statement } from "../../python/ast.js";

/** What the body of a function says about its names. */
export interface FunctionNames {
  /** Names that are local: parameters and whatever the body binds. */
  readonly locals: ReadonlySet<string>;
  readonly globals: ReadonlySet<string>;
  readonly nonlocals: ReadonlySet<string>;
  /** True for a generator function. */
  readonly yields: boolean;
}

/** Reads the body of a `def`, or the expression of a lambda. */
export function functionNames(
  parameters: readonly Parameter[],
  body: readonly Statement[] | Expression,
): FunctionNames {
  const reader = new NameReader();
  for (const { name } of parameters) if (name !== undefined) reader.bound.add(name);
  if ("type" in body) reader.expression(body);
  else reader.block(body);
  const { bound, globals, nonlocals, yields } = reader;
  const locals = new Set([...bound].filter((name) => !globals.has(name) && !nonlocals.has(name)));
  return { locals, globals, nonlocals, yields };
}

/** Those of a comprehension: what its clauses bind. */
export function comprehensionNames({ clauses }: Comprehension): FunctionNames {
  const reader = new NameReader();
  for (const clause of clauses) if (clause.kind === "for") reader.target(clause.target);
  return { locals: reader.bound, globals: new Set(), nonlocals: new Set(), yields: false };
}

class NameReader {
  readonly bound = new Set<string>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  yields = false;

  block(body: readonly Statement[]): void {
    for (const statement of body) this.statement(statement);
  }

  private statement(statement: Statement): void {
    switch (statement.type) {
      case "FunctionDef":
      case "ClassDef":
        this.bound.add(statement.name);
        return;
      case "Import":
      case "ImportFrom":
        this.imports(statement.names);
        return;
      case "Global":
        for (const name of statement.names) this.globals.add(name);
        return;
      case "Nonlocal":
        for (const name of statement.names) this.nonlocals.add(name);
        return;
      default:
        this.parts(statement);
    }
  }

  private imports(
    names: "*" | readonly { readonly name: string; readonly alias: string | undefined }[],
  ): void {
    if (names === "*") return;
    for (const { name, alias } of names) this.bound.add(alias ?? name.split(".")[0] ?? name);
  }

  /** Statements that hold expressions and blocks. */
  private parts(statement: Statement): void {
    switch (statement.type) {
      case "Assign":
      case "Delete":
        statement.targets.forEach((target) => this.target(target));
        break;
      case "AugmentedAssign":
      case "AnnotatedAssign":
      case "For":
        this.target(statement.target);
        break;
      case "With":
        for (const { target } of statement.items) if (target !== undefined) this.target(target);
        break;
      case "Try":
        for (const { name } of statement.handlers) if (name !== undefined) this.bound.add(name);
        break;
    }
    for (const part of childrenOf(statement)) this.child(part);
  }

  private child(part: Expression | Statement): void {
    if (statementTypes.has(part.type)) this.statement(part as Statement);
    else this.expression(part as Expression);
  }

  target(target: Expression): void {
    if (target.type === "Name") this.bound.add(target.name);
    else if (target.type === "Starred") this.target(target.value);
    else if (target.type === "Tuple" || target.type === "List")
      target.items.forEach((item) => this.target(item));
  }

  /** Finds `:=` and `yield`; a lambda keeps its own. */
  expression(expression: Expression): void {
    if (expression.type === "Yield" || expression.type === "YieldFrom") this.yields = true;
    if (expression.type === "NamedExpression") this.target(expression.target);
    if (expression.type === "Lambda") return;
    for (const part of childrenOf(expression)) this.child(part);
  }
}

const statementTypes: ReadonlySet<string> = /* @__PURE__ */ new Set(
  (
    "FunctionDef ClassDef Return Delete Assign AugmentedAssign AnnotatedAssign For While If With Raise Try Assert " +
    "Import ImportFrom Global Nonlocal ExpressionStatement Pass Break Continue"
  ).split(" "),
);

/** The statements and expressions directly in a node, in any of its parts. */
function childrenOf(node: Expression | Statement): (Expression | Statement)[] {
  const found: (Expression | Statement)[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === "object" && value !== null) {
      if (isNode(value)) found.push(value);
      else Object.values(value).forEach(collect);
    }
  };
  Object.values(node).forEach(collect);
  return found;
}

const wrappers: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "Argument",
  "Parameter",
  "WithItem",
  "ExceptHandler",
]);

function isNode(value: object): value is Expression | Statement {
  return "type" in value && typeof value.type === "string" && !wrappers.has(value.type);
}
