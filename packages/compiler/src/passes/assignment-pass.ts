// Compiles what is assigned to, and what is deleted. Follows c_assign() and c_del_stmt() of py/compile.c, MicroPython 1.28.

import { isIdentifier, isLeaf, isStruct, leafValue, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as tokens from "@upykit/core/python/tokens";
import * as emit from "../emit/operations.js";
import * as scopes from "../scope/scope.js";
import { ExpressionPass } from "./expression-pass.js";

/** Store, or the two halves of `a += b`. */
const STORE = 0;
const AUGMENTED_LOAD = 1;
const AUGMENTED_STORE = 2;

/** Compiles assignments. */
export abstract class AssignmentPass extends ExpressionPass {
  /** Assigns the top of the stack. */
  protected assign(node: NodeRef, how: number = STORE): void {
    if (isIdentifier(node)) {
      if (how === AUGMENTED_LOAD) this.loadId(leafValue(node));
      else this.storeId(leafValue(node));
      return;
    }
    switch (isLeaf(node) ? 0 : this.tree.kind(node)) {
      case rules.ATOM_EXPR_NORMAL:
        this.assignAtomExpr(node, how);
        return;
      case rules.TESTLIST_STAR_EXPR:
      case rules.EXPRLIST:
        if (how === STORE) this.assignTuple(node, this.tree.kind(node));
        else this.cannotAssign(node);
        return;
      case rules.ATOM_PAREN:
      case rules.ATOM_BRACKET:
        this.assignSequence(node, how);
        return;
      default:
        this.cannotAssign(node);
    }
  }

  private cannotAssign(node: NodeRef): void {
    this.noteError(node, "can't assign to expression");
  }

  /** `(a, b)` or `[a, b]` */
  private assignSequence(node: NodeRef, how: number): void {
    const inner = this.child(node, 0);
    const isParen = this.tree.kind(node) === rules.ATOM_PAREN;
    if (how !== STORE || (isParen && inner === 0)) this.cannotAssign(node);
    else if (this.isKind(inner, rules.TESTLIST_COMP) && this.hasCompFor(inner)) this.cannotAssign(node);
    else this.assignTuple(inner, rules.TESTLIST_COMP);
  }

  private assignTuple(list: NodeRef, kind: number): void {
    const count = this.count(list, kind);
    let star = -1;
    for (let i = 0; i < count; i++) {
      const item = this.item(list, kind, i);
      if (!this.isKind(item, rules.STAR_EXPR)) continue;
      if (star >= 0) this.fail(item, "multiple *x in assignment");
      this.emit.unpackEx(i, count - i - 1);
      star = i;
    }
    if (star < 0) this.emit.unpackSequence(count);
    for (let i = 0; i < count; i++) {
      const item = this.item(list, kind, i);
      this.assign(i === star ? this.child(item, 0) : item);
    }
  }

  private assignAtomExpr(node: NodeRef, how: number): void {
    if (how !== AUGMENTED_STORE) this.node(this.child(node, 0));
    const last = this.lastTrailer(node, how !== AUGMENTED_STORE);
    const kind = this.tree.kind(last);
    if (kind === rules.TRAILER_BRACKET) this.assignSubscript(last, how);
    else if (kind === rules.TRAILER_PERIOD) this.assignAttribute(last, how);
    else this.cannotAssign(node);
  }

  /** Compiles all trailers but the last, where asked to, and returns that. */
  private lastTrailer(node: NodeRef, compile: boolean): NodeRef {
    const trailers = this.child(node, 1);
    const last = this.count(trailers, rules.ATOM_EXPR_TRAILERS) - 1;
    if (compile) for (let i = 0; i < last; i++) this.node(this.item(trailers, rules.ATOM_EXPR_TRAILERS, i));
    return this.item(trailers, rules.ATOM_EXPR_TRAILERS, last);
  }

  private assignSubscript(trailer: NodeRef, how: number): void {
    if (how === AUGMENTED_STORE) this.emit.rotThree();
    else this.node(this.child(trailer, 0));
    if (how === AUGMENTED_LOAD) {
      this.emit.dupTopTwo();
      this.emit.loadSubscript();
    } else this.emit.storeSubscript();
  }

  private assignAttribute(trailer: NodeRef, how: number): void {
    const name = leafValue(this.child(trailer, 0));
    if (how === AUGMENTED_LOAD) {
      this.emit.dupTop();
      this.emit.loadAttribute(name);
      return;
    }
    if (how === AUGMENTED_STORE) this.emit.rotTwo();
    this.emit.storeAttribute(name);
  }

  protected delete(node: NodeRef): void {
    if (isIdentifier(node)) this.deleteId(leafValue(node));
    else if (this.isKind(node, rules.ATOM_EXPR_NORMAL)) this.deleteAtomExpr(node);
    else if (this.isKind(node, rules.ATOM_PAREN)) {
      const list = this.child(node, 0);
      if (list === 0 || this.hasCompFor(list)) this.cannotDelete(list);
      else this.deleteAll(list, rules.TESTLIST_COMP);
    } else this.cannotDelete(node);
  }

  /** Deletes the items of a list, or the one that stands for it. */
  protected deleteAll(list: NodeRef, kind: number): void {
    const count = this.count(list, kind);
    for (let i = 0; i < count; i++) this.delete(this.item(list, kind, i));
  }

  private cannotDelete(node: NodeRef): void {
    this.noteError(node, "can't delete expression");
  }

  private deleteAtomExpr(node: NodeRef): void {
    this.node(this.child(node, 0));
    const last = this.lastTrailer(node, true);
    const kind = this.tree.kind(last);
    if (kind === rules.TRAILER_BRACKET) {
      this.node(this.child(last, 0));
      this.emit.deleteSubscript();
    } else if (kind === rules.TRAILER_PERIOD) this.emit.deleteAttribute(leafValue(this.child(last, 0)));
    else this.cannotDelete(node);
  }

  protected exprStmt(node: NodeRef): void {
    const left = this.child(node, 0);
    const right = this.child(node, 1);
    if (right === 0) {
      this.expressionAlone(left);
      return;
    }
    const kind = isStruct(right) ? this.tree.kind(right) : 0;
    if (kind === rules.ANNASSIGN) this.annotatedAssign(left, right);
    else if (kind === rules.EXPR_STMT_AUGASSIGN) this.augmentedAssign(left, right);
    else if (kind === rules.EXPR_STMT_ASSIGN_LIST) this.chainedAssign(left, right);
    else this.plainAssign(left, right);
  }

  private expressionAlone(node: NodeRef): void {
    const constant = (isLeaf(node) && !isIdentifier(node)) || this.isKind(node, rules.CONST_OBJECT);
    if (constant) return;
    this.node(node);
    this.emit.popTop();
  }

  /** The annotation itself is ignored. */
  private annotatedAssign(left: NodeRef, node: NodeRef): void {
    const value = this.child(node, 1);
    if (value !== 0) this.plainAssign(left, value);
    else if (this.scope.kind === scopes.SCOPE_FUNCTION && isIdentifier(left)) {
      this.scope.findOrAdd(leafValue(left), scopes.LOCAL);
    }
  }

  private augmentedAssign(left: NodeRef, node: NodeRef): void {
    this.assign(left, AUGMENTED_LOAD);
    this.node(this.child(node, 1));
    this.emit.binary(emit.BINARY_INPLACE_OR + leafValue(this.child(node, 0)) - tokens.DEL_PIPE_EQUAL);
    this.assign(left, AUGMENTED_STORE);
  }

  private chainedAssign(left: NodeRef, node: NodeRef): void {
    const last = this.tree.count(node) - 1;
    this.node(this.child(node, last));
    this.emit.dupTop();
    this.assign(left);
    for (let i = 0; i < last; i++) {
      if (i + 1 < last) this.emit.dupTop();
      this.assign(this.child(node, i));
    }
  }

  private plainAssign(left: NodeRef, right: NodeRef): void {
    if (this.isSwap(left, right)) this.swap(left, right);
    else {
      this.node(right);
      this.assign(left);
    }
  }

  /** `a, b = c, d` or `a, b, c = d, e, f` */
  private isSwap(left: NodeRef, right: NodeRef): boolean {
    if (!this.isKind(left, rules.TESTLIST_STAR_EXPR) || !this.isKind(right, rules.TESTLIST_STAR_EXPR)) {
      return false;
    }
    const count = this.tree.count(left);
    if (count < 2 || count > 3 || count !== this.tree.count(right)) return false;
    for (let i = 0; i < count; i++) if (this.isKind(this.child(left, i), rules.STAR_EXPR)) return false;
    return true;
  }

  /** Without a tuple. */
  private swap(left: NodeRef, right: NodeRef): void {
    const count = this.tree.count(right);
    for (let i = 0; i < count; i++) this.node(this.child(right, i));
    if (count === 3) this.emit.rotThree();
    this.emit.rotTwo();
    for (let i = 0; i < count; i++) this.assign(this.child(left, i));
  }
}
