// The grammar's compound statements, and a whole source. One method for a rule, as in operand-parser.ts.
// Follows py/grammar.h, MicroPython 1.28.

import * as rule from "./rules.js";
import { SimpleStatementParser } from "./simple-statement-parser.js";
import * as token from "./tokens.js";

/**
 * Parses a whole source into its parse tree.
 * @internal
 */
export class Parser extends SimpleStatementParser {
  /** The source's parse tree: called once. @throws PythonSyntaxError */
  parseFile(): void {
    const { lexer, tree } = this;
    const place = lexer.place;
    if (!this.fileInput2()) {
      this.push(0);
      this.reduce(rule.FILE_INPUT, place, 1);
    }
    if (lexer.kind !== token.TOKEN_END) this.fail();
    tree.root = this.pop();
    tree.lines = lexer.lines;
    tree.columns = lexer.columns;
  }

  private fileInput2(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    let count = 0;
    for (;;) {
      if (lexer.kind === token.TOKEN_NEWLINE) this.takeToken();
      else if (!this.stmt()) break;
      count++;
    }
    if (count > 1) this.reduce(rule.FILE_INPUT_2, place, count);
    return count > 0;
  }

  private stmt(): boolean {
    switch (this.lexer.kind) {
      case token.KW_IF:
        return this.ifStmt();
      case token.KW_WHILE:
        return this.whileStmt();
      case token.KW_FOR:
        return this.forStmt();
      case token.KW_TRY:
        return this.tryStmt();
      case token.KW_WITH:
        return this.withStmt();
      case token.KW_DEF:
        return this.funcdef();
      case token.KW_CLASS:
        return this.classdef();
      case token.OP_AT:
        return this.decorated();
      case token.KW_ASYNC:
        return this.asyncStmt();
      default:
        return this.simpleStmt();
    }
  }

  protected listItem(kind: number): boolean {
    switch (kind) {
      case rule.TESTLIST_STAR_EXPR:
        return this.starOrTest();
      case rule.TESTLIST:
        return this.test();
      case rule.EXPRLIST:
        return this.starOrExpr();
      case rule.ARGLIST:
        return this.argument();
      case rule.SUBSCRIPTLIST:
        return this.subscript();
      case rule.DICTORSETMAKER_LIST2:
        return this.dictorsetmakerItem();
      case rule.TYPEDARGSLIST:
        return this.typedargslistItem();
      case rule.VARARGSLIST:
        return this.varargslistItem();
      case rule.SIMPLE_STMT_2:
        return this.smallStmt();
      case rule.IMPORT_AS_NAMES:
        return this.importAsName();
      case rule.DOTTED_AS_NAMES:
        return this.dottedAsName();
      case rule.WITH_STMT_LIST:
        return this.withItem();
      default:
        return this.optionalName();
    }
  }

  private suite(): void {
    const { lexer } = this;
    if (lexer.kind !== token.TOKEN_NEWLINE) {
      this.require(this.simpleStmt());
      return;
    }
    this.enter();
    lexer.next();
    this.expect(token.TOKEN_INDENT);
    const place = lexer.place;
    let count = 0;
    while (this.stmt()) count++;
    this.require(count > 0);
    if (count > 1) this.reduce(rule.SUITE_BLOCK_STMTS, place, count);
    this.expect(token.TOKEN_DEDENT);
    this.leave();
  }

  private colonSuite(): void {
    this.expect(token.DEL_COLON);
    this.suite();
  }

  /** `else: …`, or nothing. */
  private optionalElse(): void {
    if (this.lexer.kind === token.KW_ELSE) {
      this.lexer.next();
      this.colonSuite();
    } else this.push(0);
  }

  private ifStmt(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    this.condition();
    const elifPlace = lexer.place;
    let count = 0;
    for (; lexer.kind === token.KW_ELIF; count++) {
      const start = lexer.place;
      this.condition();
      this.reduce(rule.IF_STMT_ELIF, start, 2);
    }
    if (count === 0) this.push(0);
    else if (count > 1) this.reduce(rule.IF_STMT_ELIF_LIST, elifPlace, count);
    this.optionalElse();
    this.reduce(rule.IF_STMT, place, 4);
    return true;
  }

  /** A keyword, its condition and its block. */
  private condition(): void {
    this.lexer.next();
    this.require(this.namedexprTest());
    this.colonSuite();
  }

  private whileStmt(): boolean {
    const place = this.lexer.place;
    this.condition();
    this.optionalElse();
    this.reduce(rule.WHILE_STMT, place, 3);
    return true;
  }

  private forStmt(): boolean {
    const place = this.lexer.place;
    this.lexer.next();
    this.require(this.exprlist());
    this.expect(token.KW_IN);
    this.require(this.testlist());
    this.colonSuite();
    this.optionalElse();
    this.reduce(rule.FOR_STMT, place, 4);
    return true;
  }

  private tryStmt(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    lexer.next();
    this.colonSuite();
    const restPlace = lexer.place;
    if (this.exceptList()) {
      const bare = lexer.kind !== token.KW_ELSE && lexer.kind !== token.KW_FINALLY;
      if (!bare) {
        this.optionalElse();
        this.optional(this.finallyClause());
        this.reduce(rule.TRY_STMT_EXCEPT_AND_MORE, restPlace, 3);
      }
    } else this.require(this.finallyClause());
    this.reduce(rule.TRY_STMT, place, 2);
    return true;
  }

  private exceptList(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    let count = 0;
    for (; lexer.kind === token.KW_EXCEPT; count++) this.exceptClause();
    if (count > 1) this.reduce(rule.TRY_STMT_EXCEPT_LIST, place, count);
    return count > 0;
  }

  private exceptClause(): void {
    const { lexer } = this;
    const place = lexer.place;
    lexer.next();
    const typePlace = lexer.place;
    if (!this.test()) this.push(0);
    else if (this.asName()) this.reduce(rule.TRY_STMT_AS_NAME, typePlace, 2);
    this.colonSuite();
    this.reduce(rule.TRY_STMT_EXCEPT, place, 2);
  }

  private finallyClause(): boolean {
    const { kind, place } = this.lexer;
    if (kind !== token.KW_FINALLY) return false;
    this.lexer.next();
    this.colonSuite();
    this.reduce(rule.TRY_STMT_FINALLY, place, 1);
    return true;
  }

  private withStmt(): boolean {
    const place = this.lexer.place;
    this.lexer.next();
    this.require(this.list(rule.WITH_STMT_LIST, token.DEL_COMMA));
    this.colonSuite();
    this.reduce(rule.WITH_STMT, place, 2);
    return true;
  }

  private withItem(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.test()) return false;
    if (lexer.kind === token.KW_AS) {
      lexer.next();
      this.require(this.expr());
      this.reduce(rule.WITH_ITEM, place, 2);
    }
    return true;
  }

  private funcdef(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    lexer.next();
    this.takeName();
    this.expect(token.DEL_PAREN_OPEN);
    this.optional(this.listWithEnd(rule.TYPEDARGSLIST, token.DEL_COMMA));
    this.expect(token.DEL_PAREN_CLOSE);
    if (lexer.kind === token.DEL_MINUS_MORE) {
      lexer.next();
      this.require(this.test());
    } else this.push(0);
    this.colonSuite();
    this.push(0);
    this.reduce(rule.FUNCDEF, place, 5);
    return true;
  }

  private typedargslistItem(): boolean {
    const { lexer } = this;
    const { kind, place } = lexer;
    if (kind === token.TOKEN_NAME) {
      this.takeName();
      const annotated = this.colonTest();
      if (!annotated) this.push(0);
      if (this.equalTest() || this.optionalNothing(annotated)) this.reduce(rule.TYPEDARGSLIST_NAME, place, 3);
      else this.pop();
    } else if (kind === token.OP_STAR) {
      lexer.next();
      this.optional(this.tfpdef());
      this.reduce(rule.TYPEDARGSLIST_STAR, place, 1);
    } else if (kind === token.OP_DBL_STAR) {
      lexer.next();
      this.takeName();
      this.optional(this.colonTest());
      this.reduce(rule.TYPEDARGSLIST_DBL_STAR, place, 2);
    } else return false;
    return true;
  }

  /** Pushes nothing where `wanted`. */
  private optionalNothing(wanted: boolean): boolean {
    if (wanted) this.push(0);
    return wanted;
  }

  private tfpdef(): boolean {
    const place = this.lexer.place;
    if (!this.optionalName()) return false;
    this.optional(this.colonTest());
    this.reduce(rule.TFPDEF, place, 2);
    return true;
  }

  private classdef(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    lexer.next();
    this.takeName();
    this.optional(this.classdef2());
    this.colonSuite();
    this.push(0);
    this.reduce(rule.CLASSDEF, place, 4);
    return true;
  }

  private classdef2(): boolean {
    const { kind, place } = this.lexer;
    if (kind !== token.DEL_PAREN_OPEN) return false;
    this.lexer.next();
    if (!this.arglist()) {
      this.push(0);
      this.reduce(rule.CLASSDEF_2, place, 1);
    }
    this.expect(token.DEL_PAREN_CLOSE);
    return true;
  }

  private decorated(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    let count = 0;
    for (; lexer.kind === token.OP_AT; count++) this.decorator();
    if (count > 1) this.reduce(rule.DECORATORS, place, count);
    const bodyPlace = lexer.place;
    if (lexer.kind === token.KW_CLASS) this.classdef();
    else if (lexer.kind === token.KW_DEF) this.funcdef();
    else if (lexer.kind === token.KW_ASYNC) {
      lexer.next();
      this.require(this.at(token.KW_DEF) && this.funcdef());
      this.reduce(rule.ASYNC_FUNCDEF, bodyPlace, 1);
    } else this.fail();
    this.reduce(rule.DECORATED, place, 2);
    return true;
  }

  private decorator(): void {
    const place = this.lexer.place;
    this.lexer.next();
    this.require(this.dottedName());
    this.optional(this.trailerParen());
    this.expect(token.TOKEN_NEWLINE);
    this.reduce(rule.DECORATOR, place, 2);
  }

  private asyncStmt(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    lexer.next();
    if (lexer.kind === token.KW_DEF) this.funcdef();
    else if (lexer.kind === token.KW_WITH) this.withStmt();
    else if (lexer.kind === token.KW_FOR) this.forStmt();
    else this.fail();
    this.reduce(rule.ASYNC_STMT, place, 1);
    return true;
  }
}
