// All scopes of a module: recorded while the tree is walked, then their names laid out, then their code finished.
// Follows compile_scope() and mp_compile_to_raw_code() of py/compile.c, MicroPython 1.28.

import { UpyError } from "@upykit/core/errors";
import { isLeaf, leafValue, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
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
    for (let i = 0; i < all.length; i++) this.record(all[i] as Scope);
    for (let i = 0; i < all.length; i++) layOutNames(all[i] as Scope, this.names.class);
    return { tables, names: tree.names, code: this.finish(), scope };
  }

  protected record(scope: Scope): void {
    this.scope = scope;
    this.nextLabel = 0;
    this.emit.start(scope);
    this.scopeBody(scope);
    this.emit.finish(this.nextLabel);
    scope.closeOverNames();
  }

  private finish(): ScopeCode {
    const { star, class: className } = this.names;
    const flagMask = this.options.target === "circuitpython" ? 0x1f : 0x0f;
    const code = new ScopeCode(this.options.workspace, this.tables, flagMask, star, className);
    for (let i = 0; i < this.scopes.length; i++) code.finish(this.scopes[i] as Scope);
    return code;
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
    this.returnNone();
  }

  /** The end of a function. */
  protected returnNone(): void {
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
    if (isLeaf(node)) this.leaf(node);
    else if (node !== 0) {
      this.emit.sourceLine(node);
      (handlers.byRule ??= ModulePass.handlersByRule())[this.tree.kind(node)]?.call(this, node);
    }
  }

  /** What compiles the nodes of each rule. A table of calls that stay calls: a switch would be one huge function. */
  private static handlersByRule(): Handler[] {
    /* eslint-disable @typescript-eslint/unbound-method -- each is called with its pass as `this` */
    const pass = ModulePass.prototype;
    const byRule: Handler[] = [];
    const set = (handler: Handler, ...kinds: readonly number[]): void => {
      for (const kind of kinds) byRule[kind] = handler;
    };
    set(pass.allNodes, rules.FILE_INPUT, rules.FILE_INPUT_2, rules.SIMPLE_STMT_2, rules.SUITE_BLOCK_STMTS);
    set(pass.decorated, rules.DECORATED);
    set(pass.funcdef, rules.FUNCDEF);
    set(pass.classdef, rules.CLASSDEF);
    set(pass.exprStmt, rules.EXPR_STMT);
    set(pass.genericTuple, rules.TESTLIST_STAR_EXPR, rules.SUBSCRIPTLIST, rules.TESTLIST);
    set(pass.delStmt, rules.DEL_STMT);
    set(pass.breakContStmt, rules.BREAK_STMT, rules.CONTINUE_STMT);
    set(pass.returnStmt, rules.RETURN_STMT);
    set(pass.yieldStmt, rules.YIELD_STMT);
    set(pass.raiseStmt, rules.RAISE_STMT);
    set(pass.importName, rules.IMPORT_NAME);
    set(pass.importFrom, rules.IMPORT_FROM);
    set(pass.globalNonlocalStmt, rules.GLOBAL_STMT, rules.NONLOCAL_STMT);
    set(pass.assertStmt, rules.ASSERT_STMT);
    set(pass.asyncStmt, rules.ASYNC_STMT);
    set(pass.ifStmt, rules.IF_STMT);
    set(pass.whileStmt, rules.WHILE_STMT);
    set(pass.forStmt, rules.FOR_STMT);
    set(pass.tryStmt, rules.TRY_STMT);
    set(pass.withStmt, rules.WITH_STMT);
    set(pass.atomExprNormal, rules.ATOM_EXPR_NORMAL);
    set(pass.atomExprAwait, rules.ATOM_EXPR_AWAIT);
    set(pass.constant, rules.CONST_OBJECT);
    set(pass.trailerParen, rules.TRAILER_PAREN);
    set(pass.trailerBracket, rules.TRAILER_BRACKET);
    set(pass.trailerPeriod, rules.TRAILER_PERIOD);
    set(pass.comparison, rules.COMPARISON);
    set(pass.atomParen, rules.ATOM_PAREN);
    set(pass.atomBracket, rules.ATOM_BRACKET);
    set(pass.atomBrace, rules.ATOM_BRACE);
    set(pass.dictorsetmakerItem, rules.DICTORSETMAKER_ITEM);
    set(pass.subscript, rules.SUBSCRIPT_2, rules.SUBSCRIPT_3);
    set(pass.namedexpr, rules.NAMEDEXPR_TEST);
    set(pass.testIfExpr, rules.TEST_IF_EXPR);
    set(pass.lambdef, rules.LAMBDEF, rules.LAMBDEF_NOCOND);
    set(pass.orAndTest, rules.OR_TEST, rules.AND_TEST);
    set(pass.notTest, rules.NOT_TEST_2);
    set(pass.starExpr, rules.STAR_EXPR);
    set(pass.binaryOp, rules.EXPR, rules.XOR_EXPR, rules.AND_EXPR);
    set(pass.term, rules.SHIFT_EXPR, rules.ARITH_EXPR, rules.TERM);
    set(pass.factor2, rules.FACTOR_2);
    set(pass.power, rules.POWER);
    set(pass.yieldExpr, rules.YIELD_EXPR);
    /* eslint-enable @typescript-eslint/unbound-method */
    return byRule;
  }
}

type Handler = (this: ModulePass, node: NodeRef) => void;

const handlers: { byRule?: readonly Handler[] } = {};
