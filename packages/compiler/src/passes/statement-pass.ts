// Compiles statements. A method is named after its rule, as in py/compile.c, MicroPython 1.28.

import { isIdentifier, isSmallInt, isStruct, leafValue, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as emit from "../emit/operations.js";
import { truthOf } from "../fold/constants.js";
import * as scopes from "../scope/scope.js";
import { ImportPass } from "./import-pass.js";
import { NO_LABEL } from "./pass-base.js";

/** The labels of one item of `async with`. */
interface AsyncWithLabels {
  readonly finallyBlock: number;
  readonly noException: number;
  readonly unwind: number;
  readonly end: number;
}

/** Compiles statements. */
export abstract class StatementPass extends ImportPass {
  protected delStmt(node: NodeRef): void {
    for (const target of this.list(this.child(node, 0), rules.EXPRLIST)) this.delete(target);
  }

  protected breakContStmt(node: NodeRef): void {
    const label = this.tree.kind(node) === rules.BREAK_STMT ? this.breakLabel : this.continueLabel;
    if (label === NO_LABEL) this.fail(node, "'break'/'continue' outside loop");
    this.emit.unwindJump(label, this.exceptLevel - this.loopExceptLevel);
  }

  protected returnStmt(node: NodeRef): void {
    if (this.scope.kind !== scopes.SCOPE_FUNCTION) this.fail(node, "'return' outside function");
    const value = this.child(node, 0);
    if (value === 0) this.emit.loadNone();
    else if (this.isKind(value, rules.TEST_IF_EXPR)) {
      const ifElse = this.child(value, 1);
      const fail = this.newLabel();
      this.condition(this.child(ifElse, 0), false, fail);
      this.node(this.child(value, 0));
      this.emit.returnValue();
      this.emit.label(fail);
      this.node(this.child(ifElse, 1));
    } else this.node(value);
    this.emit.returnValue();
  }

  protected yieldStmt(node: NodeRef): void {
    this.node(this.child(node, 0));
    this.emit.popTop();
  }

  protected raiseStmt(node: NodeRef): void {
    const value = this.child(node, 0);
    if (value === 0) this.emit.raise(0);
    else if (this.isKind(value, rules.RAISE_STMT_ARG)) {
      this.node(this.child(value, 0));
      this.node(this.child(value, 1));
      this.emit.raise(2);
    } else {
      this.node(value);
      this.emit.raise(1);
    }
  }

  protected globalNonlocalStmt(node: NodeRef): void {
    const isGlobal = this.tree.kind(node) === rules.GLOBAL_STMT;
    if (!isGlobal && this.scope.kind === scopes.SCOPE_MODULE) {
      this.fail(node, "can't declare nonlocal in outer code");
    }
    for (const name of this.list(this.child(node, 0), rules.NAME_LIST)) {
      const entry = this.scope.findOrAdd(leafValue(name), scopes.UNDECIDED);
      if (isGlobal) this.declareGlobal(node, entry);
      else this.declareNonlocal(node, entry);
    }
  }

  protected assertStmt(node: NodeRef): void {
    if (this.options.optimize !== 0) return;
    const end = this.newLabel();
    this.condition(this.child(node, 0), true, end);
    this.emit.loadGlobal(this.names.assertionError);
    const message = this.child(node, 1);
    if (message !== 0) {
      this.node(message);
      this.emit.call(false, 1, 0, false);
    }
    this.emit.raise(1);
    this.emit.label(end);
  }

  protected ifStmt(node: NodeRef): void {
    const end = this.newLabel();
    const elifs = this.list(this.child(node, 2), rules.IF_STMT_ELIF_LIST);
    const orElse = this.child(node, 3);
    const jumpsOver = elifs.length > 0 || orElse !== 0;
    let decided = this.ifBranch(node, end, jumpsOver);
    for (const elif of elifs) {
      if (decided) break;
      decided = this.ifBranch(elif, end, true);
    }
    if (!decided) this.node(orElse);
    this.emit.label(end);
  }

  /** One condition and its block; true where the condition always holds. */
  private ifBranch(node: NodeRef, end: number, jumpsOver: boolean): boolean {
    const test = this.child(node, 0);
    const truth = truthOf(this.tree, test);
    if (truth === false) return false;
    const fail = this.newLabel();
    this.condition(test, false, fail);
    this.node(this.child(node, 1));
    if (truth === true) return true;
    if (jumpsOver) this.emit.jump(end);
    this.emit.label(fail);
    return false;
  }

  /** Compiles a loop's head and body with labels of its own for `break` and `continue`. */
  private inLoop(body: (breakLabel: number, continueLabel: number) => void): number {
    const { breakLabel, continueLabel, loopExceptLevel } = this;
    const ownBreak = this.newLabel();
    const ownContinue = this.newLabel();
    this.breakLabel = ownBreak;
    this.continueLabel = ownContinue;
    this.loopExceptLevel = this.exceptLevel;
    body(ownBreak, ownContinue);
    this.breakLabel = breakLabel;
    this.continueLabel = continueLabel;
    this.loopExceptLevel = loopExceptLevel;
    return ownBreak;
  }

  protected whileStmt(node: NodeRef): void {
    const test = this.child(node, 0);
    const truth = truthOf(this.tree, test);
    const end = this.inLoop((_, next) => {
      if (truth === false) return;
      const top = this.newLabel();
      if (truth !== true) this.emit.jump(next);
      this.emit.label(top);
      this.node(this.child(node, 1));
      this.emit.label(next);
      this.condition(test, true, top);
    });
    this.node(this.child(node, 2));
    this.emit.label(end);
  }

  protected forStmt(node: NodeRef): void {
    if (this.optimisedRange(node)) return;
    const end = this.inLoop((own, next) => {
      this.breakLabel = own | emit.BREAK_FROM_FOR;
      const pop = this.newLabel();
      this.node(this.child(node, 1));
      this.emit.getIter(true);
      this.emit.label(next);
      this.emit.forIter(pop);
      this.assign(this.child(node, 0));
      this.node(this.child(node, 2));
      this.emit.jump(next);
      this.emit.label(pop);
      this.emit.forIterEnd();
    });
    this.node(this.child(node, 3));
    this.emit.label(end);
  }

  /** `for x in range(…)` counts without an iterator. */
  private optimisedRange(node: NodeRef): boolean {
    const args = this.rangeArguments(node);
    if (args === undefined) return false;
    const [first, second, third] = args;
    if (first === undefined) return false;
    const start = second === undefined ? this.tree.smallInt(0) : first;
    const end = second ?? first;
    const step = third ?? this.tree.smallInt(1);
    if (!isSmallInt(step) || this.tree.smallIntNumber(step) === 0) return false;
    if (this.isSpecialArgument(start) || this.isSpecialArgument(end)) return false;
    this.countedFor(node, start, end, step);
    return true;
  }

  private rangeArguments(node: NodeRef): NodeRef[] | undefined {
    const iterator = this.child(node, 1);
    if (!isIdentifier(this.child(node, 0)) || !this.isKind(iterator, rules.ATOM_EXPR_NORMAL))
      return undefined;
    const callee = this.child(iterator, 0);
    const trailer = this.child(iterator, 1);
    if (!isIdentifier(callee) || leafValue(callee) !== this.names.range) return undefined;
    if (!this.isKind(trailer, rules.TRAILER_PAREN)) return undefined;
    const args = this.list(this.child(trailer, 0), rules.ARGLIST);
    return args.length >= 1 && args.length <= 3 ? args : undefined;
  }

  private isSpecialArgument(node: NodeRef): boolean {
    if (!isStruct(node)) return false;
    const kind = this.tree.kind(node);
    return kind === rules.ARGLIST_STAR || kind === rules.ARGLIST_DBL_STAR || kind === rules.ARGUMENT;
  }

  private countedFor(node: NodeRef, start: NodeRef, end: NodeRef, step: NodeRef): void {
    const endOnStack = !isSmallInt(end);
    const breakLabel = this.inLoop((_, next) => {
      const top = this.newLabel();
      const entry = this.newLabel();
      if (endOnStack) this.node(end);
      this.node(start);
      this.emit.jump(entry);
      this.emit.label(top);
      this.emit.dupTop();
      this.assign(this.child(node, 0));
      this.node(this.child(node, 2));
      this.emit.label(next);
      this.node(step);
      this.emit.binary(emit.BINARY_INPLACE_ADD);
      this.emit.label(entry);
      this.rangeTest(end, endOnStack, this.tree.smallIntNumber(step) >= 0, top);
    });
    this.rangeElse(this.child(node, 3), endOnStack, breakLabel);
  }

  private rangeTest(end: NodeRef, endOnStack: boolean, upwards: boolean, top: number): void {
    if (endOnStack) {
      this.emit.dupTopTwo();
      this.emit.rotTwo();
    } else {
      this.emit.dupTop();
      this.node(end);
    }
    this.emit.binary(upwards ? emit.BINARY_LESS : emit.BINARY_MORE);
    this.emit.popJumpIf(true, top);
  }

  /** The counter comes off the stack before `else`, which may jump out of a loop around. */
  private rangeElse(orElse: NodeRef, endOnStack: boolean, breakLabel: number): void {
    let end = 0;
    if (orElse !== 0) {
      this.popCounter(endOnStack);
      this.node(orElse);
      end = this.newLabel();
      this.emit.jump(end);
      this.emit.adjustStack(endOnStack ? 2 : 1);
    }
    this.emit.label(breakLabel);
    this.popCounter(endOnStack);
    if (orElse !== 0) this.emit.label(end);
  }

  private popCounter(endOnStack: boolean): void {
    this.emit.popTop();
    if (endOnStack) this.emit.popTop();
  }

  protected tryStmt(node: NodeRef): void {
    const body = this.child(node, 0);
    const rest = this.child(node, 1);
    if (this.isKind(rest, rules.TRY_STMT_FINALLY)) this.tryFinally(body, [], 0, this.child(rest, 0));
    else if (this.isKind(rest, rules.TRY_STMT_EXCEPT_AND_MORE)) {
      const excepts = this.list(this.child(rest, 0), rules.TRY_STMT_EXCEPT_LIST);
      const last = this.child(rest, 2);
      if (last === 0) this.tryExcept(body, excepts, this.child(rest, 1));
      else this.tryFinally(body, excepts, this.child(rest, 1), this.child(last, 0));
    } else this.tryExcept(body, this.list(rest, rules.TRY_STMT_EXCEPT_LIST), 0);
  }

  private tryExcept(body: NodeRef, excepts: readonly NodeRef[], orElse: NodeRef): void {
    const handler = this.newLabel();
    const success = this.newLabel();
    this.increaseExceptLevel(handler, emit.BLOCK_EXCEPT);
    this.node(body);
    this.emit.popExceptJump(success);
    this.emit.label(handler);
    this.emit.startExceptHandler();
    const end = this.newLabel();
    excepts.forEach((except, i) => this.exceptClause(except, end, i + 1 === excepts.length));
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

  /** The name of the exception is deleted after the handler, whatever happens in it. */
  private exceptBody(name: number, body: NodeRef): void {
    this.storeId(name);
    const label = this.newLabel();
    this.increaseExceptLevel(label, emit.BLOCK_FINALLY);
    this.node(body);
    this.emit.loadNone();
    this.emit.label(label);
    this.emit.adjustStack(1);
    this.emit.loadNone();
    this.storeId(name);
    this.deleteId(name);
    this.emit.adjustStack(-1);
    this.decreaseExceptLevel();
  }

  private tryFinally(body: NodeRef, excepts: readonly NodeRef[], orElse: NodeRef, last: NodeRef): void {
    const label = this.newLabel();
    this.increaseExceptLevel(label, emit.BLOCK_FINALLY);
    if (excepts.length === 0) {
      this.emit.adjustStack(3);
      this.node(body);
      this.emit.adjustStack(-3);
    } else this.tryExcept(body, excepts, orElse);
    this.emit.loadNone();
    this.emit.label(label);
    this.emit.adjustStack(1);
    this.node(last);
    this.emit.adjustStack(-1);
    this.decreaseExceptLevel();
  }

  protected withStmt(node: NodeRef): void {
    const ends: number[] = [];
    for (const item of this.list(this.child(node, 0), rules.WITH_STMT_LIST)) {
      const end = this.newLabel();
      const named = this.isKind(item, rules.WITH_ITEM);
      this.node(named ? this.child(item, 0) : item);
      this.increaseExceptLevel(end, emit.BLOCK_WITH);
      if (named) this.assign(this.child(item, 1));
      else this.emit.popTop();
      ends.push(end);
    }
    this.node(this.child(node, 1));
    for (const end of ends.reverse()) {
      this.emit.withCleanup(end);
      this.decreaseExceptLevel();
    }
  }

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

  private asyncForStmt(node: NodeRef): void {
    const whileElse = this.newLabel();
    const tryException = this.newLabel();
    const tryElse = this.newLabel();
    const tryFinally = this.newLabel();
    this.node(this.child(node, 1));
    this.emit.loadMethod(this.names.aiter, false);
    this.emit.call(true, 0, 0, false);
    const breakLabel = this.inLoop((_, next) => {
      this.emit.label(next);
      this.increaseExceptLevel(tryException, emit.BLOCK_EXCEPT);
      this.emit.dupTop();
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
    this.emit.popTop();
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
    for (const item of this.list(this.child(node, 0), rules.WITH_STMT_LIST)) {
      const own: AsyncWithLabels = {
        finallyBlock: this.newLabel(),
        noException: this.newLabel(),
        unwind: this.newLabel(),
        end: this.newLabel(),
      };
      this.asyncWithEnter(item);
      this.increaseExceptLevel(own.finallyBlock, emit.BLOCK_FINALLY);
      this.emit.adjustStack(3);
      labels.push(own);
    }
    this.node(this.child(node, 1));
    for (const own of labels.reverse()) this.asyncWithExit(own);
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
