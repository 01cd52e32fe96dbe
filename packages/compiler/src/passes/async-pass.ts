// Compiles `async for`, `async with` and `async def`. A method is named after its rule, as in py/compile.c, MicroPython 1.28.

import { type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as emit from "../emit/operations.js";
import * as scopes from "../scope/scope.js";
import { BlockPass } from "./block-pass.js";

/** The labels of one item of `async with`. */
interface AsyncWithLabels {
  readonly finallyBlock: number;
  readonly noException: number;
  readonly unwind: number;
  readonly end: number;
}

/** Compiles `async` statements. */
export abstract class AsyncPass extends BlockPass {
  protected asyncStmt(node: NodeRef): void {
    const inner = this.child(node, 0);
    if (this.isKind(inner, rules.FUNCDEF)) {
      this.asyncFuncdef(inner);
      return;
    }
    if ((this.scope.flags & scopes.FLAG_GENERATOR) === 0)
      this.fail(inner, "async for/with outside async function");
    if (this.isKind(inner, rules.FOR_STMT)) this.asyncForStmt(inner);
    else this.asyncWithStmt(inner);
  }

  private awaitMethod(name: number): void {
    this.emit.loadMethod(name, false);
    this.emit.call(true, 0, 0, false);
    this.yieldFrom();
  }

  /** The iterator stays on the stack. */
  protected asyncForStmt(node: NodeRef): void {
    this.asyncFor(node, { keep: () => undefined, load: () => this.emit.dupTop() });
    this.emit.popTop();
  }

  /** The loop, told how its iterator is kept, and loaded again for each round. */
  protected asyncFor(
    node: NodeRef,
    iterator: { readonly keep: () => void; readonly load: () => void },
  ): void {
    const whileElse = this.newLabel();
    const tryException = this.newLabel();
    const tryElse = this.newLabel();
    const tryFinally = this.newLabel();
    this.node(this.child(node, 1));
    this.emit.loadMethod(this.names.aiter, false);
    this.emit.call(true, 0, 0, false);
    iterator.keep();
    const breakLabel = this.inLoop((_, next) => {
      this.emit.label(next);
      this.increaseExceptLevel(tryException, emit.BLOCK_EXCEPT);
      iterator.load();
      this.awaitMethod(this.names.anext);
      this.assign(this.child(node, 0));
      this.emit.popExceptJump(tryElse);
      this.emit.label(tryException);
      this.asyncForEnd(whileElse, tryFinally);
      this.emit.label(tryElse);
      this.node(this.child(node, 2));
      this.emit.jump(next);
    });
    this.emit.label(whileElse);
    this.node(this.child(node, 3));
    this.emit.label(breakLabel);
  }

  /** StopAsyncIteration ends the loop; another exception goes on. */
  private asyncForEnd(whileElse: number, tryFinally: number): void {
    this.emit.startExceptHandler();
    this.emit.dupTop();
    this.emit.loadGlobal(this.names.stopAsyncIteration);
    this.emit.binary(emit.BINARY_EXCEPTION_MATCH);
    this.emit.popJumpIf(false, tryFinally);
    this.emit.popTop();
    this.emit.popExceptJump(whileElse);
    this.emit.label(tryFinally);
    this.emit.adjustStack(1);
    this.decreaseExceptLevel();
    this.emit.endExceptHandler();
  }

  private asyncWithStmt(node: NodeRef): void {
    const labels: AsyncWithLabels[] = [];
    const items = this.child(node, 0);
    const count = this.count(items, rules.WITH_STMT_LIST);
    for (let i = 0; i < count; i++) {
      const own: AsyncWithLabels = {
        finallyBlock: this.newLabel(),
        noException: this.newLabel(),
        unwind: this.newLabel(),
        end: this.newLabel(),
      };
      this.asyncWithEnter(this.item(items, rules.WITH_STMT_LIST, i));
      this.increaseExceptLevel(own.finallyBlock, emit.BLOCK_FINALLY);
      this.emit.adjustStack(3);
      labels.push(own);
    }
    this.node(this.child(node, 1));
    for (let i = count - 1; i >= 0; i--) this.asyncWithExit(labels[i] as AsyncWithLabels);
  }

  private asyncWithExit({ finallyBlock, noException, unwind, end }: AsyncWithLabels): void {
    this.emit.adjustStack(-3);
    this.emit.asyncWithSetupFinally(noException, finallyBlock, unwind, this.names.baseException);
    this.asyncWithException(end);
    this.emit.label(unwind);
    this.emit.rotThree();
    this.emit.rotThree();
    this.emit.label(noException);
    this.emit.loadMethod(this.names.aexit, false);
    this.emit.loadNone();
    this.emit.dupTop();
    this.emit.dupTop();
    this.emit.call(true, 3, 0, false);
    this.yieldFrom();
    this.emit.popTop();
    this.emit.adjustStack(-1);
    this.emit.label(end);
    this.decreaseExceptLevel();
  }

  private asyncWithEnter(item: NodeRef): void {
    const named = this.isKind(item, rules.WITH_ITEM);
    this.node(named ? this.child(item, 0) : item);
    this.emit.dupTop();
    this.awaitMethod(this.names.aenter);
    if (named) this.assign(this.child(item, 1));
    else this.emit.popTop();
  }

  /** Calls `__aexit__` with the exception, and swallows it where that says so. */
  private asyncWithException(end: number): void {
    this.emit.dupTop();
    this.emit.rotThree();
    this.emit.rotTwo();
    this.emit.loadMethod(this.names.aexit, false);
    this.emit.rotThree();
    this.emit.rotThree();
    this.emit.dupTop();
    this.emit.loadAttribute(this.names.class);
    this.emit.rotTwo();
    this.emit.loadNone();
    this.emit.call(true, 3, 0, false);
    this.yieldFrom();
    this.emit.popJumpIf(false, end);
    this.emit.popTop();
    this.emit.loadNone();
    this.emit.jump(end);
    this.emit.adjustStack(2);
  }
}
