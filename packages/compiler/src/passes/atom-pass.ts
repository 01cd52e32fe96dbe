// Compiles `(…)`, `[…]`, `{…}` and `lambda`. A method is named after its rule, as in py/compile.c, MicroPython 1.28.

import { type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as scopes from "../scope/scope.js";
import type { Scope } from "../scope/scope.js";
import { NamePass } from "./name-pass.js";

/** What the scopes of comprehensions are called, from SCOPE_LIST_COMP on. */
const COMPREHENSION_NAMES = ["listComp", "dictComp", "setComp", "genExpr"] as const;

/** Compiles displays, comprehensions, lambdas and slices. */
export abstract class AtomPass extends NamePass {
  /** The parameters of a `def` or `lambda`: defaults onto the stack, then the function. */
  protected abstract makeFunctionWithDefaults(scope: Scope, parameters: NodeRef, listKind: number): void;

  /** Makes a function of a scope. */
  protected makeFunction(scope: Scope, positionalDefaults: number, keywordDefaults: number): void {
    if (keywordDefaults > 0) scope.flags |= scopes.FLAG_DEFAULT_KEYWORDS;
    scope.defaultCount = positionalDefaults;
    this.emit.makeFunction(scope, positionalDefaults > 0 || keywordDefaults > 0);
  }

  protected lambdef(node: NodeRef): void {
    const scope = this.newScope(scopes.SCOPE_LAMBDA, node, this.names.lambda);
    this.makeFunctionWithDefaults(scope, this.child(node, 0), rules.VARARGSLIST);
  }

  protected comprehension(node: NodeRef, kind: number): void {
    const compFor = this.child(node, 1);
    const name = COMPREHENSION_NAMES[kind - scopes.SCOPE_LIST_COMP] ?? "genExpr";
    this.makeFunction(this.newScope(kind, node, this.names[name]), 0, 0);
    this.node(this.child(compFor, 1));
    if (kind === scopes.SCOPE_GEN_EXPR) this.emit.getIter(false);
    this.emit.call(false, 1, 0, false);
  }

  protected hasCompFor(list: NodeRef): boolean {
    return this.tree.count(list) === 2 && this.isKind(this.child(list, 1), rules.COMP_FOR);
  }

  protected genericTuple(node: NodeRef): void {
    const count = this.tree.count(node);
    for (let i = 0; i < count; i++) this.node(this.child(node, i));
    this.emit.buildTuple(count);
  }

  protected atomParen(node: NodeRef): void {
    const list = this.child(node, 0);
    if (list === 0) this.emit.buildTuple(0);
    else if (this.hasCompFor(list)) this.comprehension(list, scopes.SCOPE_GEN_EXPR);
    else this.genericTuple(list);
  }

  protected atomBracket(node: NodeRef): void {
    const list = this.child(node, 0);
    if (list === 0) this.emit.buildList(0);
    else if (!this.isKind(list, rules.TESTLIST_COMP)) {
      this.node(list);
      this.emit.buildList(1);
    } else if (this.hasCompFor(list)) this.comprehension(list, scopes.SCOPE_LIST_COMP);
    else {
      this.allNodes(list);
      this.emit.buildList(this.tree.count(list));
    }
  }

  protected atomBrace(node: NodeRef): void {
    const inner = this.child(node, 0);
    if (inner === 0) this.emit.buildMap(0);
    else if (this.isKind(inner, rules.DICTORSETMAKER_ITEM)) {
      this.emit.buildMap(1);
      this.node(inner);
      this.emit.storeMap();
    } else if (this.isKind(inner, rules.DICTORSETMAKER)) this.dictorsetmaker(inner);
    else {
      this.node(inner);
      this.emit.buildSet(1);
    }
  }

  private dictorsetmaker(node: NodeRef): void {
    const first = this.child(node, 0);
    const rest = this.child(node, 1);
    const isDict = this.isKind(first, rules.DICTORSETMAKER_ITEM);
    if (this.isKind(rest, rules.COMP_FOR)) {
      this.comprehension(node, isDict ? scopes.SCOPE_DICT_COMP : scopes.SCOPE_SET_COMP);
      return;
    }
    const items = this.child(rest, 0);
    const count = this.count(items, rules.DICTORSETMAKER_LIST2);
    if (isDict) this.emit.buildMap(1 + count);
    this.node(first);
    if (isDict) this.emit.storeMap();
    for (let i = 0; i < count; i++) {
      const item = this.item(items, rules.DICTORSETMAKER_LIST2, i);
      const isPair = this.isKind(item, rules.DICTORSETMAKER_ITEM);
      this.node(item);
      if (isPair !== isDict) {
        this.fail(node, isDict ? "expecting key:value for dict" : "expecting just a value for set");
      }
      if (isDict) this.emit.storeMap();
    }
    if (!isDict) this.emit.buildSet(1 + count);
  }

  protected dictorsetmakerItem(node: NodeRef): void {
    this.node(this.child(node, 1));
    this.node(this.child(node, 0));
  }

  protected subscript(node: NodeRef): void {
    const ranged = this.tree.kind(node) === rules.SUBSCRIPT_2;
    if (ranged) this.node(this.child(node, 0));
    else this.emit.loadNone();
    const rest = this.child(ranged ? this.child(node, 1) : node, 0);
    if (this.isKind(rest, rules.SUBSCRIPT_3C)) {
      this.emit.loadNone();
      this.sliceStep(this.child(rest, 0));
    } else if (this.isKind(rest, rules.SUBSCRIPT_3D)) {
      this.node(this.child(rest, 0));
      this.sliceStep(this.child(this.child(rest, 1), 0));
    } else {
      if (rest === 0) this.emit.loadNone();
      else this.node(rest);
      this.emit.buildSlice(2);
    }
  }

  private sliceStep(step: NodeRef): void {
    if (step !== 0) this.node(step);
    this.emit.buildSlice(step === 0 ? 2 : 3);
  }
}
