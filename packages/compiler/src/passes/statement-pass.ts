// Compiles statements without blocks, and `if`. A method is named after its rule, as in py/compile.c, MicroPython 1.28.

import { leafValue, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as scopes from "../scope/scope.js";
import { AsyncPass } from "./async-pass.js";
import { NO_LABEL } from "./pass-base.js";

/** Compiles statements. */
export abstract class StatementPass extends AsyncPass {
  protected delStmt(node: NodeRef): void {
    this.deleteAll(this.child(node, 0), rules.EXPRLIST);
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
    const names = this.child(node, 0);
    const count = this.count(names, rules.NAME_LIST);
    for (let i = 0; i < count; i++) {
      const name = leafValue(this.item(names, rules.NAME_LIST, i));
      const entry = this.scope.findOrAdd(name, scopes.UNDECIDED);
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
    const elifs = this.child(node, 2);
    const count = this.count(elifs, rules.IF_STMT_ELIF_LIST);
    const orElse = this.child(node, 3);
    let decided = this.ifBranch(node, end, count > 0 || orElse !== 0);
    for (let i = 0; i < count && !decided; i++) {
      decided = this.ifBranch(this.item(elifs, rules.IF_STMT_ELIF_LIST, i), end, true);
    }
    if (!decided) this.node(orElse);
    this.emit.label(end);
  }

  /** One condition and its block; true where the condition always holds. */
  private ifBranch(node: NodeRef, end: number, jumpsOver: boolean): boolean {
    const test = this.child(node, 0);
    const truth = this.truth(test);
    if (truth === false) return false;
    const fail = this.newLabel();
    this.condition(test, false, fail);
    this.node(this.child(node, 1));
    if (truth === true) return true;
    if (jumpsOver) this.jumpOn(end);
    this.emit.label(fail);
    return false;
  }
}
