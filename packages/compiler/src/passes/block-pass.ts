// Compiles `try` and `with`. A method is named after its rule, as in py/compile.c, MicroPython 1.28.

import { leafValue, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as emit from "../emit/operations.js";
import { LoopPass } from "./loop-pass.js";

/** Compiles blocks with handlers. */
export abstract class BlockPass extends LoopPass {
  protected tryStmt(node: NodeRef): void {
    const body = this.child(node, 0);
    const rest = this.child(node, 1);
    if (this.isKind(rest, rules.TRY_STMT_FINALLY)) this.tryFinally(body, 0, 0, this.child(rest, 0));
    else if (this.isKind(rest, rules.TRY_STMT_EXCEPT_AND_MORE)) {
      const excepts = this.child(rest, 0);
      const last = this.child(rest, 2);
      if (last === 0) this.tryExcept(body, excepts, this.child(rest, 1));
      else this.tryFinally(body, excepts, this.child(rest, 1), this.child(last, 0));
    } else this.tryExcept(body, rest, 0);
  }

  private tryExcept(body: NodeRef, excepts: NodeRef, orElse: NodeRef): void {
    const handler = this.newLabel();
    const success = this.newLabel();
    this.increaseExceptLevel(handler, emit.BLOCK_EXCEPT);
    this.node(body);
    this.emit.popExceptJump(success);
    this.emit.label(handler);
    this.emit.startExceptHandler();
    const end = this.newLabel();
    const count = this.count(excepts, rules.TRY_STMT_EXCEPT_LIST);
    for (let i = 0; i < count; i++) {
      this.exceptClause(this.item(excepts, rules.TRY_STMT_EXCEPT_LIST, i), end, i + 1 === count);
    }
    this.decreaseExceptLevel();
    this.emit.endExceptHandler();
    this.emit.label(success);
    this.node(orElse);
    this.emit.label(end);
  }

  private exceptClause(node: NodeRef, end: number, isLast: boolean): void {
    const next = this.newLabel();
    let type = this.child(node, 0);
    let name = 0;
    if (type === 0) {
      if (!isLast) this.fail(node, "default 'except' must be last");
    } else {
      if (this.isKind(type, rules.TRY_STMT_AS_NAME)) {
        name = leafValue(this.child(type, 1));
        type = this.child(type, 0);
      }
      this.emit.dupTop();
      this.node(type);
      this.emit.binary(emit.BINARY_EXCEPTION_MATCH);
      this.emit.popJumpIf(false, next);
    }
    if (name === 0) {
      this.emit.popTop();
      this.node(this.child(node, 1));
    } else this.exceptBody(name, this.child(node, 1));
    this.emit.popExceptJump(end);
    this.emit.label(next);
    this.emit.adjustStack(1);
  }

  /** What a `finally` runs above: a value may be on its way out. */
  protected roomForReturn(slots: number): void {
    this.emit.adjustStack(slots);
  }

  /** The name of the exception is deleted after the handler, whatever happens in it. */
  private exceptBody(name: number, body: NodeRef): void {
    this.storeId(name);
    const label = this.newLabel();
    this.increaseExceptLevel(label, emit.BLOCK_FINALLY);
    this.node(body);
    this.emit.loadNone();
    this.emit.label(label);
    this.roomForReturn(1);
    this.emit.loadNone();
    this.storeId(name);
    this.deleteId(name);
    this.roomForReturn(-1);
    this.decreaseExceptLevel();
  }

  private tryFinally(body: NodeRef, excepts: NodeRef, orElse: NodeRef, last: NodeRef): void {
    const label = this.newLabel();
    this.increaseExceptLevel(label, emit.BLOCK_FINALLY);
    if (excepts === 0) {
      this.emit.adjustStack(3);
      this.node(body);
      this.emit.adjustStack(-3);
    } else this.tryExcept(body, excepts, orElse);
    this.emit.loadNone();
    this.emit.label(label);
    this.roomForReturn(1);
    this.node(last);
    this.roomForReturn(-1);
    this.decreaseExceptLevel();
  }

  protected withStmt(node: NodeRef): void {
    const items = this.child(node, 0);
    const count = this.count(items, rules.WITH_STMT_LIST);
    const ends: number[] = [];
    for (let i = 0; i < count; i++) {
      const item = this.item(items, rules.WITH_STMT_LIST, i);
      const end = this.newLabel();
      const named = this.isKind(item, rules.WITH_ITEM);
      this.node(named ? this.child(item, 0) : item);
      this.increaseExceptLevel(end, emit.BLOCK_WITH);
      if (named) this.assign(this.child(item, 1));
      else this.emit.popTop();
      ends.push(end);
    }
    this.node(this.child(node, 1));
    for (let i = count - 1; i >= 0; i--) {
      this.emit.withCleanup(ends[i] as number);
      this.decreaseExceptLevel();
    }
  }
}
