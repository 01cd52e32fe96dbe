// Compiles `while` and `for`. A method is named after its rule, as in py/compile.c, MicroPython 1.28.

import { isIdentifier, isSmallInt, isStruct, leafValue, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as emit from "../emit/operations.js";
import { ImportPass } from "./import-pass.js";

/** Compiles loops. */
export abstract class LoopPass extends ImportPass {
  /** Jumps to where a block goes on; in format 5 not behind a `return`. */
  protected jumpOn(label: number): void {
    this.emit.jump(label);
  }

  /** Compiles a loop's head and body with labels of its own for `break` and `continue`. */
  protected inLoop(body: (breakLabel: number, continueLabel: number) => void): number {
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
    const truth = this.truth(test);
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
      this.jumpOn(next);
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
}
