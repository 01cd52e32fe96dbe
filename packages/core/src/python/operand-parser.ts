// The grammar's operands: names, literals, groups, and the calls, subscripts and attributes behind them. One method for a
// rule, named after it in py/grammar.h (MicroPython 1.28); a method returns false, having read nothing, where its rule does
// not start at the token at hand.

import { ListParser } from "./list-parser.js";
import * as rule from "./rules.js";
import * as token from "./tokens.js";

/** Parses what operators stand between. */
export abstract class OperandParser extends ListParser {
  protected abstract test(): boolean;
  protected abstract orTest(): boolean;
  protected abstract testNocond(): boolean;
  protected abstract namedexprTest(): boolean;
  protected abstract starExpr(): boolean;
  protected abstract yieldExpr(): boolean;
  protected abstract exprlist(): boolean;

  /**
   * An operand with its sign, what is called on it, and its power. Long, names and attributes being read here: the engine
   * compiles it once then, not once more for each of the places that it is called from.
   */
  protected factor(): boolean {
    const { lexer } = this;
    const { place } = lexer;
    const awaits = lexer.kind === token.KW_AWAIT;
    if (awaits) lexer.next();
    const { kind } = lexer;
    if (kind === token.TOKEN_NAME && !lexer.nameTooLong && !this.options.keepAtoms) {
      this.push(this.identifier(lexer.name));
      lexer.next();
    } else if (kind >= token.TOKEN_NAME && kind <= token.KW_TRUE) this.takeAtom();
    else if (!awaits && (kind === token.OP_PLUS || kind === token.OP_MINUS || kind === token.OP_TILDE)) {
      this.signedFactor();
      return true;
    } else if (!this.group()) {
      this.require(!awaits);
      return false;
    }
    const trailersPlace = lexer.place;
    let count = 0;
    for (;;) {
      if (lexer.kind === token.DEL_PERIOD) {
        const period = lexer.place;
        lexer.next();
        this.takeName();
        this.reduce(rule.TRAILER_PERIOD, period, 1);
      } else if (lexer.kind === token.DEL_PAREN_OPEN) this.trailerParen();
      else if (lexer.kind === token.DEL_BRACKET_OPEN) this.trailerBracket();
      else break;
      count++;
    }
    if (count > 1) this.reduce(rule.ATOM_EXPR_TRAILERS, trailersPlace, count);
    if (awaits) {
      this.optional(count > 0);
      this.reduce(rule.ATOM_EXPR_AWAIT, place, 2);
    } else if (count > 0) this.reduce(rule.ATOM_EXPR_NORMAL, place, 2);
    if (lexer.kind === token.OP_DBL_STAR) {
      lexer.next();
      this.enter();
      this.require(this.factor());
      this.leave();
      this.reduce(rule.POWER, place, 2);
    }
    return true;
  }

  private signedFactor(): void {
    const place = this.lexer.place;
    this.enter();
    this.takeToken();
    this.require(this.factor());
    this.leave();
    this.reduce(rule.FACTOR_2, place, 2);
  }

  /** `(…)`, `[…]` or `{…}` */
  private group(): boolean {
    const { kind } = this.lexer;
    if (kind === token.DEL_PAREN_OPEN) this.atomParen();
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
    // Parentheses around one expression leave no trace; those of `()` and `(a, b)` do.
    const inner = this.peek(0);
    if (inner === 0 || this.tree.isKind(inner, rule.TESTLIST_COMP)) this.reduce(rule.ATOM_PAREN, place, 1);
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

  private testlistComp(inParentheses: boolean): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.starOrNamedexpr()) return false;
    if (lexer.kind === token.KW_FOR) {
      this.compFor();
      this.reduce(rule.TESTLIST_COMP, place, 2);
    } else if (lexer.kind === token.DEL_COMMA) this.testlistComp3(place, inParentheses);
    return true;
  }

  /** `, item, …`: one node with the first item, placed at the second where a comma follows that. */
  private testlistComp3(place: number, inParentheses: boolean): void {
    const { lexer } = this;
    let start = place;
    let count = 1;
    lexer.next();
    const second = lexer.place;
    while (this.starOrNamedexpr()) {
      count++;
      if (!this.at(token.DEL_COMMA)) break;
      start = second;
      lexer.next();
    }
    this.inParentheses = inParentheses;
    this.reduce(rule.TESTLIST_COMP, start, count);
  }

  private starOrNamedexpr(): boolean {
    return this.starExpr() || this.namedexprTest();
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
    this.optional(this.listWithEnd(rule.DICTORSETMAKER_LIST2, token.DEL_COMMA));
    this.reduce(rule.DICTORSETMAKER_LIST, place, 1);
  }

  protected dictorsetmakerItem(): boolean {
    const place = this.lexer.place;
    if (!this.test()) return false;
    if (this.colonTest()) this.reduce(rule.DICTORSETMAKER_ITEM, place, 2);
    return true;
  }

  private trailerBracket(): void {
    const { lexer } = this;
    const { place } = lexer;
    this.enter();
    lexer.next();
    this.require(this.listWithEnd(rule.SUBSCRIPTLIST, token.DEL_COMMA));
    this.expect(token.DEL_BRACKET_CLOSE);
    this.leave();
    this.reduce(rule.TRAILER_BRACKET, place, 1);
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

  protected subscript(): boolean {
    const { lexer } = this;
    if (lexer.kind === token.DEL_COLON) return this.subscript3();
    const place = lexer.place;
    if (!this.test()) return false;
    if (this.subscript3()) this.reduce(rule.SUBSCRIPT_2, place, 2);
    return true;
  }

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
    const { lexer } = this;
    const place = lexer.place;
    if (!this.argument()) return false;
    if (lexer.kind === token.DEL_COMMA) this.restOfList(rule.ARGLIST, token.DEL_COMMA, place);
    return true;
  }

  protected argument(): boolean {
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
  }

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
}
