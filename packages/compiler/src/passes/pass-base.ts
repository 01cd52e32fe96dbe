// What all passes over the parse tree share: the scope at hand, labels, names, errors.
// Follows the head of py/compile.c, MicroPython 1.28.

import { isLeaf, isStruct, type NameId, type NodeRef, type ParseTree } from "@upykit/core/python";
import { Emitter } from "../emit/emitter.js";
import { ModuleTables } from "../emit/module-tables.js";
import { knownNames, type KnownNames } from "../names.js";
import * as scopes from "../scope/scope.js";
import { Scope } from "../scope/scope.js";
import { SourceError } from "../source-error.js";

/** What the passes need to know of the target and the options. */
export interface PassOptions {
  readonly target: "micropython" | "circuitpython";
  readonly optimize: number;
  readonly smallIntBits: number;
  /** Whether an architecture was given. */
  readonly hasArchitecture: boolean;
}

/** No loop around. */
export const NO_LABEL = 0xffff;

/** State and helpers of the passes. */
export abstract class PassBase {
  protected readonly names: KnownNames;
  protected readonly tables: ModuleTables;
  protected readonly emit: Emitter;
  /** In the order they are compiled; passes over one add those inside it. */
  protected readonly scopes: Scope[] = [];
  protected scope!: Scope;
  /** The first pass finds names and scopes, the second records code. */
  protected scopePass = true;
  protected nextLabel = 0;
  protected breakLabel: number = NO_LABEL;
  protected continueLabel: number = NO_LABEL;
  protected exceptLevel = 0;
  protected loopExceptLevel = 0;
  /** An error that has no line yet. */
  protected pendingError: SourceError | undefined;

  constructor(
    protected readonly tree: ParseTree,
    protected readonly options: PassOptions,
  ) {
    this.names = knownNames();
    this.tables = new ModuleTables(tree);
    const flagMask = options.target === "circuitpython" ? 0x1f : 0x0f;
    this.emit = new Emitter(this.tables, tree, options.optimize < 3, flagMask, this.names.star);
  }

  /** Compiles a node: the dispatch over all rules. */
  protected abstract node(node: NodeRef): void;

  protected child(node: NodeRef, index: number): NodeRef {
    return this.tree.child(node, index);
  }

  protected isKind(node: NodeRef, kind: number): boolean {
    return isStruct(node) && this.tree.kind(node) === kind;
  }

  /** The children of a list rule; a node that is no such list is its only child; none is none. */
  protected list(node: NodeRef, kind: number): NodeRef[] {
    if (node === 0) return [];
    if (isLeaf(node) || this.tree.kind(node) !== kind) return [node];
    const children: NodeRef[] = [];
    const count = this.tree.count(node);
    for (let i = 0; i < count; i++) children.push(this.tree.child(node, i));
    return children;
  }

  /** Compiles all children; an error that has no line yet gets that of the child just compiled. */
  protected allNodes(node: NodeRef): void {
    const count = this.tree.count(node);
    for (let i = 0; i < count; i++) {
      const child = this.tree.child(node, i);
      try {
        this.node(child);
      } catch (error) {
        if (!this.isWaiting(error)) throw error;
      }
      this.placeError(child);
      if (this.pendingError !== undefined) return;
    }
  }

  /** Whether this is the error that has no line yet. */
  protected isWaiting(error: unknown): boolean {
    return error instanceof SourceError && error === this.pendingError && error.place === 0;
  }

  /** The error of a node that has a line. An earlier error that waits for its line goes first. */
  protected fail(node: NodeRef, message: string): never {
    throw this.pendingError ?? new SourceError(message, this.tree.place(node));
  }

  /**
   * The error of a node that may have no line: then compiling goes on until it gets that of a statement, which can be
   * one further down, as in MicroPython. The caller goes on as well.
   */
  protected noteError(node: NodeRef, message: string): void {
    if (this.pendingError !== undefined) return;
    this.pendingError = new SourceError(message, 0);
    this.placeError(node);
  }

  /** Throws the error that waits for a line, where this node has one. */
  protected placeError(node: NodeRef): void {
    const { pendingError } = this;
    if (pendingError === undefined || !isStruct(node) || this.tree.line(node) === 0) return;
    pendingError.place = this.tree.place(node);
    throw pendingError;
  }

  protected newLabel(): number {
    return this.nextLabel++;
  }

  protected newScope(kind: number, node: NodeRef, simpleName: NameId): number {
    this.scopes.push(new Scope(kind, node, simpleName, this.scopes.length === 0 ? undefined : this.scope));
    return this.scopes.length - 1;
  }

  protected scopeAt(index: number): Scope {
    return this.scopes[index] as Scope;
  }

  protected increaseExceptLevel(label: number, kind: number): void {
    this.emit.setupBlock(label, kind);
    this.exceptLevel++;
    if (this.exceptLevel > this.scope.exceptionStackSize) this.scope.exceptionStackSize = this.exceptLevel;
  }

  protected decreaseExceptLevel(): void {
    this.exceptLevel--;
    this.emit.endFinally();
  }

  protected loadId(name: NameId): void {
    if (this.scopePass) {
      this.scope.findOrAdd(name, scopes.GLOBAL_IMPLICIT);
      return;
    }
    const { kind, local } = this.entry(name);
    if (kind === scopes.LOCAL) this.emit.loadFast(local);
    else if (kind <= scopes.GLOBAL_IMPLICIT_ASSIGNED) this.emit.loadName(name);
    else if (kind === scopes.GLOBAL_EXPLICIT) this.emit.loadGlobal(name);
    else this.emit.loadDeref(local);
  }

  protected storeId(name: NameId): void {
    if (this.scopePass) {
      this.scope.forModification(name);
      return;
    }
    const { kind, local } = this.entry(name);
    if (kind === scopes.LOCAL) this.emit.storeFast(local);
    else if (kind <= scopes.GLOBAL_IMPLICIT_ASSIGNED) this.emit.storeName(name);
    else if (kind === scopes.GLOBAL_EXPLICIT) this.emit.storeGlobal(name);
    else this.emit.storeDeref(local);
  }

  protected deleteId(name: NameId): void {
    if (this.scopePass) {
      this.scope.forModification(name);
      return;
    }
    const { kind, local } = this.entry(name);
    if (kind === scopes.LOCAL) this.emit.deleteFast(local);
    else if (kind <= scopes.GLOBAL_IMPLICIT_ASSIGNED) this.emit.deleteName(name);
    else if (kind === scopes.GLOBAL_EXPLICIT) this.emit.deleteGlobal(name);
    else this.emit.deleteDeref(local);
  }

  /** The entry of a name that the first pass has met. */
  private entry(name: NameId): scopes.ScopeName {
    return this.scope.findOrAdd(name, scopes.GLOBAL_IMPLICIT);
  }
}
