// Compiles functions, classes and decorators. Follows py/compile.c, MicroPython 1.28.

import { isIdentifier, isStruct, leafValue, type NameId, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import { moveStarBack } from "../scope/layout.js";
import * as scopes from "../scope/scope.js";
import type { Scope } from "../scope/scope.js";
import { AssignmentPass } from "./assignment-pass.js";

const NATIVE_DECORATORS = new Set(["native", "viper", "asm_thumb", "asm_xtensa", "asm_rv32"]);

/** How far the parameters of a function have been read. */
interface Defaults {
  star: boolean;
  positional: number;
  keyword: number;
}

/** Compiles functions and classes. */
export abstract class FunctionPass extends AssignmentPass {
  protected makeFunctionWithDefaults(scope: Scope, parameters: NodeRef, listKind: number): void {
    const defaults: Defaults = { star: false, positional: 0, keyword: 0 };
    const count = this.count(parameters, listKind);
    for (let i = 0; i < count; i++) this.defaultOf(this.item(parameters, listKind, i), defaults);
    if (this.pendingError !== undefined) return;
    if (defaults.positional > 0 && defaults.keyword === 0) {
      this.emit.buildTuple(defaults.positional);
      this.emit.loadNull();
    }
    this.makeFunction(scope, defaults.positional, defaults.keyword);
  }

  private defaultOf(node: NodeRef, defaults: Defaults): void {
    const kind = isIdentifier(node) ? 0 : this.tree.kind(node);
    if (kind === rules.TYPEDARGSLIST_STAR || kind === rules.VARARGSLIST_STAR) {
      defaults.star = true;
      return;
    }
    if (kind === rules.TYPEDARGSLIST_DBL_STAR || kind === rules.VARARGSLIST_DBL_STAR) return;
    const value = kind === 0 ? 0 : this.child(node, kind === rules.TYPEDARGSLIST_NAME ? 2 : 1);
    if (value === 0) {
      if (!defaults.star && defaults.positional !== 0) {
        this.noteError(node, "non-default argument follows default argument");
      }
    } else if (defaults.star) this.keywordDefault(this.child(node, 0), value, defaults);
    else {
      defaults.positional++;
      this.node(value);
    }
  }

  private keywordDefault(name: NodeRef, value: NodeRef, defaults: Defaults): void {
    defaults.keyword++;
    if (defaults.keyword === 1) {
      if (defaults.positional > 0) this.emit.buildTuple(defaults.positional);
      else this.emit.loadNull();
      this.emit.buildMap(0);
    }
    this.node(value);
    this.emit.loadString(leafValue(name));
    this.emit.storeMap();
  }

  /** Leaves the function on the stack. @returns its scope */
  private functionObject(node: NodeRef): Scope {
    const scope = this.newScope(scopes.SCOPE_FUNCTION, node, leafValue(this.child(node, 0)));
    this.makeFunctionWithDefaults(scope, this.child(node, 1), rules.TYPEDARGSLIST);
    return scope;
  }

  /** Leaves the class on the stack. @returns its name */
  private classObject(node: NodeRef): NameId {
    const name = leafValue(this.child(node, 0));
    const scope = this.newScope(scopes.SCOPE_CLASS, node, name);
    this.emit.loadBuildClass();
    this.makeFunction(scope, 0, 0);
    this.emit.loadString(name);
    const bases = this.child(node, 1);
    this.callWith(this.isKind(bases, rules.CLASSDEF_2) ? 0 : bases, false, 2);
    return name;
  }

  protected funcdef(node: NodeRef): void {
    this.storeId(this.functionObject(node).simpleName);
  }

  protected asyncFuncdef(node: NodeRef): void {
    const scope = this.functionObject(node);
    this.storeId(scope.simpleName);
    this.markAsync(scope);
  }

  private markAsync(scope: Scope): void {
    const isCircuitPython = this.options.target === "circuitpython";
    scope.flags |= scopes.FLAG_GENERATOR | (isCircuitPython ? scopes.FLAG_ASYNC : 0);
  }

  protected classdef(node: NodeRef): void {
    this.storeId(this.classObject(node));
  }

  protected decorated(node: NodeRef): void {
    const decorators = this.child(node, 0);
    const count = this.count(decorators, rules.DECORATORS);
    let called = 0;
    for (let i = 0; i < count; i++) {
      const decorator = this.item(decorators, rules.DECORATORS, i);
      const name = this.list(this.child(decorator, 0), rules.DOTTED_NAME);
      if (this.builtInDecorator(name)) continue;
      called++;
      this.node(name[0] as NodeRef);
      for (let part = 1; part < name.length; part++)
        this.emit.loadAttribute(leafValue(name[part] as NodeRef));
      this.node(this.child(decorator, 1));
    }
    const name = this.decoratedBody(this.child(node, 1));
    for (let i = 0; i < called; i++) this.emit.call(false, 1, 0, false);
    this.storeId(name);
  }

  private decoratedBody(body: NodeRef): NameId {
    if (this.isKind(body, rules.FUNCDEF)) return this.functionObject(body).simpleName;
    if (this.isKind(body, rules.CLASSDEF)) return this.classObject(body);
    const scope = this.functionObject(this.child(body, 0));
    this.markAsync(scope);
    return scope.simpleName;
  }

  /** `@micropython.…` chooses an emitter; here there is one, for bytecode. */
  private builtInDecorator(name: readonly NodeRef[]): boolean {
    const [first, second] = name;
    if (first === undefined || leafValue(first) !== this.names.micropython) return false;
    if (second === undefined || name.length !== 2) {
      this.noteError(first, "invalid micropython decorator");
      return true;
    }
    const attribute = leafValue(second);
    if (attribute === this.names.bytecode) return true;
    const isNative = NATIVE_DECORATORS.has(this.tree.names.text(attribute));
    if (!isNative) this.noteError(second, "invalid micropython decorator");
    else if (!this.options.hasArchitecture) this.noteError(second, "invalid arch");
    else this.nativeCode(second);
    return true;
  }

  /** Native code for an architecture: not emitted here. */
  protected abstract nativeCode(node: NodeRef): never;

  /** The parameters become the first names of a function's scope. */
  protected declareParameters(list: NodeRef, listKind: number): void {
    const seen = { star: false };
    const count = this.count(list, listKind);
    for (let i = 0; i < count; i++) this.declareParameter(this.item(list, listKind, i), seen);
    if ((this.scope.flags & scopes.FLAG_VAR_ARGS) !== 0) moveStarBack(this.scope.names);
  }

  private declareParameter(node: NodeRef, seen: { star: boolean }): void {
    const { scope } = this;
    if ((scope.flags & scopes.FLAG_VAR_KEYWORDS) !== 0) {
      this.noteError(node, "invalid syntax");
      return;
    }
    const kind = isIdentifier(node) ? 0 : this.tree.kind(node);
    let name = node;
    let flags = scopes.IS_PARAMETER;
    if (kind === 0 || kind === rules.TYPEDARGSLIST_NAME || kind === rules.VARARGSLIST_NAME) {
      if (kind !== 0) name = this.child(node, 0);
      if (seen.star) scope.keywordOnlyCount++;
      else scope.positionalCount++;
    } else if (kind === rules.TYPEDARGSLIST_STAR || kind === rules.VARARGSLIST_STAR) {
      if (seen.star) {
        this.noteError(node, "invalid syntax");
        return;
      }
      seen.star = true;
      flags |= scopes.IS_STAR_PARAMETER;
      name = this.starName(this.child(node, 0));
    } else {
      name = this.child(node, 0);
      flags |= scopes.IS_DOUBLE_STAR_PARAMETER;
      scope.flags |= scopes.FLAG_VAR_KEYWORDS;
    }
    if (name !== 0) this.addParameter(node, leafValue(name), flags);
  }

  private starName(node: NodeRef): NodeRef {
    if (node === 0) return 0;
    this.scope.flags |= scopes.FLAG_VAR_ARGS;
    return isStruct(node) ? this.child(node, 0) : node;
  }

  private addParameter(node: NodeRef, name: NameId, flags: number): void {
    const entry = this.scope.findOrAdd(name, scopes.UNDECIDED);
    if (entry.kind !== scopes.UNDECIDED) {
      this.noteError(node, "argument name reused");
      return;
    }
    entry.kind = scopes.LOCAL;
    entry.flags = flags;
  }
}
