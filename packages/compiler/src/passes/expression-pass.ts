// Compiles expressions. A method is named after its rule, as in py/compile.c, MicroPython 1.28.

import {
  isIdentifier,
  isInlineSmallInt,
  isSmallInt,
  isString,
  isStruct,
  isToken,
  leafValue,
  type NameId,
  type NodeRef,
} from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as tokens from "@upykit/core/python/tokens";
import * as emit from "../emit/operations.js";
import { truthOf } from "../fold/constants.js";
import * as scopes from "../scope/scope.js";
import type { Scope } from "../scope/scope.js";
import { PassBase } from "./pass-base.js";

const COMPREHENSION_NAMES = {
  [scopes.SCOPE_LIST_COMP]: "listComp",
  [scopes.SCOPE_DICT_COMP]: "dictComp",
  [scopes.SCOPE_SET_COMP]: "setComp",
  [scopes.SCOPE_GEN_EXPR]: "genExpr",
} as const;

type ComprehensionKind = keyof typeof COMPREHENSION_NAMES;

/** Compiles expressions. */
export abstract class ExpressionPass extends PassBase {
  /** The parameters of a `def` or `lambda`: defaults onto the stack, then the function. */
  protected abstract makeFunctionWithDefaults(scope: Scope, parameters: NodeRef, listKind: number): void;

  protected leaf(node: NodeRef): void {
    if (isIdentifier(node)) this.loadId(leafValue(node));
    else if (isString(node)) this.emit.loadString(leafValue(node));
    else if (isSmallInt(node)) this.smallInt(node);
    // A line without a statement leaves its end in the tree.
    else if (isToken(node) && leafValue(node) !== tokens.TOKEN_NEWLINE) this.emit.loadToken(leafValue(node));
  }

  private smallInt(node: NodeRef): void {
    if (isInlineSmallInt(node)) this.emit.loadSmallInt(leafValue(node));
    else this.emit.loadWideSmallInt(this.tree.smallIntValue(node));
  }

  protected genericTuple(node: NodeRef): void {
    const count = this.tree.count(node);
    for (let i = 0; i < count; i++) this.node(this.child(node, i));
    this.emit.buildTuple(count);
  }

  /** Jumps to a label where a condition is what is asked for. */
  protected condition(node: NodeRef, jumpIf: boolean, label: number): void {
    const truth = truthOf(this.tree, node);
    if (truth !== undefined) {
      if (truth === jumpIf) this.emit.jump(label);
      return;
    }
    if (isStruct(node) && this.shortCondition(node, jumpIf, label)) return;
    this.node(node);
    this.emit.popJumpIf(jumpIf, label);
  }

  /** `and`, `or` and `not` as jumps. */
  private shortCondition(node: NodeRef, jumpIf: boolean, label: number): boolean {
    const kind = this.tree.kind(node);
    if (kind === rules.NOT_TEST_2) {
      this.condition(this.child(node, 0), !jumpIf, label);
      return true;
    }
    if (kind !== rules.OR_TEST && kind !== rules.AND_TEST) return false;
    const last = this.tree.count(node) - 1;
    if ((kind === rules.OR_TEST) === jumpIf) {
      for (let i = 0; i <= last; i++) this.condition(this.child(node, i), jumpIf, label);
      return true;
    }
    const end = this.newLabel();
    for (let i = 0; i < last; i++) this.condition(this.child(node, i), !jumpIf, end);
    this.condition(this.child(node, last), jumpIf, label);
    this.emit.label(end);
    return true;
  }

  protected testIfExpr(node: NodeRef): void {
    const ifElse = this.child(node, 1);
    const fail = this.newLabel();
    const end = this.newLabel();
    this.condition(this.child(ifElse, 0), false, fail);
    this.node(this.child(node, 0));
    this.emit.jump(end);
    this.emit.label(fail);
    this.emit.adjustStack(-1);
    this.node(this.child(ifElse, 1));
    this.emit.label(end);
  }

  protected orAndTest(node: NodeRef): void {
    const isOr = this.tree.kind(node) === rules.OR_TEST;
    const end = this.newLabel();
    const count = this.tree.count(node);
    for (let i = 0; i < count; i++) {
      this.node(this.child(node, i));
      if (i + 1 < count) this.emit.jumpIfOrPop(isOr, end);
    }
    this.emit.label(end);
  }

  protected comparison(node: NodeRef): void {
    const count = this.tree.count(node);
    this.node(this.child(node, 0));
    const multi = count > 3;
    const fail = multi ? this.newLabel() : 0;
    for (let i = 1; i + 1 < count; i += 2) {
      const more = i + 2 < count;
      this.node(this.child(node, i + 1));
      if (more) {
        this.emit.dupTop();
        this.emit.rotThree();
      }
      this.compareOp(this.child(node, i));
      if (more) this.emit.jumpIfOrPop(false, fail);
    }
    if (!multi) return;
    const end = this.newLabel();
    this.emit.jump(end);
    this.emit.label(fail);
    this.emit.adjustStack(1);
    this.emit.rotTwo();
    this.emit.popTop();
    this.emit.label(end);
  }

  private compareOp(node: NodeRef): void {
    if (isToken(node)) {
      const token = leafValue(node);
      this.emit.binary(token === tokens.KW_IN ? emit.BINARY_IN : emit.BINARY_LESS + token - tokens.OP_LESS);
      return;
    }
    const notIn = this.tree.kind(node) === rules.COMP_OP_NOT_IN;
    this.emit.binary(notIn ? emit.BINARY_IN : emit.BINARY_IS);
    if (notIn || this.child(node, 0) !== 0) this.emit.unary(emit.UNARY_NOT);
  }

  /** `|`, `^`, `&` */
  protected binaryOp(node: NodeRef): void {
    const operation = emit.BINARY_OR + this.tree.kind(node) - rules.EXPR;
    const count = this.tree.count(node);
    this.node(this.child(node, 0));
    for (let i = 1; i < count; i++) {
      this.node(this.child(node, i));
      this.emit.binary(operation);
    }
  }

  protected term(node: NodeRef): void {
    const count = this.tree.count(node);
    this.node(this.child(node, 0));
    for (let i = 1; i + 1 < count; i += 2) {
      this.node(this.child(node, i + 1));
      this.emit.binary(emit.BINARY_LSHIFT + leafValue(this.child(node, i)) - tokens.OP_DBL_LESS);
    }
  }

  protected factor2(node: NodeRef): void {
    this.node(this.child(node, 1));
    const token = leafValue(this.child(node, 0));
    this.emit.unary(
      token === tokens.OP_TILDE ? emit.UNARY_INVERT : emit.UNARY_POSITIVE + token - tokens.OP_PLUS,
    );
  }

  protected power(node: NodeRef): void {
    this.allNodes(node);
    this.emit.binary(emit.BINARY_POWER);
  }

  protected atomExprNormal(node: NodeRef): void {
    const subject = this.child(node, 0);
    this.node(subject);
    const trailers = this.list(this.child(node, 1), rules.ATOM_EXPR_TRAILERS);
    let i = this.superCall(subject, trailers);
    for (; i < trailers.length; i++) {
      const trailer = trailers[i] as NodeRef;
      const next = trailers[i + 1];
      if (next !== undefined && this.isMethodCall(trailer, next)) {
        this.emit.loadMethod(leafValue(this.child(trailer, 0)), false);
        this.callWith(this.child(next, 0), true, 0);
        i++;
      } else this.node(trailer);
    }
  }

  private isMethodCall(period: NodeRef, paren: NodeRef): boolean {
    return this.tree.kind(period) === rules.TRAILER_PERIOD && this.tree.kind(paren) === rules.TRAILER_PAREN;
  }

  /** `super()` in a function finds its arguments itself. @returns how many trailers that took */
  private superCall(subject: NodeRef, trailers: readonly NodeRef[]): number {
    const [first, second, third] = trailers;
    if (this.scope.kind !== scopes.SCOPE_FUNCTION || first === undefined) return 0;
    if (!isIdentifier(subject) || leafValue(subject) !== this.names.super) return 0;
    if (this.tree.kind(first) !== rules.TRAILER_PAREN || this.child(first, 0) !== 0) return 0;
    this.loadId(this.names.class);
    const self = this.scope.names.find(({ flags }) => (flags & scopes.IS_PARAMETER) !== 0);
    if (self === undefined) this.fail(first, "super() can't find self");
    this.loadId(self.name);
    if (second === undefined || third === undefined || !this.isMethodCall(second, third)) {
      this.emit.call(false, 2, 0, false);
      return 1;
    }
    this.emit.loadMethod(leafValue(this.child(second, 0)), true);
    this.callWith(this.child(third, 0), true, 0);
    return 3;
  }

  /** The arguments of a call, and the call. */
  protected callWith(list: NodeRef, isMethod: boolean, extra: number): void {
    const args = this.list(list, rules.ARGLIST);
    let positional = extra;
    let keyword = 0;
    let hasDoubleStar = false;
    let stars = 0n;
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] as NodeRef;
      const kind = isStruct(arg) ? this.tree.kind(arg) : 0;
      if (kind === rules.ARGLIST_STAR) {
        if (hasDoubleStar) this.fail(arg, "* arg after **");
        if (i >= this.options.smallIntBits - 1) this.fail(arg, "too many args");
        stars |= 1n << BigInt(i);
        this.node(this.child(arg, 0));
        positional++;
      } else if (kind === rules.ARGLIST_DBL_STAR) {
        hasDoubleStar = true;
        this.emit.loadNull();
        this.node(this.child(arg, 0));
        keyword++;
      } else if (kind === rules.ARGUMENT) {
        if (this.argument(arg)) keyword++;
        else positional++;
      } else {
        if (hasDoubleStar || keyword > 0) {
          this.noteError(arg, hasDoubleStar ? "positional arg after **" : "positional arg after keyword arg");
          return;
        }
        this.node(arg);
        positional++;
      }
    }
    const hasStars = hasDoubleStar || stars !== 0n;
    if (hasStars) this.emit.loadWideSmallInt(stars);
    this.emit.call(isMethod, positional, keyword, hasStars);
  }

  /** `name=value`, `name := value` or a generator; true for a keyword argument. */
  private argument(node: NodeRef): boolean {
    const name = this.child(node, 0);
    const value = this.child(node, 1);
    if (this.isKind(value, rules.ARGUMENT_3)) {
      this.namedexprHelper(name, this.child(value, 0));
      return false;
    }
    if (this.isKind(value, rules.COMP_FOR)) {
      this.comprehension(node, scopes.SCOPE_GEN_EXPR);
      return false;
    }
    if (!isIdentifier(name)) this.fail(node, "LHS of keyword arg must be an id");
    this.emit.loadString(leafValue(name));
    this.node(value);
    return true;
  }

  protected namedexpr(node: NodeRef): void {
    this.namedexprHelper(this.child(node, 0), this.child(node, 1));
  }

  private namedexprHelper(target: NodeRef, value: NodeRef): void {
    if (!isIdentifier(target)) this.noteError(target, "can't assign to expression");
    this.node(value);
    this.emit.dupTop();
    if (!isIdentifier(target)) return;
    const name = leafValue(target);
    if (this.scope.isComprehension()) this.bindInParent(name, target);
    this.storeId(name);
  }

  /** A name assigned with `:=` in a comprehension belongs to the scope around. */
  private bindInParent(name: NameId, target: NodeRef): void {
    const { scope } = this;
    const parent = scope.parent as Scope;
    if (parent.forModification(name).kind === scopes.GLOBAL_EXPLICIT) {
      scope.findOrAdd(name, scopes.GLOBAL_EXPLICIT);
      return;
    }
    const entry = scope.findOrAdd(name, scopes.UNDECIDED);
    const isGlobal = parent.parent === undefined;
    if (!isGlobal && entry.kind === scopes.GLOBAL_IMPLICIT) entry.kind = scopes.UNDECIDED;
    if (isGlobal) this.declareGlobal(target, entry);
    else this.declareNonlocal(target, entry);
  }

  protected declareGlobal(node: NodeRef, entry: scopes.ScopeName): void {
    if (entry.kind !== scopes.UNDECIDED && entry.kind !== scopes.GLOBAL_EXPLICIT) {
      this.noteError(node, "identifier redefined as global");
      return;
    }
    entry.kind = scopes.GLOBAL_EXPLICIT;
    const global = this.scope.findGlobal(entry.name);
    if (global !== undefined) global.kind = scopes.GLOBAL_EXPLICIT;
  }

  protected declareNonlocal(node: NodeRef, entry: scopes.ScopeName): void {
    if (entry.kind === scopes.UNDECIDED) {
      entry.kind = scopes.GLOBAL_IMPLICIT;
      this.scope.checkToCloseOver(entry);
      if (entry.kind === scopes.GLOBAL_IMPLICIT) this.noteError(node, "no binding for nonlocal found");
    } else if (entry.kind !== scopes.FREE) this.noteError(node, "identifier redefined as nonlocal");
  }

  /** Makes a function of a scope. */
  protected makeFunction(scope: Scope, positionalDefaults: number, keywordDefaults: number): void {
    if (keywordDefaults > 0) scope.flags |= scopes.FLAG_DEFAULT_KEYWORDS;
    scope.defaultCount = positionalDefaults;
    this.emit.makeFunction(scope, positionalDefaults > 0 || keywordDefaults > 0);
  }

  protected lambdef(node: NodeRef): void {
    const scope = this.newScope(scopes.SCOPE_LAMBDA, node, this.names.lambda);
    this.makeFunctionWithDefaults(scope, this.child(node, 0), rules.VARARGSLIST);
  }

  private comprehension(node: NodeRef, kind: ComprehensionKind): void {
    const compFor = this.child(node, 1);
    this.makeFunction(this.newScope(kind, node, this.names[COMPREHENSION_NAMES[kind]]), 0, 0);
    this.node(this.child(compFor, 1));
    if (kind === scopes.SCOPE_GEN_EXPR) this.emit.getIter(false);
    this.emit.call(false, 1, 0, false);
  }

  protected hasCompFor(list: NodeRef): boolean {
    return this.tree.count(list) === 2 && this.isKind(this.child(list, 1), rules.COMP_FOR);
  }

  protected atomParen(node: NodeRef): void {
    const list = this.child(node, 0);
    if (list === 0) this.emit.buildTuple(0);
    else if (this.hasCompFor(list)) this.comprehension(list, scopes.SCOPE_GEN_EXPR);
    else this.genericTuple(list);
  }

  protected atomBracket(node: NodeRef): void {
    const list = this.child(node, 0);
    if (list === 0) this.emit.buildList(0);
    else if (!this.isKind(list, rules.TESTLIST_COMP)) {
      this.node(list);
      this.emit.buildList(1);
    } else if (this.hasCompFor(list)) this.comprehension(list, scopes.SCOPE_LIST_COMP);
    else {
      this.allNodes(list);
      this.emit.buildList(this.tree.count(list));
    }
  }

  protected atomBrace(node: NodeRef): void {
    const inner = this.child(node, 0);
    if (inner === 0) this.emit.buildMap(0);
    else if (this.isKind(inner, rules.DICTORSETMAKER_ITEM)) {
      this.emit.buildMap(1);
      this.node(inner);
      this.emit.storeMap();
    } else if (this.isKind(inner, rules.DICTORSETMAKER)) this.dictorsetmaker(inner);
    else {
      this.node(inner);
      this.emit.buildSet(1);
    }
  }

  private dictorsetmaker(node: NodeRef): void {
    const first = this.child(node, 0);
    const rest = this.child(node, 1);
    const isDict = this.isKind(first, rules.DICTORSETMAKER_ITEM);
    if (this.isKind(rest, rules.COMP_FOR)) {
      this.comprehension(node, isDict ? scopes.SCOPE_DICT_COMP : scopes.SCOPE_SET_COMP);
      return;
    }
    const items = this.list(this.child(rest, 0), rules.DICTORSETMAKER_LIST2);
    if (isDict) this.emit.buildMap(1 + items.length);
    this.node(first);
    if (isDict) this.emit.storeMap();
    for (const item of items) {
      const isPair = this.isKind(item, rules.DICTORSETMAKER_ITEM);
      this.node(item);
      if (isPair !== isDict) {
        this.fail(node, isDict ? "expecting key:value for dict" : "expecting just a value for set");
      }
      if (isDict) this.emit.storeMap();
    }
    if (!isDict) this.emit.buildSet(1 + items.length);
  }

  protected dictorsetmakerItem(node: NodeRef): void {
    this.node(this.child(node, 1));
    this.node(this.child(node, 0));
  }

  protected subscript(node: NodeRef): void {
    const ranged = this.tree.kind(node) === rules.SUBSCRIPT_2;
    if (ranged) this.node(this.child(node, 0));
    else this.emit.loadNone();
    const rest = this.child(ranged ? this.child(node, 1) : node, 0);
    if (this.isKind(rest, rules.SUBSCRIPT_3C)) {
      this.emit.loadNone();
      this.sliceStep(this.child(rest, 0));
    } else if (this.isKind(rest, rules.SUBSCRIPT_3D)) {
      this.node(this.child(rest, 0));
      this.sliceStep(this.child(this.child(rest, 1), 0));
    } else {
      if (rest === 0) this.emit.loadNone();
      else this.node(rest);
      this.emit.buildSlice(2);
    }
  }

  private sliceStep(step: NodeRef): void {
    if (step !== 0) this.node(step);
    this.emit.buildSlice(step === 0 ? 2 : 3);
  }

  protected yieldExpr(node: NodeRef): void {
    const { kind } = this.scope;
    if (kind !== scopes.SCOPE_FUNCTION && kind !== scopes.SCOPE_LAMBDA)
      this.fail(node, "'yield' outside function");
    const value = this.child(node, 0);
    if (this.isKind(value, rules.YIELD_ARG_FROM)) {
      if ((this.scope.flags & scopes.FLAG_ASYNC) !== 0)
        this.fail(value, "'yield from' inside async function");
      this.node(this.child(value, 0));
      this.yieldFrom();
      return;
    }
    if (value === 0) this.emit.loadNone();
    else this.node(value);
    this.emit.yieldValue();
  }

  protected yieldFrom(): void {
    this.emit.getIter(false);
    this.emit.loadNone();
    this.emit.yieldFrom();
  }

  protected atomExprAwait(node: NodeRef): void {
    const { kind } = this.scope;
    if (kind !== scopes.SCOPE_FUNCTION && kind !== scopes.SCOPE_LAMBDA)
      this.fail(node, "'await' outside function");
    this.atomExprNormal(node);
    if (this.options.target === "micropython") {
      this.yieldFrom();
      return;
    }
    this.emit.loadMethod(this.names.await, false);
    this.emit.call(true, 0, 0, false);
    this.emit.loadNone();
    this.emit.yieldFrom();
  }
}
