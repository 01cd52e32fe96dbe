// All scopes of a module: recorded while the tree is walked, then their names laid out, then their code finished.
// Follows compile_scope() and mp_compile_to_raw_code() of py/compile.c, MicroPython 1.28.

import { UpyError } from "@upykit/core/errors";
import { isLeaf, leafValue, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import { UNARY_NOT } from "../emit/operations.js";
import type { ByteSink } from "../emit/prelude.js";
import { ScopeCode } from "../emit/scope-code.js";
import type { CompiledModule } from "../emit/write-module.js";
import { layOutNames } from "../scope/layout.js";
import * as scopes from "../scope/scope.js";
import type { Scope } from "../scope/scope.js";
import { StatementPass } from "./statement-pass.js";

/** Compiles a parse tree. */
export class ModulePass extends StatementPass {
  /** @throws SourceError */
  compile(sourceName: number): CompiledModule {
    const { tables, tree, scopes: all } = this;
    tables.name(sourceName);
    const scope = this.newScope(scopes.SCOPE_MODULE, tree.root, this.names.module);
    // Scopes are added while this runs.
    for (const each of all) this.record(each);
    for (const each of all) layOutNames(each, this.names.class);
    return { tables, names: tree.names, data: this.finish(), scope };
  }

  private record(scope: Scope): void {
    this.scope = scope;
    this.nextLabel = 0;
    this.emit.start(scope);
    this.scopeBody(scope);
    this.emit.finish(this.nextLabel);
    scope.closeOverNames();
  }

  private finish(): ByteSink {
    const { star, class: className } = this.names;
    const flagMask = this.options.target === "circuitpython" ? 0x1f : 0x0f;
    const code = new ScopeCode(this.emit.code, this.tables, flagMask, star, className);
    for (const scope of this.scopes) code.finish(scope);
    return code.data;
  }

  private scopeBody(scope: Scope): void {
    try {
      this.body(scope);
    } catch (error) {
      if (!this.isWaiting(error)) throw error;
    }
    this.placeError(scope.node);
    if (this.pendingError !== undefined) throw this.pendingError;
  }

  private body(scope: Scope): void {
    if (scope.kind === scopes.SCOPE_MODULE) this.moduleBody(scope);
    else if (scope.kind === scopes.SCOPE_FUNCTION) this.functionBody(scope);
    else if (scope.kind === scopes.SCOPE_LAMBDA) this.lambdaBody(scope);
    else if (scope.kind === scopes.SCOPE_CLASS) this.classBody(scope);
    else this.comprehensionBody(scope);
  }

  private moduleBody(scope: Scope): void {
    this.node(scope.node);
    this.emit.loadNone();
    this.emit.returnValue();
  }

  private functionBody(scope: Scope): void {
    this.declareParameters(this.child(scope.node, 1), rules.TYPEDARGSLIST);
    this.node(this.child(scope.node, 3));
    this.emit.loadNone();
    this.emit.returnValue();
  }

  private lambdaBody(scope: Scope): void {
    this.emit.sourceLine(scope.node);
    this.declareParameters(this.child(scope.node, 0), rules.VARARGSLIST);
    this.node(this.child(scope.node, 1));
    if ((scope.flags & scopes.FLAG_GENERATOR) !== 0) {
      this.emit.popTop();
      this.emit.loadNone();
    }
    this.emit.returnValue();
  }

  private classBody(scope: Scope): void {
    const { names } = this;
    scope.findOrAdd(names.class, scopes.LOCAL);
    this.loadId(names.name);
    this.storeId(names.moduleAttribute);
    this.emit.loadString(leafValue(this.child(scope.node, 0)));
    this.storeId(names.qualname);
    this.node(this.child(scope.node, 2));
    this.emit.loadClassCell();
    this.emit.returnValue();
  }

  private comprehensionBody(scope: Scope): void {
    const { empty } = this.names;
    scope.findOrAdd(empty, scopes.LOCAL);
    scope.positionalCount = 1;
    this.emit.sourceLine(scope.node);
    if (scope.kind === scopes.SCOPE_LIST_COMP) this.emit.buildList(0);
    else if (scope.kind === scopes.SCOPE_DICT_COMP) this.emit.buildMap(0);
    else if (scope.kind === scopes.SCOPE_SET_COMP) this.emit.buildSet(0);
    const isGenerator = scope.kind === scopes.SCOPE_GEN_EXPR;
    if (isGenerator) {
      this.emit.loadNull();
      this.loadId(empty);
      this.emit.loadNull();
      this.emit.loadNull();
    } else {
      this.loadId(empty);
      this.emit.getIter(true);
    }
    this.comprehensionLoop(this.child(scope.node, 1), this.child(scope.node, 0), 0);
    if (isGenerator) this.emit.loadNone();
    this.emit.returnValue();
  }

  private comprehensionLoop(compFor: NodeRef, inner: NodeRef, depth: number): void {
    const top = this.newLabel();
    const end = this.newLabel();
    this.emit.label(top);
    this.emit.forIter(end);
    this.assign(this.child(compFor, 0));
    let iterator = this.child(compFor, 2);
    while (iterator !== 0 && this.isKind(iterator, rules.COMP_IF)) {
      this.condition(this.child(iterator, 0), false, top);
      iterator = this.child(iterator, 1);
    }
    if (iterator === 0) this.comprehensionItem(inner, depth);
    else {
      this.node(this.child(iterator, 1));
      this.emit.getIter(true);
      this.comprehensionLoop(iterator, inner, depth + 1);
    }
    this.emit.jump(top);
    this.emit.label(end);
    this.emit.forIterEnd();
  }

  private comprehensionItem(inner: NodeRef, depth: number): void {
    this.node(inner);
    if (this.scope.kind === scopes.SCOPE_GEN_EXPR) {
      this.emit.yieldValue();
      this.emit.popTop();
    } else this.emit.storeComprehension(this.scope.kind, 4 * depth + 5);
  }

  protected nativeCode(node: NodeRef): never {
    const name = this.tree.names.text(leafValue(node));
    throw new UpyError("unsupported", `@micropython.${name} needs a compiler of native code.`, {
      hint: "Pass a nativeBackend (from @upykit/compiler/node) to compile native, viper and assembler functions.",
    });
  }

  protected node(node: NodeRef): void {
    if (isLeaf(node)) {
      this.leaf(node);
      return;
    }
    if (node === 0) return;
    this.emit.sourceLine(node);
    this.rule(node, this.tree.kind(node));
  }

  private rule(node: NodeRef, kind: number): void {
    switch (kind) {
      case rules.FILE_INPUT:
      case rules.FILE_INPUT_2:
      case rules.SIMPLE_STMT_2:
      case rules.SUITE_BLOCK_STMTS:
      case rules.PASS_STMT: {
        this.allNodes(node);
        return;
      }
      case rules.DECORATED: {
        this.decorated(node);
        return;
      }
      case rules.FUNCDEF: {
        this.funcdef(node);
        return;
      }
      case rules.EXPR_STMT: {
        this.exprStmt(node);
        return;
      }
      case rules.TESTLIST_STAR_EXPR:
      case rules.SUBSCRIPTLIST:
      case rules.TESTLIST: {
        this.genericTuple(node);
        return;
      }
      case rules.DEL_STMT: {
        this.delStmt(node);
        return;
      }
      case rules.BREAK_STMT:
      case rules.CONTINUE_STMT: {
        this.breakContStmt(node);
        return;
      }
      case rules.RETURN_STMT: {
        this.returnStmt(node);
        return;
      }
      case rules.YIELD_STMT: {
        this.yieldStmt(node);
        return;
      }
      case rules.RAISE_STMT: {
        this.raiseStmt(node);
        return;
      }
      case rules.IMPORT_NAME: {
        this.importName(node);
        return;
      }
      case rules.IMPORT_FROM: {
        this.importFrom(node);
        return;
      }
      case rules.GLOBAL_STMT:
      case rules.NONLOCAL_STMT: {
        this.globalNonlocalStmt(node);
        return;
      }
      case rules.ASSERT_STMT: {
        this.assertStmt(node);
        return;
      }
      case rules.ASYNC_STMT: {
        this.asyncStmt(node);
        return;
      }
      case rules.IF_STMT: {
        this.ifStmt(node);
        return;
      }
      case rules.WHILE_STMT: {
        this.whileStmt(node);
        return;
      }
      case rules.FOR_STMT: {
        this.forStmt(node);
        return;
      }
      case rules.TRY_STMT: {
        this.tryStmt(node);
        return;
      }
      case rules.WITH_STMT: {
        this.withStmt(node);
        return;
      }
      case rules.CLASSDEF: {
        this.classdef(node);
        return;
      }
      default: {
        this.expressionRule(node, kind);
        return;
      }
    }
  }

  private expressionRule(node: NodeRef, kind: number): void {
    switch (kind) {
      case rules.ATOM_EXPR_NORMAL: {
        this.atomExprNormal(node);
        return;
      }
      case rules.CONST_OBJECT: {
        this.emit.loadConstant(node);
        return;
      }
      case rules.TRAILER_PAREN: {
        this.callWith(this.child(node, 0), false, 0);
        return;
      }
      case rules.TRAILER_BRACKET:
        this.node(this.child(node, 0));
        {
          this.emit.loadSubscript();
          return;
        }
      case rules.TRAILER_PERIOD: {
        this.emit.loadAttribute(leafValue(this.child(node, 0)));
        return;
      }
      case rules.COMPARISON: {
        this.comparison(node);
        return;
      }
      case rules.ATOM_PAREN: {
        this.atomParen(node);
        return;
      }
      case rules.ATOM_BRACKET: {
        this.atomBracket(node);
        return;
      }
      case rules.ATOM_BRACE: {
        this.atomBrace(node);
        return;
      }
      case rules.DICTORSETMAKER_ITEM: {
        this.dictorsetmakerItem(node);
        return;
      }
      case rules.SUBSCRIPT_2:
      case rules.SUBSCRIPT_3: {
        this.subscript(node);
        return;
      }
      case rules.NAMEDEXPR_TEST: {
        this.namedexpr(node);
        return;
      }
      case rules.TEST_IF_EXPR: {
        this.testIfExpr(node);
        return;
      }
      case rules.LAMBDEF:
      case rules.LAMBDEF_NOCOND: {
        this.lambdef(node);
        return;
      }
      case rules.OR_TEST:
      case rules.AND_TEST: {
        this.orAndTest(node);
        return;
      }
      case rules.NOT_TEST_2:
        this.node(this.child(node, 0));
        {
          this.emit.unary(UNARY_NOT);
          return;
        }
      case rules.STAR_EXPR:
        return this.fail(node, "*x must be assignment target");
      case rules.EXPR:
      case rules.XOR_EXPR:
      case rules.AND_EXPR: {
        this.binaryOp(node);
        return;
      }
      case rules.SHIFT_EXPR:
      case rules.ARITH_EXPR:
      case rules.TERM: {
        this.term(node);
        return;
      }
      case rules.FACTOR_2: {
        this.factor2(node);
        return;
      }
      case rules.POWER: {
        this.power(node);
        return;
      }
      case rules.ATOM_EXPR_AWAIT: {
        this.atomExprAwait(node);
        return;
      }
      case rules.YIELD_EXPR: {
        this.yieldExpr(node);
        return;
      }
    }
  }
}
