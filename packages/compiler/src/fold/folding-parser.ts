// The parser with MicroPython's constant folding: arithmetic, `and`/`or`/`not`, `const()`, constants of `math` and tuples
// are worked out while the tree grows. Follows py/parse.c, MicroPython 1.28, with mpy-cross's configuration.

import {
  isIdentifier,
  isSmallInt,
  isStruct,
  leafValue,
  Parser,
  readFloatToken,
  tokenRef,
  type Constant,
  type Lexer,
  type NameId,
  type NodeRef,
  type ParserOptions,
  type ParseTree,
} from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as tokens from "@upykit/core/python/tokens";
import { parseFloat64 } from "../floats/parse-float.js";
import { SourceError } from "../source-error.js";
import { bitsOf, fold, type FoldedInt, type FoldedNumber } from "./arithmetic.js";
import { constantOf, truthOf } from "./constants.js";

/** The constants of `math`. NaN is one object, so that it is one constant. */
const MATH: ReadonlyMap<string, Constant> = new Map([
  ["e", { type: "float", value: Math.E }],
  ["pi", { type: "float", value: Math.PI }],
  ["tau", { type: "float", value: 2 * Math.PI }],
  ["inf", { type: "float", value: Infinity }],
  ["nan", { type: "float", value: NaN }],
]);

/** 1 for the rules whose nodes may be constants. */
const FOLDS: Uint8Array = /* @__PURE__ */ foldingRules();

function foldingRules(): Uint8Array {
  const folds = new Uint8Array(128);
  folds.fill(1, rules.OR_TEST, rules.NOT_TEST_2 + 1);
  folds.fill(1, rules.EXPR, rules.POWER + 1);
  for (const kind of [rules.EXPR_STMT, rules.ATOM_EXPR_NORMAL, rules.TESTLIST_COMP]) folds[kind] = 1;
  for (const kind of [rules.TESTLIST_STAR_EXPR, rules.TESTLIST, rules.SUBSCRIPTLIST]) folds[kind] = 1;
  return folds;
}

const UNDERSCORE = 95;
/** A source may ask for as many huge integers as it has room for: no more than this is folded. */
const MOST_BITS_IN_ALL = 1 << 23;

/** Parses and folds. */
export class FoldingParser extends Parser {
  /** What `NAME = const(value)` has named. */
  private readonly constants: Map<NameId, Constant>;
  /** Bits of the very large integers folded so far. */
  private bigBits: number;
  private readonly constName: NameId;
  private readonly mathName: NameId;

  constructor(lexer: Lexer, tree: ParseTree, options: ParserOptions) {
    super(lexer, tree, options);
    this.constants = new Map();
    this.bigBits = 0;
    this.constName = tree.names.internText("const");
    this.mathName = tree.names.internText("math");
  }

  protected override identifier(name: NameId): NodeRef {
    const constant = this.constants.size > 0 ? this.constants.get(name) : undefined;
    return constant === undefined ? super.identifier(name) : this.constantNode(constant, this.lexer.place);
  }

  protected override number(): Constant {
    const { text, imaginary } = readFloatToken(this.lexer);
    const value = parseFloat64(text);
    return imaginary ? { type: "complex", imaginary: value } : { type: "float", value };
  }

  protected constantNode(constant: Constant, place: number): NodeRef {
    return constant.type === "int"
      ? this.integer(constant.value, place)
      : this.tree.addConstant(place, constant);
  }

  protected override reduce(kind: number, place: number, count: number): void {
    if (FOLDS[kind] === 0 || !this.fold(kind, place, count)) super.reduce(kind, place, count);
  }

  /** Puts a constant in the place of a node's children, or fewer children; false where the node is to be made. */
  private fold(kind: number, place: number, count: number): boolean {
    switch (kind) {
      case rules.EXPR_STMT:
        return this.foldConst();
      case rules.ATOM_EXPR_NORMAL:
        return this.foldModuleConstant();
      case rules.OR_TEST:
      case rules.AND_TEST:
        this.foldLogical(kind, place, count);
        return true;
      case rules.NOT_TEST_2:
        return this.foldNot();
      case rules.EXPR:
      case rules.XOR_EXPR:
      case rules.AND_EXPR:
      case rules.POWER:
        return this.foldSame(kind, count);
      case rules.SHIFT_EXPR:
      case rules.ARITH_EXPR:
      case rules.TERM:
        return this.foldMixed(count);
      case rules.FACTOR_2:
        return this.foldUnary();
      case rules.TESTLIST_COMP:
        return this.inParentheses && this.foldTuple(place, count);
      default:
        return this.foldTuple(place, count);
    }
  }

  /** Whether a node is a constant that is true or false; undefined where it is none. */
  protected truth(node: NodeRef): boolean | undefined {
    return truthOf(this.tree, node);
  }

  /** Leaves out what an earlier operand decides, and operands that decide nothing. */
  private foldLogical(kind: number, place: number, count: number): void {
    const decides = kind === rules.OR_TEST;
    const start = this.top - count;
    let kept = start;
    for (let i = 0; i < count; i++) {
      const node = this.stack[start + i] as number;
      this.stack[kept] = node;
      const truth = i === count - 1 ? undefined : this.truth(node);
      if (i === count - 1 || truth === decides) {
        kept++;
        break;
      }
      if (truth === undefined) kept++;
    }
    this.top = kept;
    if (kept - start > 1) super.reduce(kind, place, kept - start);
  }

  private foldNot(): boolean {
    const truth = this.truth(this.peek(0));
    if (truth === undefined) return false;
    this.pop();
    this.push(tokenRef(truth ? tokens.KW_FALSE : tokens.KW_TRUE));
    return true;
  }

  /** The number that a result is. */
  protected numberAt(distance: number): FoldedNumber | undefined {
    const node = this.peek(distance);
    if (isSmallInt(node)) return { type: "int", value: this.tree.smallIntValue(node) };
    if (!this.tree.isKind(node, rules.CONST_OBJECT)) return undefined;
    const constant = this.tree.constant(node);
    return constant.type === "int" || constant.type === "float" ? constant : undefined;
  }

  private foldSame(kind: number, count: number): boolean {
    const operator = kind === rules.POWER ? tokens.OP_DBL_STAR : tokens.OP_PIPE + (kind - rules.EXPR);
    let result = this.numberAt(count - 1);
    for (let i = count - 2; i >= 0 && result !== undefined; i--) result = this.foldTwo(operator, result, i);
    return this.replace(count, result);
  }

  private foldMixed(count: number): boolean {
    let result = this.numberAt(count - 1);
    for (let i = count - 2; i >= 1 && result !== undefined; i -= 2) {
      result = this.foldTwo(leafValue(this.peek(i)), result, i - 1);
    }
    return this.replace(count, result);
  }

  protected foldTwo(operator: number, left: FoldedNumber, distance: number): FoldedNumber | undefined {
    const right = this.numberAt(distance);
    if (right === undefined || this.bigBits > MOST_BITS_IN_ALL) return undefined;
    const result = fold(operator, left, right);
    if (result?.type === "int" && isHuge(result.value)) this.bigBits += bitsOf(result.value);
    return result;
  }

  private foldUnary(): boolean {
    const operand = this.numberAt(0);
    if (operand === undefined) return false;
    const operator = leafValue(this.peek(1));
    if (operator === tokens.OP_PLUS) return this.replace(2, operand);
    if (operand.type === "float") {
      return operator === tokens.OP_MINUS && this.replace(2, { type: "float", value: -operand.value });
    }
    return this.replace(2, this.unary(operator, operand));
  }

  /** `-` or `~` */
  protected unary(operator: number, { value }: FoldedInt): FoldedInt {
    return { type: "int", value: operator === tokens.OP_MINUS ? -value : ~value };
  }

  /** Puts a number in the place of `count` results; false where there is none. */
  private replace(count: number, result: Constant | undefined): boolean {
    if (result === undefined) return false;
    this.top -= count;
    this.push(this.constantNode(result, 0));
    return true;
  }

  /** `NAME = const(value)` */
  private foldConst(): boolean {
    const { tree } = this;
    const call = this.peek(0);
    const target = this.peek(1);
    if (!isIdentifier(target) || !tree.isKind(call, rules.ATOM_EXPR_NORMAL)) return false;
    const callee = tree.child(call, 0);
    const trailer = tree.child(call, 1);
    if (!isIdentifier(callee) || !tree.isKind(trailer, rules.TRAILER_PAREN)) return false;
    if (leafValue(callee) !== this.constName) return false;
    const value = tree.child(trailer, 0);
    const constant = this.namedConstant(value, call);
    const name = leafValue(target);
    this.constants.set(name, constant);
    this.pop();
    if (tree.names.firstByte(name) !== UNDERSCORE) {
      this.push(value);
      return false;
    }
    this.pop();
    super.reduce(rules.PASS_STMT, 0, 0);
    return true;
  }

  /** What `const()` names. */
  protected namedConstant(value: NodeRef, call: NodeRef): Constant {
    const constant = constantOf(this.tree, value);
    if (constant === undefined) throw new SourceError("not a constant", this.tree.place(call));
    return constant;
  }

  /** `math.pi` and its like */
  protected foldModuleConstant(): boolean {
    const { tree } = this;
    const module = this.peek(1);
    const trailer = this.peek(0);
    if (!isIdentifier(module) || leafValue(module) !== this.mathName) return false;
    if (!tree.isKind(trailer, rules.TRAILER_PERIOD)) return false;
    return this.replace(2, MATH.get(tree.names.text(leafValue(tree.child(trailer, 0)))));
  }

  protected foldTuple(place: number, count: number): boolean {
    const items: Constant[] = [];
    for (let i = count - 1; i >= 0; i--) {
      const node = this.peek(i);
      // Most lists are none: look before anything is made.
      const item =
        isIdentifier(node) || (isStruct(node) && !this.mayBeConstant(node))
          ? undefined
          : constantOf(this.tree, node);
      if (item === undefined) return false;
      items.push(item);
    }
    this.top -= count;
    this.push(this.tree.addConstant(place, { type: "tuple", items }));
    return true;
  }

  private mayBeConstant(node: NodeRef): boolean {
    const kind = this.tree.kind(node);
    return kind === rules.CONST_OBJECT || kind === rules.ATOM_PAREN;
  }
}

function isHuge(value: bigint): boolean {
  const rest = value >> 4096n;
  return rest !== 0n && rest !== -1n;
}
