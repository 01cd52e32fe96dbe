// The grammar's statements. One method for a rule, as in expression-parser.ts. Follows py/grammar.h, MicroPython 1.28.

import { ExpressionParser } from "./expression-parser.js";
import { isIdentifier, isLeaf, type NodeRef } from "./parse-tree.js";
import * as rule from "./rules.js";
import * as token from "./tokens.js";

/**
 * Parses a whole source into its parse tree.
 * @internal
 */
export class Parser extends ExpressionParser {
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
    return this.compoundStmt() || this.simpleStmt();
  }

  private compoundStmt(): boolean {
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
        return false;
    }
  }

  private simpleStmt(): boolean {
    if (!this.listWithEnd(rule.SIMPLE_STMT_2, token.DEL_SEMICOLON, this.smallStmt)) return false;
    this.expect(token.TOKEN_NEWLINE);
    return true;
  }

  private readonly smallStmt: () => boolean = () => {
    switch (this.lexer.kind) {
      case token.KW_DEL:
        return this.keywordStmt(rule.DEL_STMT, this.exprlist, true);
      case token.KW_PASS:
        return this.bareStmt(rule.PASS_STMT);
      case token.KW_BREAK:
        return this.bareStmt(rule.BREAK_STMT);
      case token.KW_CONTINUE:
        return this.bareStmt(rule.CONTINUE_STMT);
      case token.KW_RETURN:
        return this.keywordStmt(rule.RETURN_STMT, this.testlist, false);
      case token.KW_RAISE:
        return this.keywordStmt(rule.RAISE_STMT, this.raiseArg, false);
      case token.KW_YIELD:
        return this.yieldStmt();
      case token.KW_IMPORT:
        return this.keywordStmt(rule.IMPORT_NAME, this.dottedAsNames, true);
      case token.KW_FROM:
        return this.importFrom();
      case token.KW_GLOBAL:
        return this.keywordStmt(rule.GLOBAL_STMT, this.nameList, true);
      case token.KW_NONLOCAL:
        return this.keywordStmt(rule.NONLOCAL_STMT, this.nameList, true);
      case token.KW_ASSERT:
        return this.assertStmt();
      default:
        return this.exprStmt();
    }
  };

  private bareStmt(kind: number): boolean {
    const place = this.lexer.place;
    this.lexer.next();
    this.reduce(kind, place, 0);
    return true;
  }

  private keywordStmt(kind: number, argument: () => boolean, needed: boolean): boolean {
    const place = this.lexer.place;
    this.lexer.next();
    const found = argument();
    if (needed) this.require(found);
    else this.optional(found);
    this.reduce(kind, place, 1);
    return true;
  }

  private yieldStmt(): boolean {
    const place = this.lexer.place;
    this.yieldExpr();
    this.reduce(rule.YIELD_STMT, place, 1);
    return true;
  }

  private readonly raiseArg: () => boolean = () => {
    const place = this.lexer.place;
    if (!this.test()) return false;
    if (this.lexer.kind === token.KW_FROM) {
      this.lexer.next();
      this.require(this.test());
      this.reduce(rule.RAISE_STMT_ARG, place, 2);
    }
    return true;
  };

  private assertStmt(): boolean {
    const place = this.lexer.place;
    this.lexer.next();
    this.require(this.test());
    if (this.lexer.kind === token.DEL_COMMA) {
      this.lexer.next();
      this.require(this.test());
    } else this.push(0);
    this.reduce(rule.ASSERT_STMT, place, 2);
    return true;
  }

  private exprStmt(): boolean {
    const place = this.lexer.place;
    if (!this.testlistStarExpr()) return false;
    if (!this.exprStmt2()) {
      if (this.options.dropConstants && this.isConstantAlone(this.peek(0))) {
        this.pop();
        this.reduce(rule.PASS_STMT, place, 0);
        return true;
      }
      this.push(0);
    }
    this.reduce(rule.EXPR_STMT, place, 2);
    return true;
  }

  private isConstantAlone(node: NodeRef): boolean {
    return (isLeaf(node) && !isIdentifier(node)) || this.tree.isKind(node, rule.CONST_OBJECT);
  }

  private exprStmt2(): boolean {
    const { lexer } = this;
    const { kind, place } = lexer;
    if (kind === token.DEL_EQUAL) {
      let count = 0;
      while (this.assigned()) count++;
      if (count > 1) this.reduce(rule.EXPR_STMT_ASSIGN_LIST, place, count);
    } else if (kind === token.DEL_COLON) {
      lexer.next();
      this.require(this.test());
      this.optional(this.assigned());
      this.reduce(rule.ANNASSIGN, place, 2);
    } else if (kind >= token.DEL_PIPE_EQUAL && kind <= token.DEL_DBL_STAR_EQUAL) {
      this.takeToken();
      this.require(this.yieldExpr() || this.testlistStarExpr());
      this.reduce(rule.EXPR_STMT_AUGASSIGN, place, 2);
    } else return false;
    return true;
  }

  /** `= value` */
  private assigned(): boolean {
    if (this.lexer.kind !== token.DEL_EQUAL) return false;
    this.lexer.next();
    this.require(this.yieldExpr() || this.testlistStarExpr());
    return true;
  }

  private readonly dottedAsNames: () => boolean = () => {
    return this.list(rule.DOTTED_AS_NAMES, token.DEL_COMMA, this.dottedAsName);
  };

  private readonly dottedAsName: () => boolean = () => {
    const place = this.lexer.place;
    if (!this.dottedName()) return false;
    if (this.asName()) this.reduce(rule.DOTTED_AS_NAME, place, 2);
    return true;
  };

  private asName(): boolean {
    if (this.lexer.kind !== token.KW_AS) return false;
    this.lexer.next();
    this.takeName();
    return true;
  }

  private dottedName(): boolean {
    return this.list(rule.DOTTED_NAME, token.DEL_PERIOD, this.optionalName);
  }

  private readonly nameList: () => boolean = () => {
    return this.list(rule.NAME_LIST, token.DEL_COMMA, this.optionalName);
  };

  private readonly optionalName: () => boolean = () => {
    if (!this.atName()) return false;
    this.takeName();
    return true;
  };

  private importFrom(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    lexer.next();
    this.require(this.dottedName() || this.relativeName());
    this.expect(token.KW_IMPORT);
    if (lexer.kind === token.OP_STAR) this.takeToken();
    else if (lexer.kind === token.DEL_PAREN_OPEN) {
      lexer.next();
      this.require(this.importAsNames());
      this.expect(token.DEL_PAREN_CLOSE);
    } else this.require(this.importAsNames());
    this.reduce(rule.IMPORT_FROM, place, 2);
    return true;
  }

  private relativeName(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    let count = 0;
    for (; lexer.kind === token.DEL_PERIOD || lexer.kind === token.TOKEN_ELLIPSIS; count++) this.takeToken();
    if (count > 1) this.reduce(rule.ONE_OR_MORE_PERIOD_OR_ELLIPSIS, place, count);
    if (count > 0 && this.dottedName()) this.reduce(rule.IMPORT_FROM_2B, place, 2);
    return count > 0;
  }

  private importAsNames(): boolean {
    return this.listWithEnd(rule.IMPORT_AS_NAMES, token.DEL_COMMA, this.importAsName);
  }

  private readonly importAsName: () => boolean = () => {
    const place = this.lexer.place;
    if (!this.optionalName()) return false;
    this.optional(this.asName());
    this.reduce(rule.IMPORT_AS_NAME, place, 2);
    return true;
  };

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
    this.require(this.list(rule.WITH_STMT_LIST, token.DEL_COMMA, this.withItem));
    this.colonSuite();
    this.reduce(rule.WITH_STMT, place, 2);
    return true;
  }

  private readonly withItem: () => boolean = () => {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.test()) return false;
    if (lexer.kind === token.KW_AS) {
      lexer.next();
      this.require(this.expr());
      this.reduce(rule.WITH_ITEM, place, 2);
    }
    return true;
  };

  private funcdef(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    lexer.next();
    this.takeName();
    this.expect(token.DEL_PAREN_OPEN);
    this.optional(this.listWithEnd(rule.TYPEDARGSLIST, token.DEL_COMMA, this.typedargslistItem));
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

  private readonly typedargslistItem: () => boolean = () => {
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
  };

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
