// The grammar's expressions: operators, conditions, lambda, and lists of expressions. One method for a rule, as in
// operand-parser.ts. Most operands stand alone: what follows one is looked at once, not once for each level of operators.
// Follows py/grammar.h, MicroPython 1.28.

import { OperandParser } from "./operand-parser.js";
import { tokenRef } from "./parse-tree.js";
import * as rule from "./rules.js";
import * as token from "./tokens.js";

/** The rule of each level, from `|` to `*`. */
const LEVEL_RULE = [0, rule.EXPR, rule.XOR_EXPR, rule.AND_EXPR, rule.SHIFT_EXPR, rule.ARITH_EXPR, rule.TERM];
/** From this level on the operators are children of the node, since they differ. */
const FIRST_MIXED_LEVEL = 4;
const TIGHTEST_LEVEL = 6;
/** How tight a binary operator binds, by its token; 0 for other tokens. */
const BINARY_LEVEL: Uint8Array = /* @__PURE__ */ binaryLevels();

function binaryLevels(): Uint8Array {
  const levels = new Uint8Array(128);
  levels[token.OP_PIPE] = 1;
  levels[token.OP_CARET] = 2;
  levels[token.OP_AMPERSAND] = 3;
  levels[token.OP_DBL_LESS] = levels[token.OP_DBL_MORE] = 4;
  levels[token.OP_PLUS] = levels[token.OP_MINUS] = 5;
  for (const kind of [token.OP_STAR, token.OP_AT, token.OP_SLASH, token.OP_PERCENT, token.OP_DBL_SLASH]) {
    levels[kind] = TIGHTEST_LEVEL;
  }
  return levels;
}

/** 1 for the tokens that go on with a test behind an operand. */
const GOES_ON: Uint8Array = /* @__PURE__ */ operatorsBehind();

function operatorsBehind(): Uint8Array {
  const marks = BINARY_LEVEL.map((level) => (level > 0 ? 1 : 0));
  marks.fill(1, token.OP_LESS, token.OP_NOT_EQUAL + 1);
  for (const kind of [token.KW_IN, token.KW_NOT, token.KW_IS, token.KW_AND, token.KW_OR]) marks[kind] = 1;
  return marks;
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
    const { lexer } = this;
    const place = lexer.place;
    if (!this.notOrFactor()) return false;
    if (GOES_ON[lexer.kind] !== 0) this.restOfOrTest(place);
    return true;
  }

  /** The first operand of a test, or all of it behind `not`. */
  private notOrFactor(): boolean {
    if (this.lexer.kind !== token.KW_NOT) return this.factor();
    const place = this.lexer.place;
    this.enter();
    this.lexer.next();
    this.require(this.notTest());
    this.leave();
    this.reduce(rule.NOT_TEST_2, place, 1);
    return true;
  }

  private restOfOrTest(place: number): void {
    const { lexer } = this;
    this.restOfAndTest(place);
    if (lexer.kind !== token.KW_OR) return;
    let count = 1;
    do {
      lexer.next();
      this.require(this.andTest());
      count++;
    } while (this.at(token.KW_OR));
    this.reduce(rule.OR_TEST, place, count);
  }

  private andTest(): boolean {
    const place = this.lexer.place;
    if (!this.notOrFactor()) return false;
    this.restOfAndTest(place);
    return true;
  }

  private restOfAndTest(place: number): void {
    const { lexer } = this;
    this.restOfComparison(place);
    if (lexer.kind !== token.KW_AND) return;
    let count = 1;
    do {
      lexer.next();
      this.require(this.notTest());
      count++;
    } while (this.at(token.KW_AND));
    this.reduce(rule.AND_TEST, place, count);
  }

  private notTest(): boolean {
    const place = this.lexer.place;
    if (!this.notOrFactor()) return false;
    this.restOfComparison(place);
    return true;
  }

  /** Behind `not …` there is nothing left of a comparison. */
  private restOfComparison(place: number): void {
    if (BINARY_LEVEL[this.lexer.kind] !== 0) this.binary(place, 1);
    let count = 1;
    while (this.compOp()) {
      this.require(this.expr());
      count += 2;
    }
    if (count > 1) this.reduce(rule.COMPARISON, place, count);
  }

  private compOp(): boolean {
    const { lexer } = this;
    const { kind, place } = lexer;
    if ((kind >= token.OP_LESS && kind <= token.OP_NOT_EQUAL) || kind === token.KW_IN) {
      this.takeToken();
    } else if (kind === token.KW_NOT) {
      lexer.next();
      this.expect(token.KW_IN);
      this.reduce(rule.COMP_OP_NOT_IN, place, 0);
    } else if (kind === token.KW_IS) {
      lexer.next();
      this.optional(this.isNot());
      this.reduce(rule.COMP_OP_IS, place, 1);
    } else return false;
    return true;
  }

  private isNot(): boolean {
    const { kind, place } = this.lexer;
    if (kind !== token.KW_NOT) return false;
    this.lexer.next();
    this.reduce(rule.COMP_OP_IS_NOT, place, 0);
    return true;
  }

  protected expr(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.factor()) return false;
    if (BINARY_LEVEL[lexer.kind] !== 0) this.binary(place, 1);
    return true;
  }

  /** Goes on behind an operand, with the operators that bind at least as tight as `loosest`. */
  private binary(place: number, loosest: number): void {
    const { lexer } = this;
    for (let level = TIGHTEST_LEVEL; level >= loosest; level--) {
      if (BINARY_LEVEL[lexer.kind] !== level) continue;
      let count = 1;
      while (BINARY_LEVEL[lexer.kind] === level) {
        if (level >= FIRST_MIXED_LEVEL) {
          this.push(tokenRef(lexer.kind));
          count++;
        }
        lexer.next();
        const start = lexer.place;
        this.require(this.factor());
        if ((BINARY_LEVEL[lexer.kind] as number) > level) this.binary(start, level + 1);
        count++;
      }
      this.reduce(LEVEL_RULE[level] as number, place, count);
    }
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
