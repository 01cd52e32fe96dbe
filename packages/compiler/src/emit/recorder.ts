// Records the code of scope after scope while the passes walk, and keeps the books: stack size, dead code, source lines.
// What a name is in its scope is known only when all scopes have been walked: such places are left open, see
// scope-code.ts. Follows py/emitbc.c, MicroPython 1.28.

import type { NameId, NodeRef, ParseTree } from "@upykit/core/python";
import type { Scope } from "../scope/scope.js";
import * as event from "./byte-code.js";
import type { ByteCode } from "./byte-code.js";
import type { ModuleTables } from "./module-tables.js";

/** What instructions are recorded with. */
export abstract class Recorder {
  protected scope!: Scope;
  /** After a jump, up to the next label, nothing is emitted. */
  protected suppress = false;
  private stackSize = 0;
  private largestStack = 0;
  private lastLine = 1;

  constructor(
    protected readonly tables: ModuleTables,
    protected readonly tree: ParseTree,
    /** Whether line numbers are kept: below optimisation level 3. */
    private readonly keepLines: boolean,
    /** The code of all scopes, one behind another. */
    readonly code: ByteCode,
  ) {
    code.clear();
  }

  /** Begins a scope. */
  start(scope: Scope): void {
    this.scope = scope;
    this.suppress = false;
    this.stackSize = 0;
    this.largestStack = 0;
    this.lastLine = 1;
    scope.codeStart = this.code.length;
    scope.eventsStart = this.code.eventsLength;
    this.tables.name(scope.simpleName);
  }

  /** Ends it. */
  finish(labelCount: number): void {
    const { scope, code } = this;
    scope.codeEnd = code.length;
    scope.eventsEnd = code.eventsLength;
    scope.labelCount = labelCount;
    scope.stackSize = this.largestStack;
  }

  /** After a jump or a return: what follows up to the next label never runs. */
  protected endFlow(): void {
    this.suppress = true;
  }

  adjustStack(delta: number): void {
    const stackSize = this.stackSize + delta;
    this.stackSize = stackSize;
    if (stackSize > this.largestStack) this.largestStack = stackSize;
  }

  sourceLine(node: NodeRef): void {
    if (!this.keepLines) return;
    const line = this.tree.line(node);
    if (line <= this.lastLine) return;
    this.code.event(event.LINE, line - this.lastLine, 0);
    this.lastLine = line;
  }

  label(label: number): void {
    this.suppress = false;
    this.code.event(event.LABEL, label, 0);
  }

  /** Loads the name with this index in the scope. */
  loadEntry(index: number): void {
    this.use(1, event.LOAD, index);
  }

  storeEntry(index: number): void {
    this.use(-1, event.STORE, index);
  }

  deleteEntry(index: number): void {
    this.use(0, event.DELETE, index);
  }

  /** Makes a function of a scope, with what that will be found to close over. */
  makeFunction(child: Scope, hasDefaults: boolean): void {
    const { children } = this.scope;
    const kind = hasDefaults ? event.FUNCTION_WITH_DEFAULTS : event.FUNCTION;
    this.code.event(this.suppress ? kind | event.DEAD : kind, children.length, this.stackSize);
    children.push(child);
    this.adjustStack(hasDefaults ? -1 : 1);
  }

  /** Loads `__class__` where a method of the class uses it, else None. */
  loadClassCell(): void {
    this.adjustStack(1);
    if (!this.suppress) this.code.event(event.CLASS_CELL, 0, 0);
  }

  private use(stack: number, kind: number, index: number): void {
    this.adjustStack(stack);
    this.code.event(this.suppress ? kind | event.DEAD : kind, index, 0);
  }

  protected byte(stack: number, op: number): void {
    this.adjustStack(stack);
    if (!this.suppress) this.code.byte(op);
  }

  protected rawByte(value: number): void {
    if (!this.suppress) this.code.byte(value);
  }

  protected uint(stack: number, op: number, value: number): void {
    this.adjustStack(stack);
    if (this.suppress) return;
    this.code.byte(op);
    this.code.uint(value);
  }

  protected named(stack: number, op: number, name: NameId): void {
    this.uint(stack, op, this.tables.name(name));
  }

  protected jumpTo(stack: number, op: number, label: number): void {
    this.adjustStack(stack);
    if (!this.suppress) this.code.event(event.JUMP, op, label);
  }
}
