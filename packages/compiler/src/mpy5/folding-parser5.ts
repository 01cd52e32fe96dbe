// The parser with the constant folding of format 5's compilers: integers alone, no tuples, and only True, False and integers
// decide a condition. Follows py/parse.c, MicroPython 1.18.

import { isSmallInt, readFloatToken, type Constant, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import type { FoldedInt, FoldedNumber } from "../fold/arithmetic.js";
import { FoldingParser } from "../fold/folding-parser.js";
import { SourceError } from "../source-error.js";
import { parseFloat5 } from "./parse-float5.js";
import { fitsHost, truthOf5 } from "./truth5.js";

/** Bytes of up to this many bytes, or that are a name already, have no line of their own. */
const INTERN_LENGTH = 10;
const NO_PLACE = 0;

/** Parses and folds. */
export class FoldingParser5 extends FoldingParser {
  protected override number(): Constant {
    const { text, imaginary } = readFloatToken(this.lexer);
    const value = parseFloat5(text);
    return imaginary ? { type: "complex", imaginary: value } : { type: "float", value };
  }

  protected override integer(value: bigint | number, place: number): NodeRef {
    return super.integer(value, fitsHost(BigInt(value)) ? NO_PLACE : place);
  }

  protected override bytes(place: number): NodeRef {
    const { text, names } = this.lexer;
    const isName =
      text.length <= INTERN_LENGTH
        ? names.intern(text.bytes, 0, text.length) !== 0
        : names.find(text.bytes, 0, text.length) !== 0;
    return super.bytes(isName ? NO_PLACE : place);
  }

  protected override truth(node: NodeRef): boolean | undefined {
    return truthOf5(this.tree, node);
  }

  protected override numberAt(distance: number): FoldedNumber | undefined {
    const number = super.numberAt(distance);
    return number?.type === "int" ? number : undefined;
  }

  protected override foldTwo(
    operator: number,
    left: FoldedNumber,
    distance: number,
  ): FoldedNumber | undefined {
    const result = super.foldTwo(operator, left, distance);
    if (result?.type !== "int") return undefined;
    return isBig(left) || isBig(this.numberAt(distance)) ? { ...result, big: true } : result;
  }

  protected override unary(operator: number, operand: FoldedInt): FoldedInt {
    const result = super.unary(operator, operand);
    return isBig(operand) ? { ...result, big: true } : result;
  }

  protected override constantNode(constant: Constant, place: number): NodeRef {
    if (constant.type !== "int" || constant.big === undefined) return super.constantNode(constant, place);
    return this.tree.addConstant(place, constant);
  }

  protected override foldModuleConstant(): boolean {
    return false;
  }

  protected override foldTuple(): boolean {
    return false;
  }

  protected override namedConstant(value: NodeRef, call: NodeRef): Constant {
    const { tree } = this;
    if (isSmallInt(value)) return { type: "int", value: tree.smallIntValue(value) };
    const constant = tree.isKind(value, rules.CONST_OBJECT) ? tree.constant(value) : undefined;
    if (constant?.type === "int") return constant;
    throw new SourceError("constant must be an integer", tree.place(call));
  }
}

/** What the compiler has as a big integer: it stays one in all arithmetic. */
function isBig(number: FoldedNumber | undefined): boolean {
  return number?.type === "int" && (number.big === true || !fitsHost(number.value));
}
