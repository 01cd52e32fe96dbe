// Parse tree to syntax tree: statements. It knows the shapes that parser.ts leaves.

import type * as ast from "./ast.js";
import { ExpressionBuilder, operatorText } from "./build-expressions.js";
import { isLeaf, isToken, leafValue, type NodeRef, type ParseTree } from "./parse-tree.js";
import * as rule from "./rules.js";
import * as token from "./tokens.js";

/** The syntax tree of a parse tree that was made with `keepAtoms`. */
export function buildModule(tree: ParseTree): ast.Module {
  return { type: "Module", line: 1, column: 1, body: new ModuleBuilder(tree).block(tree.root) };
}

class ModuleBuilder extends ExpressionBuilder {
  /** The statements of a file, suite or line. */
  block(node: NodeRef): ast.Statement[] {
    if (node === 0 || isLeaf(node)) return [];
    switch (this.tree.kind(node)) {
      case rule.FILE_INPUT:
      case rule.FILE_INPUT_2:
      case rule.SUITE_BLOCK_STMTS:
      case rule.SIMPLE_STMT_2:
        return this.children(node).flatMap((child) => this.block(child));
      default:
        return [this.statement(node)];
    }
  }

  private statement(node: NodeRef): ast.Statement {
    switch (this.tree.kind(node)) {
      case rule.FUNCDEF:
        return this.functionDef(node, [], false);
      case rule.CLASSDEF:
        return this.classDef(node, []);
      case rule.DECORATED:
        return this.decorated(node);
      case rule.ASYNC_STMT:
        return this.asynchronous(this.child(node, 0));
      case rule.IF_STMT:
        return this.if(node);
      case rule.WHILE_STMT:
        return this.while(node);
      case rule.FOR_STMT:
        return this.for(node, false);
      case rule.TRY_STMT:
        return this.try(node);
      case rule.WITH_STMT:
        return this.with(node, false);
      default:
        return this.simple(node);
    }
  }

  private simple(node: NodeRef): ast.Statement {
    const at = this.at(node);
    switch (this.tree.kind(node)) {
      case rule.EXPR_STMT:
        return this.expressionStatement(node);
      case rule.DEL_STMT: {
        const targets = this.items(this.child(node, 0), rule.EXPRLIST).map((target) =>
          this.expression(target),
        );
        return { type: "Delete", ...at, targets };
      }
      case rule.RETURN_STMT:
        return { type: "Return", ...at, value: this.optional(this.child(node, 0)) };
      case rule.RAISE_STMT:
        return this.raise(node);
      case rule.IMPORT_NAME:
        return { type: "Import", ...at, names: this.importedModules(this.child(node, 0)) };
      case rule.IMPORT_FROM:
        return this.importFrom(node);
      case rule.GLOBAL_STMT:
      case rule.NONLOCAL_STMT: {
        const type = this.tree.kind(node) === rule.GLOBAL_STMT ? "Global" : "Nonlocal";
        const names = this.items(this.child(node, 0), rule.NAME_LIST).map((name) => this.name(name));
        return { type, ...at, names };
      }
      case rule.ASSERT_STMT: {
        const test = this.expression(this.child(node, 0));
        return { type: "Assert", ...at, test, message: this.optional(this.child(node, 1)) };
      }
      case rule.YIELD_STMT:
        return { type: "ExpressionStatement", ...at, value: this.expression(this.child(node, 0)) };
      case rule.BREAK_STMT:
        return { type: "Break", ...at };
      case rule.CONTINUE_STMT:
        return { type: "Continue", ...at };
      default:
        return { type: "Pass", ...at };
    }
  }

  private expressionStatement(node: NodeRef): ast.Statement {
    const at = this.at(node);
    const first = this.expression(this.child(node, 0));
    const second = this.child(node, 1);
    if (second === 0) return { type: "ExpressionStatement", ...at, value: first };
    if (this.tree.isKind(second, rule.ANNASSIGN)) {
      const annotation = this.expression(this.child(second, 0));
      return {
        type: "AnnotatedAssign",
        ...at,
        target: first,
        annotation,
        value: this.optional(this.child(second, 1)),
      };
    }
    if (this.tree.isKind(second, rule.EXPR_STMT_AUGASSIGN)) {
      const operator = operatorText(leafValue(this.child(second, 0))).slice(0, -1);
      return {
        type: "AugmentedAssign",
        ...at,
        target: first,
        operator,
        value: this.expression(this.child(second, 1)),
      };
    }
    const values = this.items(second, rule.EXPR_STMT_ASSIGN_LIST).map((value) => this.expression(value));
    const value = values.pop() as ast.Expression;
    return { type: "Assign", ...at, targets: [first, ...values], value };
  }

  private raise(node: NodeRef): ast.Raise {
    const at = this.at(node);
    const argument = this.child(node, 0);
    if (this.tree.isKind(argument, rule.RAISE_STMT_ARG)) {
      const exception = this.expression(this.child(argument, 0));
      return { type: "Raise", ...at, exception, cause: this.expression(this.child(argument, 1)) };
    }
    return { type: "Raise", ...at, exception: this.optional(argument), cause: undefined };
  }

  private dottedName(node: NodeRef): string {
    return this.items(node, rule.DOTTED_NAME)
      .map((part) => this.name(part))
      .join(".");
  }

  private importedModules(node: NodeRef): ast.ImportedName[] {
    return this.items(node, rule.DOTTED_AS_NAMES).map((item) => {
      if (!this.tree.isKind(item, rule.DOTTED_AS_NAME))
        return { name: this.dottedName(item), alias: undefined };
      return { name: this.dottedName(this.child(item, 0)), alias: this.name(this.child(item, 1)) };
    });
  }

  private importFrom(node: NodeRef): ast.ImportFrom {
    const { module, level } = this.importSource(this.child(node, 0));
    const list = this.child(node, 1);
    const names = isToken(list)
      ? "*"
      : this.items(list, rule.IMPORT_AS_NAMES).map((item) => {
          const alias = this.child(item, 1);
          return { name: this.name(this.child(item, 0)), alias: alias === 0 ? undefined : this.name(alias) };
        });
    return { type: "ImportFrom", ...this.at(node), module, level, names };
  }

  private importSource(node: NodeRef): { module: string; level: number } {
    if (this.tree.isKind(node, rule.IMPORT_FROM_2B)) {
      return { module: this.dottedName(this.child(node, 1)), level: this.level(this.child(node, 0)) };
    }
    if (isToken(node) || this.tree.isKind(node, rule.ONE_OR_MORE_PERIOD_OR_ELLIPSIS)) {
      return { module: "", level: this.level(node) };
    }
    return { module: this.dottedName(node), level: 0 };
  }

  private level(node: NodeRef): number {
    const dots = this.items(node, rule.ONE_OR_MORE_PERIOD_OR_ELLIPSIS);
    return dots.reduce((sum, dot) => sum + (leafValue(dot) === token.TOKEN_ELLIPSIS ? 3 : 1), 0);
  }

  private functionDef(
    node: NodeRef,
    decorators: readonly ast.Expression[],
    isAsync: boolean,
  ): ast.FunctionDef {
    return {
      type: "FunctionDef",
      ...this.at(node),
      name: this.name(this.child(node, 0)),
      parameters: this.items(this.child(node, 1), rule.TYPEDARGSLIST).map((item) =>
        this.parameter(item, node),
      ),
      returns: this.optional(this.child(node, 2)),
      body: this.block(this.child(node, 3)),
      decorators,
      isAsync,
    };
  }

  private classDef(node: NodeRef, decorators: readonly ast.Expression[]): ast.ClassDef {
    const list = this.child(node, 1);
    return {
      type: "ClassDef",
      ...this.at(node),
      name: this.name(this.child(node, 0)),
      bases: this.tree.isKind(list, rule.CLASSDEF_2) ? [] : this.args(list),
      body: this.block(this.child(node, 2)),
      decorators,
    };
  }

  private decorated(node: NodeRef): ast.Statement {
    const list = this.items(this.child(node, 0), rule.DECORATORS);
    const decorators = list.map((decorator) => this.decorator(decorator));
    const body = this.child(node, 1);
    if (this.tree.isKind(body, rule.CLASSDEF)) return this.classDef(body, decorators);
    const isAsync = this.tree.isKind(body, rule.ASYNC_FUNCDEF);
    return this.functionDef(isAsync ? this.child(body, 0) : body, decorators, isAsync);
  }

  private decorator(node: NodeRef): ast.Expression {
    const at = this.at(node);
    const [first, ...rest] = this.dottedName(this.child(node, 0)).split(".");
    let value: ast.Expression = { type: "Name", ...at, name: first ?? "" };
    for (const name of rest) value = { type: "Attribute", ...at, value, name };
    const call = this.child(node, 1);
    if (call === 0) return value;
    return { type: "Call", ...at, callee: value, args: this.args(this.child(call, 0)) };
  }

  private asynchronous(node: NodeRef): ast.Statement {
    switch (this.tree.kind(node)) {
      case rule.FUNCDEF:
        return this.functionDef(node, [], true);
      case rule.FOR_STMT:
        return this.for(node, true);
      default:
        return this.with(node, true);
    }
  }

  private if(node: NodeRef): ast.If {
    let orElse = this.block(this.child(node, 3));
    for (const elif of this.items(this.child(node, 2), rule.IF_STMT_ELIF_LIST).reverse()) {
      orElse = [{ type: "If", ...this.at(elif), ...this.conditional(elif), orElse }];
    }
    return { type: "If", ...this.at(node), ...this.conditional(node), orElse };
  }

  private conditional(node: NodeRef): { test: ast.Expression; body: ast.Statement[] } {
    return { test: this.expression(this.child(node, 0)), body: this.block(this.child(node, 1)) };
  }

  private while(node: NodeRef): ast.While {
    return {
      type: "While",
      ...this.at(node),
      ...this.conditional(node),
      orElse: this.block(this.child(node, 2)),
    };
  }

  private for(node: NodeRef, isAsync: boolean): ast.For {
    return {
      type: "For",
      ...this.at(node),
      target: this.expression(this.child(node, 0)),
      iterable: this.expression(this.child(node, 1)),
      body: this.block(this.child(node, 2)),
      orElse: this.block(this.child(node, 3)),
      isAsync,
    };
  }

  private with(node: NodeRef, isAsync: boolean): ast.With {
    const items = this.items(this.child(node, 0), rule.WITH_STMT_LIST).map((item): ast.WithItem => {
      const at = this.at(item);
      if (!this.tree.isKind(item, rule.WITH_ITEM)) {
        return { type: "WithItem", ...at, context: this.expression(item), target: undefined };
      }
      const context = this.expression(this.child(item, 0));
      return { type: "WithItem", ...at, context, target: this.expression(this.child(item, 1)) };
    });
    return { type: "With", ...this.at(node), items, body: this.block(this.child(node, 1)), isAsync };
  }

  private try(node: NodeRef): ast.Try {
    const rest = this.child(node, 1);
    const many = this.tree.isKind(rest, rule.TRY_STMT_EXCEPT_AND_MORE);
    const last = many ? this.child(rest, 2) : this.tree.isKind(rest, rule.TRY_STMT_FINALLY) ? rest : 0;
    const excepts = many ? this.child(rest, 0) : last === rest ? 0 : rest;
    return {
      type: "Try",
      ...this.at(node),
      body: this.block(this.child(node, 0)),
      handlers: this.items(excepts, rule.TRY_STMT_EXCEPT_LIST).map((handler) => this.handler(handler)),
      orElse: many ? this.block(this.child(rest, 1)) : [],
      finalBody: last === 0 ? [] : this.block(this.child(last, 0)),
    };
  }

  private handler(node: NodeRef): ast.ExceptHandler {
    const at = this.at(node);
    const type = this.child(node, 0);
    const body = this.block(this.child(node, 1));
    if (this.tree.isKind(type, rule.TRY_STMT_AS_NAME)) {
      const exception = this.expression(this.child(type, 0));
      return { type: "ExceptHandler", ...at, exception, name: this.name(this.child(type, 1)), body };
    }
    return { type: "ExceptHandler", ...at, exception: this.optional(type), name: undefined, body };
  }
}
