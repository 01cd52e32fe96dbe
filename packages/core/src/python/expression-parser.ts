// The grammar's expressions. One method for a rule, named after it in py/grammar.h (MicroPython 1.28); a method returns
// false, having read nothing, where its rule does not start at the token at hand.

import { ParserBase } from "./parser-base.js";
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

/** Parses expressions. */
export abstract class ExpressionParser extends ParserBase {
  protected require(found: boolean): void {
    if (!found) this.fail();
  }

  /** Pushes what an optional rule gave: nothing where it did not start here. */
  protected optional(found: boolean): void {
    if (!found) this.push(0);
  }

  /**
   * `item (separator item)*`: one item is left as it is, several become a node.
   * @returns false where no item starts here.
   */
  protected list(kind: number, separator: number, item: () => boolean): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!item()) return false;
    let count = 1;
    while (lexer.kind === separator) {
      lexer.next();
      this.require(item());
      count++;
    }
    if (count > 1) this.reduce(kind, place, count);
    return true;
  }

  /** As {@link list}, with a separator allowed at the end, which makes a node of a single item. */
  protected listWithEnd(kind: number, separator: number, item: () => boolean): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!item()) return false;
    if (lexer.kind !== separator) return true;
    let count = 1;
    while (lexer.kind === separator) {
      lexer.next();
      if (!item()) break;
      count++;
    }
    this.reduce(kind, place, count);
    return true;
  }

  protected testlistStarExpr(): boolean {
    return this.listWithEnd(rule.TESTLIST_STAR_EXPR, token.DEL_COMMA, this.starOrTest);
  }

  protected readonly exprlist: () => boolean = () => {
    return this.listWithEnd(rule.EXPRLIST, token.DEL_COMMA, this.starOrExpr);
  };

  protected readonly testlist: () => boolean = () => {
    return this.listWithEnd(rule.TESTLIST, token.DEL_COMMA, this.test);
  };

  private readonly starOrTest: () => boolean = () => {
    return this.starExpr() || this.test();
  };

  private readonly starOrExpr: () => boolean = () => {
    return this.starExpr() || this.expr();
  };

  private starOrNamedexpr(): boolean {
    return this.starExpr() || this.namedexprTest();
  }

  private starExpr(): boolean {
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

  protected readonly test: () => boolean = () => {
    const { lexer } = this;
    if (lexer.kind === token.KW_LAMBDA) return this.lambdef(rule.LAMBDEF);
    const place = lexer.place;
    if (!this.orTest()) return false;
    if (lexer.kind === token.KW_IF) {
      this.testIfElse();
      this.reduce(rule.TEST_IF_EXPR, place, 2);
    }
    return true;
  };

  private testIfElse(): void {
    const place = this.lexer.place;
    this.lexer.next();
    this.require(this.orTest());
    this.expect(token.KW_ELSE);
    this.enter();
    this.require(this.test());
    this.leave();
    this.reduce(rule.TEST_IF_ELSE, place, 2);
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

  private testNocond(): boolean {
    if (this.lexer.kind === token.KW_LAMBDA) return this.lambdef(rule.LAMBDEF_NOCOND);
    return this.orTest();
  }

  private varargslist(): boolean {
    return this.listWithEnd(rule.VARARGSLIST, token.DEL_COMMA, this.varargslistItem);
  }

  private readonly varargslistItem: () => boolean = () => {
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
  };

  protected atName(): boolean {
    return this.lexer.kind === token.TOKEN_NAME;
  }

  /** `: test` */
  protected colonTest(): boolean {
    return this.markedTest(token.DEL_COLON);
  }

  /** `= test` */
  protected equalTest(): boolean {
    return this.markedTest(token.DEL_EQUAL);
  }

  private markedTest(mark: number): boolean {
    if (this.lexer.kind !== mark) return false;
    this.lexer.next();
    this.require(this.test());
    return true;
  }

  private orTest(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.andTest()) return false;
    if (lexer.kind !== token.KW_OR) return true;
    let count = 1;
    do {
      lexer.next();
      this.require(this.andTest());
      count++;
    } while (this.at(token.KW_OR));
    this.reduce(rule.OR_TEST, place, count);
    return true;
  }

  private andTest(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.notTest()) return false;
    if (lexer.kind !== token.KW_AND) return true;
    let count = 1;
    do {
      lexer.next();
      this.require(this.notTest());
      count++;
    } while (this.at(token.KW_AND));
    this.reduce(rule.AND_TEST, place, count);
    return true;
  }

  private notTest(): boolean {
    if (this.lexer.kind !== token.KW_NOT) return this.comparison();
    const place = this.lexer.place;
    this.enter();
    this.lexer.next();
    this.require(this.notTest());
    this.leave();
    this.reduce(rule.NOT_TEST_2, place, 1);
    return true;
  }

  private comparison(): boolean {
    const place = this.lexer.place;
    if (!this.expr()) return false;
    let count = 1;
    while (this.compOp()) {
      this.require(this.expr());
      count += 2;
    }
    if (count > 1) this.reduce(rule.COMPARISON, place, count);
    return true;
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

  private factor(): boolean {
    const { lexer } = this;
    const { kind, place } = lexer;
    if (kind !== token.OP_PLUS && kind !== token.OP_MINUS && kind !== token.OP_TILDE) return this.power();
    this.enter();
    this.takeToken();
    this.require(this.factor());
    this.leave();
    this.reduce(rule.FACTOR_2, place, 2);
    return true;
  }

  private power(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.atomExpr()) return false;
    if (lexer.kind === token.OP_DBL_STAR) {
      lexer.next();
      this.enter();
      this.require(this.factor());
      this.leave();
      this.reduce(rule.POWER, place, 2);
    }
    return true;
  }

  private atomExpr(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (lexer.kind === token.KW_AWAIT) {
      lexer.next();
      this.require(this.atomOrGroup());
      this.optional(this.trailers());
      this.reduce(rule.ATOM_EXPR_AWAIT, place, 2);
      return true;
    }
    if (!this.atomOrGroup()) return false;
    if (this.trailers()) this.reduce(rule.ATOM_EXPR_NORMAL, place, 2);
    return true;
  }

  private atomOrGroup(): boolean {
    const { kind } = this.lexer;
    if (kind >= token.TOKEN_NAME && kind <= token.KW_TRUE) this.takeAtom();
    else if (kind === token.DEL_PAREN_OPEN) this.atomParen();
    else if (kind === token.DEL_BRACKET_OPEN) this.atomBracket();
    else if (kind === token.DEL_BRACE_OPEN) this.atomBrace();
    else return false;
    return true;
  }

  private atomParen(): void {
    const place = this.lexer.place;
    this.enter();
    this.lexer.next();
    this.optional(this.yieldExpr() || this.testlistComp(true));
    this.expect(token.DEL_PAREN_CLOSE);
    this.leave();
    this.reduce(rule.ATOM_PAREN, place, 1);
  }

  private atomBracket(): void {
    const place = this.lexer.place;
    this.enter();
    this.lexer.next();
    this.optional(this.testlistComp(false));
    this.expect(token.DEL_BRACKET_CLOSE);
    this.leave();
    this.reduce(rule.ATOM_BRACKET, place, 1);
  }

  private atomBrace(): void {
    const place = this.lexer.place;
    this.enter();
    this.lexer.next();
    this.optional(this.dictorsetmaker());
    this.expect(token.DEL_BRACE_CLOSE);
    this.leave();
    this.reduce(rule.ATOM_BRACE, place, 1);
  }

  /** True while the items at hand stand in parentheses, so that they can be a constant tuple. */
  protected inParentheses = false;

  private testlistComp(inParentheses: boolean): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.starOrNamedexpr()) return false;
    if (lexer.kind === token.KW_FOR) {
      this.compFor();
    } else if (lexer.kind !== token.DEL_COMMA || this.testlistComp3(inParentheses)) {
      return true;
    }
    this.inParentheses = inParentheses;
    this.reduce(rule.TESTLIST_COMP, place, 2);
    return true;
  }

  /** `, item, …`; true where it and the first item have become one constant. */
  private testlistComp3(inParentheses: boolean): boolean {
    const { lexer } = this;
    const place = lexer.place;
    lexer.next();
    const itemsPlace = lexer.place;
    if (!this.starOrNamedexpr()) {
      this.push(0);
      this.reduce(rule.TESTLIST_COMP_3B, place, 1);
      return false;
    }
    if (lexer.kind !== token.DEL_COMMA) return false;
    let count = 1;
    do {
      lexer.next();
      if (!this.starOrNamedexpr()) break;
      count++;
    } while (this.at(token.DEL_COMMA));
    const below = this.top - count - 1;
    this.inParentheses = inParentheses;
    this.reduce(rule.TESTLIST_COMP_3C, itemsPlace, count);
    return this.top === below + 1;
  }

  private dictorsetmaker(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.dictorsetmakerItem()) return false;
    if (lexer.kind === token.KW_FOR) this.compFor();
    else if (lexer.kind === token.DEL_COMMA) this.dictorsetmakerList();
    else return true;
    this.reduce(rule.DICTORSETMAKER, place, 2);
    return true;
  }

  private dictorsetmakerList(): void {
    const place = this.lexer.place;
    this.lexer.next();
    this.optional(this.listWithEnd(rule.DICTORSETMAKER_LIST2, token.DEL_COMMA, this.dictorsetmakerItem));
    this.reduce(rule.DICTORSETMAKER_LIST, place, 1);
  }

  private readonly dictorsetmakerItem: () => boolean = () => {
    const place = this.lexer.place;
    if (!this.test()) return false;
    if (this.colonTest()) this.reduce(rule.DICTORSETMAKER_ITEM, place, 2);
    return true;
  };

  private trailers(): boolean {
    const place = this.lexer.place;
    let count = 0;
    while (this.trailer()) count++;
    if (count > 1) this.reduce(rule.ATOM_EXPR_TRAILERS, place, count);
    return count > 0;
  }

  protected trailer(): boolean {
    const { lexer } = this;
    const { kind, place } = lexer;
    if (kind === token.DEL_PERIOD) {
      lexer.next();
      this.takeName();
      this.reduce(rule.TRAILER_PERIOD, place, 1);
      return true;
    }
    if (kind === token.DEL_PAREN_OPEN) return this.trailerParen();
    if (kind !== token.DEL_BRACKET_OPEN) return false;
    this.enter();
    lexer.next();
    this.require(this.listWithEnd(rule.SUBSCRIPTLIST, token.DEL_COMMA, this.subscript));
    this.expect(token.DEL_BRACKET_CLOSE);
    this.leave();
    this.reduce(rule.TRAILER_BRACKET, place, 1);
    return true;
  }

  protected trailerParen(): boolean {
    const { lexer } = this;
    const { kind, place } = lexer;
    if (kind !== token.DEL_PAREN_OPEN) return false;
    this.enter();
    lexer.next();
    this.optional(this.arglist());
    this.expect(token.DEL_PAREN_CLOSE);
    this.leave();
    this.reduce(rule.TRAILER_PAREN, place, 1);
    return true;
  }

  private readonly subscript: () => boolean = () => {
    const { lexer } = this;
    if (lexer.kind === token.DEL_COLON) return this.subscript3();
    const place = lexer.place;
    if (!this.test()) return false;
    if (this.subscript3()) this.reduce(rule.SUBSCRIPT_2, place, 2);
    return true;
  };

  private subscript3(): boolean {
    const { lexer } = this;
    const { kind, place } = lexer;
    if (kind !== token.DEL_COLON) return false;
    lexer.next();
    this.optional(this.colonOptionalTest(rule.SUBSCRIPT_3C) || this.subscript3d());
    this.reduce(rule.SUBSCRIPT_3, place, 1);
    return true;
  }

  private subscript3d(): boolean {
    const place = this.lexer.place;
    if (!this.test()) return false;
    if (this.colonOptionalTest(rule.SLICEOP)) this.reduce(rule.SUBSCRIPT_3D, place, 2);
    return true;
  }

  /** `: [test]` */
  private colonOptionalTest(kind: number): boolean {
    const { lexer } = this;
    if (lexer.kind !== token.DEL_COLON) return false;
    const place = lexer.place;
    lexer.next();
    this.optional(this.test());
    this.reduce(kind, place, 1);
    return true;
  }

  protected arglist(): boolean {
    return this.listWithEnd(rule.ARGLIST, token.DEL_COMMA, this.argument);
  }

  private readonly argument: () => boolean = () => {
    const { lexer } = this;
    const { kind, place } = lexer;
    if (kind === token.OP_STAR || kind === token.OP_DBL_STAR) {
      lexer.next();
      this.require(this.test());
      this.reduce(kind === token.OP_STAR ? rule.ARGLIST_STAR : rule.ARGLIST_DBL_STAR, place, 1);
      return true;
    }
    if (!this.test()) return false;
    if (lexer.kind === token.KW_FOR) this.compFor();
    else if (lexer.kind === token.OP_ASSIGN) this.argument3();
    else if (!this.equalTest()) return true;
    this.reduce(rule.ARGUMENT, place, 2);
    return true;
  };

  /** `:= test` */
  private argument3(): void {
    const place = this.lexer.place;
    this.lexer.next();
    this.require(this.test());
    this.reduce(rule.ARGUMENT_3, place, 1);
  }

  private compFor(): void {
    const place = this.lexer.place;
    this.enter();
    this.lexer.next();
    this.require(this.exprlist());
    this.expect(token.KW_IN);
    this.require(this.orTest());
    this.compIter();
    this.push(0);
    this.leave();
    this.reduce(rule.COMP_FOR, place, 4);
  }

  private compIter(): void {
    const { kind, place } = this.lexer;
    if (kind === token.KW_FOR) this.compFor();
    else if (kind === token.KW_IF) {
      this.enter();
      this.lexer.next();
      this.require(this.testNocond());
      this.compIter();
      this.leave();
      this.reduce(rule.COMP_IF, place, 2);
    } else this.push(0);
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
