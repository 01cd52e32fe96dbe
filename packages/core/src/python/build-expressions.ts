// Parse tree to syntax tree: expressions. It knows the shapes that expression-parser.ts leaves.

import type * as ast from "./ast.js";
import {
  isIdentifier,
  isLeaf,
  isSmallInt,
  isString,
  isToken,
  leafValue,
  type NodeRef,
  type ParseTree,
} from "./parse-tree.js";
import * as rule from "./rules.js";
import { PythonSyntaxError } from "./syntax-error.js";
import { bytesToText } from "./text.js";
import * as token from "./tokens.js";

/** The text of an operator token. */
export function operatorText(kind: number): string {
  if (kind === token.KW_IN) return "in";
  return token.OPERATORS[kind - token.OP_ASSIGN] ?? "";
}

/** Makes expressions of the syntax tree. */
export class ExpressionBuilder {
  constructor(protected readonly tree: ParseTree) {}

  /** The children of a list rule; a node that is no such list is its only child. */
  protected items(node: NodeRef, kind: number): NodeRef[] {
    if (node === 0) return [];
    return this.tree.isKind(node, kind) ? this.children(node) : [node];
  }

  protected children(node: NodeRef): NodeRef[] {
    return Array.from({ length: this.tree.count(node) }, (_, i) => this.tree.child(node, i));
  }

  protected child(node: NodeRef, index: number): NodeRef {
    return this.tree.child(node, index);
  }

  protected at(node: NodeRef): ast.Position {
    return { line: this.tree.line(node), column: this.tree.column(node) };
  }

  protected name(node: NodeRef): string {
    return this.tree.names.text(leafValue(node));
  }

  protected optional(node: NodeRef): ast.Expression | undefined {
    return node === 0 ? undefined : this.expression(node);
  }

  /** The expression of a node. */
  expression(node: NodeRef): ast.Expression {
    const { tree } = this;
    if (isLeaf(node)) return this.atom(node, { line: 0, column: 0 });
    const at = this.at(node);
    switch (tree.kind(node)) {
      case rule.ATOM:
        return this.atom(this.child(node, 0), at);
      case rule.ATOM_EXPR_NORMAL:
        return this.trailers(node, this.expression(this.child(node, 0)));
      case rule.ATOM_EXPR_AWAIT:
        return { type: "Await", ...at, value: this.trailers(node, this.expression(this.child(node, 0))) };
      case rule.ATOM_PAREN:
        return this.collection("Tuple", "Generator", node);
      case rule.ATOM_BRACKET:
        return this.collection("List", "ListComprehension", node);
      case rule.ATOM_BRACE:
        return this.brace(node);
      case rule.TESTLIST:
      case rule.TESTLIST_STAR_EXPR:
      case rule.EXPRLIST:
      case rule.SUBSCRIPTLIST:
        return { type: "Tuple", ...at, items: this.children(node).map((item) => this.expression(item)) };
      case rule.STAR_EXPR:
        return { type: "Starred", ...at, value: this.expression(this.child(node, 0)) };
      case rule.YIELD_EXPR:
        return this.yield(node);
      case rule.LAMBDEF:
      case rule.LAMBDEF_NOCOND:
        return this.lambda(node);
      case rule.SUBSCRIPT_2:
      case rule.SUBSCRIPT_3:
        return this.slice(node);
      default:
        return this.operation(node);
    }
  }

  private operation(node: NodeRef): ast.Expression {
    const at = this.at(node);
    const kind = this.tree.kind(node);
    switch (kind) {
      case rule.NAMEDEXPR_TEST: {
        const [target, value] = this.both(node);
        return { type: "NamedExpression", ...at, target, value };
      }
      case rule.TEST_IF_EXPR: {
        const [test, orElse] = this.both(this.child(node, 1));
        return { type: "Conditional", ...at, test, body: this.expression(this.child(node, 0)), orElse };
      }
      case rule.OR_TEST:
      case rule.AND_TEST: {
        const operands = this.children(node).map((item) => this.expression(item));
        return { type: "BooleanOperation", ...at, operator: kind === rule.OR_TEST ? "or" : "and", operands };
      }
      case rule.NOT_TEST_2:
        return {
          type: "UnaryOperation",
          ...at,
          operator: "not",
          operand: this.expression(this.child(node, 0)),
        };
      case rule.FACTOR_2: {
        const operator = operatorText(leafValue(this.child(node, 0))) as "+" | "-" | "~";
        return { type: "UnaryOperation", ...at, operator, operand: this.expression(this.child(node, 1)) };
      }
      case rule.POWER: {
        const [left, right] = this.both(node);
        return { type: "BinaryOperation", ...at, left, operator: "**", right };
      }
      case rule.COMPARISON:
        return this.comparison(node);
      default:
        return this.binary(node, kind);
    }
  }

  private both(node: NodeRef): [ast.Expression, ast.Expression] {
    return [this.expression(this.child(node, 0)), this.expression(this.child(node, 1))];
  }

  private binary(node: NodeRef, kind: number): ast.Expression {
    const at = this.at(node);
    const same =
      kind === rule.EXPR ? "|" : kind === rule.XOR_EXPR ? "^" : kind === rule.AND_EXPR ? "&" : undefined;
    const step = same === undefined ? 2 : 1;
    let left = this.expression(this.child(node, 0));
    for (let i = step; i < this.tree.count(node); i += step) {
      const operator = same ?? operatorText(leafValue(this.child(node, i - 1)));
      left = { type: "BinaryOperation", ...at, left, operator, right: this.expression(this.child(node, i)) };
    }
    return left;
  }

  private comparison(node: NodeRef): ast.Comparison {
    const rest: { operator: string; operand: ast.Expression }[] = [];
    for (let i = 1; i + 1 < this.tree.count(node); i += 2) {
      const operator = this.comparisonOperator(this.child(node, i));
      rest.push({ operator, operand: this.expression(this.child(node, i + 1)) });
    }
    return { type: "Comparison", ...this.at(node), left: this.expression(this.child(node, 0)), rest };
  }

  private comparisonOperator(node: NodeRef): string {
    if (isToken(node)) return operatorText(leafValue(node));
    if (this.tree.kind(node) === rule.COMP_OP_NOT_IN) return "not in";
    return this.child(node, 0) === 0 ? "is" : "is not";
  }

  private atom(leaf: NodeRef, at: ast.Position): ast.Expression {
    const { tree } = this;
    if (isIdentifier(leaf)) return { type: "Name", ...at, name: this.name(leaf) };
    if (isString(leaf)) return { type: "String", ...at, value: this.name(leaf) };
    if (isSmallInt(leaf))
      return { type: "Number", ...at, kind: "int", value: narrow(tree.smallIntValue(leaf)) };
    if (isToken(leaf)) return { type: "Constant", ...at, value: constantName(leafValue(leaf)) };
    const constant = tree.constant(leaf);
    switch (constant.type) {
      case "str":
        return { type: "String", ...at, value: bytesToText(constant.value) };
      case "bytes":
        return { type: "Bytes", ...at, value: constant.value };
      case "int":
        return { type: "Number", ...at, kind: "int", value: narrow(constant.value) };
      case "float":
        return { type: "Number", ...at, kind: "float", value: constant.value };
      case "complex":
        return { type: "Number", ...at, kind: "imaginary", value: constant.imaginary };
      default:
        return { type: "Constant", ...at, value: "Ellipsis" };
    }
  }

  private trailers(node: NodeRef, subject: ast.Expression): ast.Expression {
    let value = subject;
    for (const trailer of this.items(this.child(node, 1), rule.ATOM_EXPR_TRAILERS)) {
      value = this.trailer(trailer, value);
    }
    return value;
  }

  private trailer(node: NodeRef, value: ast.Expression): ast.Expression {
    const { line, column } = value;
    const inner = this.child(node, 0);
    switch (this.tree.kind(node)) {
      case rule.TRAILER_PAREN:
        return { type: "Call", line, column, callee: value, args: this.args(inner) };
      case rule.TRAILER_BRACKET:
        return { type: "Subscript", line, column, value, index: this.expression(inner) };
      default:
        return { type: "Attribute", line, column, value, name: this.name(inner) };
    }
  }

  protected args(list: NodeRef): ast.Argument[] {
    return this.items(list, rule.ARGLIST).map((node) => this.argument(node));
  }

  private argument(node: NodeRef): ast.Argument {
    const at = this.at(node);
    const kind = this.tree.kind(node);
    if (kind === rule.ARGLIST_STAR || kind === rule.ARGLIST_DBL_STAR) {
      const stars = kind === rule.ARGLIST_STAR ? "star" : "double-star";
      return {
        type: "Argument",
        ...at,
        kind: stars,
        name: undefined,
        value: this.expression(this.child(node, 0)),
      };
    }
    if (kind !== rule.ARGUMENT) {
      return { type: "Argument", ...at, kind: "plain", name: undefined, value: this.expression(node) };
    }
    return { type: "Argument", ...at, kind: "plain", ...this.namedArgument(node) };
  }

  private namedArgument(node: NodeRef): { name: string | undefined; value: ast.Expression } {
    const second = this.child(node, 1);
    if (this.tree.isKind(second, rule.COMP_FOR))
      return { name: undefined, value: this.comprehension("Generator", node) };
    const first = this.expression(this.child(node, 0));
    if (this.tree.isKind(second, rule.ARGUMENT_3)) {
      const value = this.expression(this.child(second, 0));
      return { name: undefined, value: { type: "NamedExpression", ...this.at(node), target: first, value } };
    }
    return { name: first.type === "Name" ? first.name : "", value: this.expression(second) };
  }

  private collection(
    type: "Tuple" | "List",
    comprehension: "Generator" | "ListComprehension",
    node: NodeRef,
  ): ast.Expression {
    const inner = this.child(node, 0);
    if (this.tree.isKind(inner, rule.TESTLIST_COMP)) {
      if (this.tree.isKind(this.child(inner, this.tree.count(inner) - 1), rule.COMP_FOR)) {
        return this.comprehension(comprehension, inner);
      }
    }
    const items = this.items(inner, rule.TESTLIST_COMP).map((item) => this.expression(item));
    return { type, ...this.at(node), items };
  }

  private brace(node: NodeRef): ast.Expression {
    const inner = this.child(node, 0);
    if (!this.tree.isKind(inner, rule.DICTORSETMAKER))
      return this.braceItems(node, inner === 0 ? [] : [inner]);
    const first = this.child(inner, 0);
    const rest = this.child(inner, 1);
    if (this.tree.isKind(rest, rule.COMP_FOR)) {
      const isDict = this.tree.isKind(first, rule.DICTORSETMAKER_ITEM);
      return this.comprehension(isDict ? "DictComprehension" : "SetComprehension", inner);
    }
    return this.braceItems(node, [first, ...this.items(this.child(rest, 0), rule.DICTORSETMAKER_LIST2)]);
  }

  private braceItems(node: NodeRef, items: NodeRef[]): ast.Expression {
    const pairs = items.filter((item) => this.tree.isKind(item, rule.DICTORSETMAKER_ITEM));
    if (items.length > 0 && pairs.length === 0) {
      return { type: "Set", ...this.at(node), items: items.map((item) => this.expression(item)) };
    }
    this.checkBraceItems(items);
    const entries = pairs.map((pair) => {
      const [key, value] = this.both(pair);
      return { key, value };
    });
    return { type: "Dict", ...this.at(node), entries };
  }

  /** As the compiler says it: the first item decides between dict and set. */
  private checkBraceItems(items: readonly NodeRef[]): void {
    const isPair = (item: NodeRef): boolean => this.tree.isKind(item, rule.DICTORSETMAKER_ITEM);
    const [first] = items;
    const isDict = first !== undefined && isPair(first);
    const odd = items.find((item) => isPair(item) !== isDict);
    if (odd === undefined) return;
    const message = isDict ? "expecting key:value for dict" : "expecting just a value for set";
    throw new PythonSyntaxError(message, this.at(odd));
  }

  private comprehension(type: ast.Comprehension["type"], node: NodeRef): ast.Comprehension {
    const first = this.child(node, 0);
    const clauses = this.clauses(this.child(node, 1));
    if (type === "DictComprehension") {
      const [element, value] = this.both(first);
      return { type, ...this.at(node), element, value, clauses };
    }
    return { type, ...this.at(node), element: this.expression(first), value: undefined, clauses };
  }

  private clauses(node: NodeRef): ast.ComprehensionClause[] {
    const clauses: ast.ComprehensionClause[] = [];
    let clause = node;
    while (clause !== 0) {
      if (this.tree.kind(clause) === rule.COMP_FOR) {
        const [target, iterable] = this.both(clause);
        clauses.push({ kind: "for", target, iterable });
        clause = this.child(clause, 2);
      } else {
        clauses.push({ kind: "if", test: this.expression(this.child(clause, 0)) });
        clause = this.child(clause, 1);
      }
    }
    return clauses;
  }

  private yield(node: NodeRef): ast.Expression {
    const value = this.child(node, 0);
    if (this.tree.isKind(value, rule.YIELD_ARG_FROM)) {
      return { type: "YieldFrom", ...this.at(node), value: this.expression(this.child(value, 0)) };
    }
    return { type: "Yield", ...this.at(node), value: this.optional(value) };
  }

  private lambda(node: NodeRef): ast.Lambda {
    const parameters = this.items(this.child(node, 0), rule.VARARGSLIST).map((item) =>
      this.parameter(item, node),
    );
    return { type: "Lambda", ...this.at(node), parameters, body: this.expression(this.child(node, 1)) };
  }

  /** A parameter; a plain name has no place of its own and takes that of its function. */
  protected parameter(node: NodeRef, owner: NodeRef): ast.Parameter {
    const at = this.at(isLeaf(node) ? owner : node);
    const kind = isLeaf(node) ? 0 : this.tree.kind(node);
    const [first, second, third] = isLeaf(node) ? [node, 0, 0] : [...this.children(node), 0, 0, 0];
    const base = {
      type: "Parameter",
      ...at,
      kind: "plain",
      annotation: undefined,
      defaultValue: undefined,
    } as const;
    switch (kind) {
      case rule.TYPEDARGSLIST_NAME:
        return {
          ...base,
          name: this.name(first),
          annotation: this.optional(second),
          defaultValue: this.optional(third),
        };
      case rule.VARARGSLIST_NAME:
        return { ...base, name: this.name(first), defaultValue: this.optional(second) };
      case rule.TYPEDARGSLIST_STAR:
      case rule.VARARGSLIST_STAR:
        return { ...base, kind: "star", ...this.starName(first) };
      case rule.TYPEDARGSLIST_DBL_STAR:
      case rule.VARARGSLIST_DBL_STAR: {
        const annotation = this.optional(second);
        return { ...base, kind: "double-star", name: this.name(first), annotation };
      }
      default:
        return { ...base, name: this.name(node) };
    }
  }

  private starName(node: NodeRef): { name: string | undefined; annotation: ast.Expression | undefined } {
    if (node === 0) return { name: undefined, annotation: undefined };
    if (isLeaf(node)) return { name: this.name(node), annotation: undefined };
    return { name: this.name(this.child(node, 0)), annotation: this.optional(this.child(node, 1)) };
  }

  private slice(node: NodeRef): ast.Slice {
    const ranged = this.tree.kind(node) === rule.SUBSCRIPT_2;
    const lower = ranged ? this.expression(this.child(node, 0)) : undefined;
    const rest = this.child(ranged ? this.child(node, 1) : node, 0);
    const at = this.at(node);
    if (this.tree.isKind(rest, rule.SUBSCRIPT_3C)) {
      return { type: "Slice", ...at, lower, upper: undefined, step: this.optional(this.child(rest, 0)) };
    }
    if (this.tree.isKind(rest, rule.SUBSCRIPT_3D)) {
      const step = this.optional(this.child(this.child(rest, 1), 0));
      return { type: "Slice", ...at, lower, upper: this.expression(this.child(rest, 0)), step };
    }
    return { type: "Slice", ...at, lower, upper: this.optional(rest), step: undefined };
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function constantName(kind: number): ast.ConstantLiteral["value"] {
  if (kind === token.KW_NONE) return "None";
  if (kind === token.KW_TRUE) return "True";
  return kind === token.KW_FALSE ? "False" : "Ellipsis";
}
