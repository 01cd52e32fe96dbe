// The grammar's simple statements. One method for a rule, as in operand-parser.ts. Follows py/grammar.h, MicroPython 1.28.

import { ExpressionParser } from "./expression-parser.js";
import { isIdentifier, isLeaf, type NodeRef } from "./parse-tree.js";
import * as rule from "./rules.js";
import * as token from "./tokens.js";

/** Parses simple statements. */
export abstract class SimpleStatementParser extends ExpressionParser {
  protected simpleStmt(): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.smallStmt()) return false;
    if (lexer.kind === token.DEL_SEMICOLON) this.restOfList(rule.SIMPLE_STMT_2, token.DEL_SEMICOLON, place);
    this.expect(token.TOKEN_NEWLINE);
    return true;
  }

  protected smallStmt(): boolean {
    switch (this.lexer.kind) {
      case token.KW_DEL:
        return this.keywordStmt(rule.DEL_STMT, true);
      case token.KW_PASS:
        return this.bareStmt(rule.PASS_STMT);
      case token.KW_BREAK:
        return this.bareStmt(rule.BREAK_STMT);
      case token.KW_CONTINUE:
        return this.bareStmt(rule.CONTINUE_STMT);
      case token.KW_RETURN:
        return this.keywordStmt(rule.RETURN_STMT, false);
      case token.KW_RAISE:
        return this.keywordStmt(rule.RAISE_STMT, false);
      case token.KW_YIELD:
        return this.yieldStmt();
      case token.KW_IMPORT:
        return this.keywordStmt(rule.IMPORT_NAME, true);
      case token.KW_FROM:
        return this.importFrom();
      case token.KW_GLOBAL:
        return this.keywordStmt(rule.GLOBAL_STMT, true);
      case token.KW_NONLOCAL:
        return this.keywordStmt(rule.NONLOCAL_STMT, true);
      case token.KW_ASSERT:
        return this.assertStmt();
      default:
        return this.exprStmt();
    }
  }

  private bareStmt(kind: number): boolean {
    const place = this.lexer.place;
    this.lexer.next();
    this.reduce(kind, place, 0);
    return true;
  }

  private keywordStmt(kind: number, needed: boolean): boolean {
    const place = this.lexer.place;
    this.lexer.next();
    const found = this.keywordArgument(kind);
    if (needed) this.require(found);
    else this.optional(found);
    this.reduce(kind, place, 1);
    return true;
  }

  /** What stands behind the keyword of a statement. */
  private keywordArgument(kind: number): boolean {
    switch (kind) {
      case rule.DEL_STMT:
        return this.exprlist();
      case rule.RETURN_STMT:
        return this.testlist();
      case rule.RAISE_STMT:
        return this.raiseArg();
      case rule.IMPORT_NAME:
        return this.list(rule.DOTTED_AS_NAMES, token.DEL_COMMA);
      default:
        return this.list(rule.NAME_LIST, token.DEL_COMMA);
    }
  }

  private yieldStmt(): boolean {
    const place = this.lexer.place;
    this.yieldExpr();
    this.reduce(rule.YIELD_STMT, place, 1);
    return true;
  }

  private raiseArg(): boolean {
    const place = this.lexer.place;
    if (!this.test()) return false;
    if (this.lexer.kind === token.KW_FROM) {
      this.lexer.next();
      this.require(this.test());
      this.reduce(rule.RAISE_STMT_ARG, place, 2);
    }
    return true;
  }

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

  protected dottedAsName(): boolean {
    const place = this.lexer.place;
    if (!this.dottedName()) return false;
    if (this.asName()) this.reduce(rule.DOTTED_AS_NAME, place, 2);
    return true;
  }

  protected asName(): boolean {
    if (this.lexer.kind !== token.KW_AS) return false;
    this.lexer.next();
    this.takeName();
    return true;
  }

  protected dottedName(): boolean {
    return this.list(rule.DOTTED_NAME, token.DEL_PERIOD);
  }

  protected optionalName(): boolean {
    if (!this.atName()) return false;
    this.takeName();
    return true;
  }

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
    return this.listWithEnd(rule.IMPORT_AS_NAMES, token.DEL_COMMA);
  }

  protected importAsName(): boolean {
    const place = this.lexer.place;
    if (!this.optionalName()) return false;
    this.optional(this.asName());
    this.reduce(rule.IMPORT_AS_NAME, place, 2);
    return true;
  }
}
