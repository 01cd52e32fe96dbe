// Compiles what stands behind an operand, and `await` and `yield`. A method is named after its rule, as in py/compile.c, MicroPython 1.28.

import { isIdentifier, isStruct, leafValue, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as scopes from "../scope/scope.js";
import { AtomPass } from "./atom-pass.js";

/** Compiles calls, subscripts and attributes, `await` and `yield`. */
export abstract class CallPass extends AtomPass {
  protected atomExprNormal(node: NodeRef): void {
    const subject = this.child(node, 0);
    this.node(subject);
    const trailers = this.child(node, 1);
    const count = this.count(trailers, rules.ATOM_EXPR_TRAILERS);
    for (let i = this.superCall(subject, trailers, count); i < count; i++) {
      const trailer = this.item(trailers, rules.ATOM_EXPR_TRAILERS, i);
      const next = i + 1 < count ? this.tree.child(trailers, i + 1) : 0;
      if (next !== 0 && this.isMethodCall(trailer, next)) {
        this.emit.loadMethod(leafValue(this.child(trailer, 0)), false);
        this.callWith(this.child(next, 0), true, 0);
        i++;
      } else this.node(trailer);
    }
  }

  protected trailerParen(node: NodeRef): void {
    this.callWith(this.child(node, 0), false, 0);
  }

  protected trailerBracket(node: NodeRef): void {
    this.node(this.child(node, 0));
    this.emit.loadSubscript();
  }

  protected trailerPeriod(node: NodeRef): void {
    this.emit.loadAttribute(leafValue(this.child(node, 0)));
  }

  private isMethodCall(period: NodeRef, paren: NodeRef): boolean {
    return this.tree.kind(period) === rules.TRAILER_PERIOD && this.tree.kind(paren) === rules.TRAILER_PAREN;
  }

  /** `super()` in a function finds its arguments itself. @returns how many trailers that took */
  private superCall(subject: NodeRef, trailers: NodeRef, count: number): number {
    if (!isIdentifier(subject) || leafValue(subject) !== this.names.super) return 0;
    if (this.scope.kind !== scopes.SCOPE_FUNCTION || count === 0) return 0;
    const first = this.item(trailers, rules.ATOM_EXPR_TRAILERS, 0);
    if (this.tree.kind(first) !== rules.TRAILER_PAREN || this.child(first, 0) !== 0) return 0;
    this.loadId(this.names.class);
    const self = this.scope.names.find(({ flags }) => (flags & scopes.IS_PARAMETER) !== 0);
    if (self === undefined) this.fail(first, "super() can't find self");
    this.loadId(self.name);
    if (count < 3 || !this.isMethodCall(this.child(trailers, 1), this.child(trailers, 2))) {
      this.emit.call(false, 2, 0, false);
      return 1;
    }
    this.emit.loadMethod(leafValue(this.child(this.child(trailers, 1), 0)), true);
    this.callWith(this.child(this.child(trailers, 2), 0), true, 0);
    return 3;
  }

  /** The arguments of a call, and the call. */
  protected callWith(list: NodeRef, isMethod: boolean, extra: number): void {
    const count = this.count(list, rules.ARGLIST);
    let positional = extra;
    let keyword = 0;
    let hasDoubleStar = false;
    let stars = 0n;
    for (let i = 0; i < count; i++) {
      const arg = this.item(list, rules.ARGLIST, i);
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
  protected argument(node: NodeRef): boolean {
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
