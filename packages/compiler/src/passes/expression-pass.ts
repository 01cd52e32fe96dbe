// Compiles names, literals, operators and conditions. A method is named after its rule, as in py/compile.c, MicroPython 1.28.

import {
  isIdentifier,
  isInlineSmallInt,
  isSmallInt,
  isString,
  isStruct,
  isToken,
  leafValue,
  type NodeRef,
} from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as tokens from "@upykit/core/python/tokens";
import * as emit from "../emit/operations.js";
import { CallPass } from "./call-pass.js";

/** Compiles names, literals and operators. */
export abstract class ExpressionPass extends CallPass {
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

  /** Jumps to a label where a condition is what is asked for. */
  protected condition(node: NodeRef, jumpIf: boolean, label: number): void {
    const truth = this.truth(node);
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

  protected notTest(node: NodeRef): void {
    this.node(this.child(node, 0));
    this.emit.unary(emit.UNARY_NOT);
  }

  protected starExpr(node: NodeRef): void {
    this.fail(node, "*x must be assignment target");
  }

  protected constant(node: NodeRef): void {
    this.emit.loadConstant(node);
  }

  protected power(node: NodeRef): void {
    this.allNodes(node);
    this.emit.binary(emit.BINARY_POWER);
  }
}
