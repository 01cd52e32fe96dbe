// What the parts of the walk over the parse tree share: the scope at hand, labels, names, errors.
// Follows the head of py/compile.c, MicroPython 1.28.

import { isLeaf, isStruct, type NameId, type NodeRef, type ParseTree } from "@upykit/core/python";
import { Emitter } from "../emit/emitter.js";
import { truthOf } from "../fold/constants.js";
import { ModuleTables } from "../emit/module-tables.js";
import { knownNames, type KnownNames } from "../names.js";
import * as scopes from "../scope/scope.js";
import { Scope } from "../scope/scope.js";
import { SourceError } from "../source-error.js";
import type { Workspace } from "../workspace.js";

/** What the passes need to know of the target and the options. */
export interface PassOptions {
  readonly target: "micropython" | "circuitpython";
  readonly optimize: number;
  readonly smallIntBits: number;
  readonly workspace: Workspace;
  /** Whether an architecture was given. */
  readonly hasArchitecture: boolean;
}

/** No loop around. */
export const NO_LABEL = 0xffff;

/** State and helpers of the walk. */
export abstract class PassBase {
  protected readonly names: KnownNames;
  protected readonly tables: ModuleTables;
  protected readonly emit: Emitter;
  /** In the order they are compiled; compiling one adds those inside it. */
  protected readonly scopes: Scope[] = [];
  protected scope!: Scope;
  protected nextLabel = 0;
  protected breakLabel: number = NO_LABEL;
  protected continueLabel: number = NO_LABEL;
  protected exceptLevel = 0;
  protected loopExceptLevel = 0;
  /** An error that has no line yet. */
  protected pendingError: SourceError | undefined = undefined;

  constructor(
    protected readonly tree: ParseTree,
    protected readonly options: PassOptions,
  ) {
    this.names = knownNames();
    this.tables = new ModuleTables(tree, options.workspace);
    this.emit = this.makeEmitter();
  }

  /** What a name is that a module or class assigns to. */
  protected get assignedInClass(): number {
    return scopes.GLOBAL_IMPLICIT_ASSIGNED;
  }

  protected makeEmitter(): Emitter {
    const { optimize, workspace } = this.options;
    return new Emitter(this.tables, this.tree, optimize < 3, workspace.recorded);
  }

  /** Whether a node is a constant that is true or false; undefined where it is none. */
  protected truth(node: NodeRef): boolean | undefined {
    return truthOf(this.tree, node);
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

  /** The length of what {@link list} gives, which {@link item} goes through without making it. */
  protected count(node: NodeRef, kind: number): number {
    if (node === 0) return 0;
    return this.isKind(node, kind) ? this.tree.count(node) : 1;
  }

  protected item(node: NodeRef, kind: number, index: number): NodeRef {
    return this.isKind(node, kind) ? this.tree.child(node, index) : node;
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

  protected newScope(kind: number, node: NodeRef, simpleName: NameId): Scope {
    const number = this.scopes.length;
    const parent = number === 0 ? undefined : this.scope;
    const scope = new Scope(number, kind, node, simpleName, parent, this.assignedInClass);
    this.scopes.push(scope);
    return scope;
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
    this.emit.loadEntry(this.entryOf(name));
  }

  protected storeId(name: NameId): void {
    this.emit.storeEntry(this.modifiedEntryOf(name));
  }

  protected deleteId(name: NameId): void {
    this.emit.deleteEntry(this.modifiedEntryOf(name));
  }

  /** The index that a name has in the scope. */
  private entryOf(name: NameId): number {
    return this.scope.findOrAdd(name, scopes.GLOBAL_IMPLICIT).order;
  }

  private modifiedEntryOf(name: NameId): number {
    return this.scope.forModification(name).order;
  }
}
