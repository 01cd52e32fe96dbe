// The grammar's expressions: operators, conditions, lambda, and lists of expressions. One method for a rule, as in
// operand-parser.ts. Most operands stand alone: what follows one is looked at once, not once for each level of operators.
// Follows py/grammar.h, MicroPython 1.28.

import { OperandParser } from "./operand-parser.js";
import * as rule from "./rules.js";
import * as token from "./tokens.js";

// Levels of operators, from the loosest.
const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;
const PIPE = 5;
const CARET = 6;
const AMPERSAND = 7;
const SHIFT = 8;
const SUM = 9;
const TERM = 10;

/** The rule of each level. */
const LEVEL_RULE = [
  0,
  rule.OR_TEST,
  rule.AND_TEST,
  rule.NOT_TEST_2,
  rule.COMPARISON,
  rule.EXPR,
  rule.XOR_EXPR,
  rule.AND_EXPR,
  rule.SHIFT_EXPR,
  rule.ARITH_EXPR,
  rule.TERM,
];
/** How tight a binary operator binds, by its (first) token; 0 for other tokens. */
const LEVEL: Uint8Array = /* @__PURE__ */ operatorLevels();

function operatorLevels(): Uint8Array {
  const levels = new Uint8Array(128);
  levels[token.KW_OR] = OR;
  levels[token.KW_AND] = AND;
  levels.fill(COMPARISON, token.OP_LESS, token.OP_NOT_EQUAL + 1);
  levels[token.KW_IN] = levels[token.KW_NOT] = levels[token.KW_IS] = COMPARISON;
  levels[token.OP_PIPE] = PIPE;
  levels[token.OP_CARET] = CARET;
  levels[token.OP_AMPERSAND] = AMPERSAND;
  levels[token.OP_DBL_LESS] = levels[token.OP_DBL_MORE] = SHIFT;
  levels[token.OP_PLUS] = levels[token.OP_MINUS] = SUM;
  for (const kind of [token.OP_STAR, token.OP_AT, token.OP_SLASH, token.OP_PERCENT, token.OP_DBL_SLASH]) {
    levels[kind] = TERM;
  }
  return levels;
}

/** Parses expressions. */
export abstract class ExpressionParser extends OperandParser {
  protected testlistStarExpr(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.starOrTest()) return false;
    if (lexer.kind === token.DEL_COMMA) this.restOfList(rule.TESTLIST_STAR_EXPR, token.DEL_COMMA, place);
    return true;
  }

  protected exprlist(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.starOrExpr()) return false;
    if (lexer.kind === token.DEL_COMMA) this.restOfList(rule.EXPRLIST, token.DEL_COMMA, place);
    return true;
  }

  protected testlist(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.test()) return false;
    if (lexer.kind === token.DEL_COMMA) this.restOfList(rule.TESTLIST, token.DEL_COMMA, place);
    return true;
  }

  protected starOrTest(): boolean {
    return this.starExpr() || this.test();
  }

  protected starOrExpr(): boolean {
    return this.starExpr() || this.expr();
  }

  protected starExpr(): boolean {
    if (this.lexer.kind !== token.OP_STAR) return false;
    const place = this.lexer.place;
    this.lexer.next();
    this.require(this.expr());
    this.reduce(rule.STAR_EXPR, place, 1);
    return true;
  }

  protected namedexprTest(): boolean {
    const place = this.lexer.place;
    if (!this.test()) return false;
    if (this.lexer.kind === token.OP_ASSIGN) {
      this.lexer.next();
      this.require(this.test());
      this.reduce(rule.NAMEDEXPR_TEST, place, 2);
    }
    return true;
  }

  protected test(): boolean {
    const { lexer } = this;
    const { kind, place } = lexer;
    if (kind === token.KW_LAMBDA) return this.lambdef(rule.LAMBDEF);
    if (!this.orTest()) return false;
    if (lexer.kind === token.KW_IF) this.testIfElse(place);
    return true;
  }

  private testIfElse(start: number): void {
    const place = this.lexer.place;
    this.lexer.next();
    this.require(this.orTest());
    this.expect(token.KW_ELSE);
    this.enter();
    this.require(this.test());
    this.leave();
    this.reduce(rule.TEST_IF_ELSE, place, 2);
    this.reduce(rule.TEST_IF_EXPR, start, 2);
  }

  private lambdef(kind: number): boolean {
    const place = this.lexer.place;
    this.enter();
    this.lexer.next();
    this.optional(this.varargslist());
    this.expect(token.DEL_COLON);
    this.require(kind === rule.LAMBDEF ? this.test() : this.testNocond());
    this.push(0);
    this.leave();
    this.reduce(kind, place, 3);
    return true;
  }

  protected testNocond(): boolean {
    if (this.lexer.kind === token.KW_LAMBDA) return this.lambdef(rule.LAMBDEF_NOCOND);
    return this.orTest();
  }

  private varargslist(): boolean {
    return this.listWithEnd(rule.VARARGSLIST, token.DEL_COMMA);
  }

  protected varargslistItem(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (lexer.kind === token.TOKEN_NAME) {
      this.takeName();
      if (this.equalTest()) this.reduce(rule.VARARGSLIST_NAME, place, 2);
    } else if (lexer.kind === token.OP_STAR) {
      lexer.next();
      if (this.atName()) this.takeName();
      else this.push(0);
      this.reduce(rule.VARARGSLIST_STAR, place, 1);
    } else if (lexer.kind === token.OP_DBL_STAR) {
      lexer.next();
      this.takeName();
      this.reduce(rule.VARARGSLIST_DBL_STAR, place, 1);
    } else return false;
    return true;
  }

  protected atName(): boolean {
    return this.lexer.kind === token.TOKEN_NAME;
  }

  protected orTest(): boolean {
    return this.operation(OR);
  }

  protected expr(): boolean {
    return this.operation(PIPE);
  }

  /** Operands with the operators between them that bind at least as tight as `loosest`. */
  private operation(loosest: number): boolean {
    const { lexer } = this;
    const { place } = lexer;
    if (lexer.kind === token.KW_NOT && loosest <= NOT) this.notTest(place);
    else if (!this.factor()) return false;
    if ((LEVEL[lexer.kind] as number) >= loosest) this.operators(place, loosest);
    return true;
  }

  private notTest(place: number): void {
    this.enter();
    this.lexer.next();
    this.require(this.operation(NOT));
    this.leave();
    this.reduce(rule.NOT_TEST_2, place, 1);
  }

  /** Goes on behind an operand, with the operators that bind at least as tight as `loosest`: the tightest first. */
  private operators(place: number, loosest: number): void {
    const { lexer } = this;
    for (let level = TERM; level >= loosest; level--) {
      if (LEVEL[lexer.kind] !== level) continue;
      let count = 1;
      do {
        count += this.operator(level);
        const start = lexer.place;
        if (lexer.kind === token.KW_NOT && level < NOT) this.notTest(start);
        else this.require(this.factor());
        if ((LEVEL[lexer.kind] as number) > level) this.operators(start, level + 1);
        count++;
      } while (LEVEL[lexer.kind] === level);
      this.reduce(LEVEL_RULE[level] as number, place, count);
    }
  }

  /** Passes an operator. @returns how many results it pushed: operators that differ in their level are children of its node. */
  private operator(level: number): number {
    if (level === COMPARISON) this.compOp();
    else if (level >= SHIFT) this.takeToken();
    else {
      this.lexer.next();
      return 0;
    }
    return 1;
  }

  private compOp(): void {
    const { lexer } = this;
    const { kind, place } = lexer;
    if (kind === token.KW_NOT) {
      lexer.next();
      this.expect(token.KW_IN);
      this.reduce(rule.COMP_OP_NOT_IN, place, 0);
    } else if (kind === token.KW_IS) {
      lexer.next();
      this.optional(this.isNot());
      this.reduce(rule.COMP_OP_IS, place, 1);
    } else this.takeToken();
  }

  private isNot(): boolean {
    const { kind, place } = this.lexer;
    if (kind !== token.KW_NOT) return false;
    this.lexer.next();
    this.reduce(rule.COMP_OP_IS_NOT, place, 0);
    return true;
  }

  protected yieldExpr(): boolean {
    const { lexer } = this;
    if (lexer.kind !== token.KW_YIELD) return false;
    const place = lexer.place;
    lexer.next();
    this.optional(this.yieldFrom() || this.testlist());
    this.reduce(rule.YIELD_EXPR, place, 1);
    return true;
  }

  private yieldFrom(): boolean {
    const { kind, place } = this.lexer;
    if (kind !== token.KW_FROM) return false;
    this.lexer.next();
    this.require(this.test());
    this.reduce(rule.YIELD_ARG_FROM, place, 1);
    return true;
  }
}
