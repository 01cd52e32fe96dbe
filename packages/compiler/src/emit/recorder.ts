// Records the code of scope after scope while the passes walk, and keeps the books: stack size, dead code, source lines.
// What a name is in its scope is known only when all scopes have been walked: such places are left open, see
// scope-code.ts. Follows py/emitbc.c, MicroPython 1.28.

import type { NameId, NodeRef, ParseTree } from "@upykit/core/python";
import type { Scope } from "../scope/scope.js";
import * as event from "./byte-code.js";
import type { ByteCode } from "./byte-code.js";
import type { ModuleTables } from "./module-tables.js";

/** Opcode and operand. */
const LONGEST_INSTRUCTION = 6;

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
    this.put(0, event.LABEL, label, 0);
  }

  /** Loads the name with this index in the scope. */
  loadEntry(index: number): void {
    this.put(1, event.LOAD, index, 0);
  }

  storeEntry(index: number): void {
    this.put(-1, event.STORE, index, 0);
  }

  deleteEntry(index: number): void {
    this.put(0, event.DELETE, index, 0);
  }

  /** Makes a function of a scope, with what that will be found to close over. */
  makeFunction(child: Scope, hasDefaults: boolean): void {
    const { children } = this.scope;
    const kind = hasDefaults ? event.FUNCTION_WITH_DEFAULTS : event.FUNCTION;
    this.put(hasDefaults ? -1 : 1, kind, children.length, this.stackSize);
    children.push(child);
  }

  /** Loads `__class__` where a method of the class uses it, else None. */
  loadClassCell(): void {
    this.put(1, event.CLASS_CELL, 0, 0);
  }

  protected byte(stack: number, op: number): void {
    this.put(stack, event.INSTRUCTION, op, -1);
  }

  protected uint(stack: number, op: number, value: number): void {
    this.put(stack, event.INSTRUCTION, op, value);
  }

  protected named(stack: number, op: number, name: NameId): void {
    this.put(stack, event.INSTRUCTION, op, this.tables.name(name));
  }

  protected jumpTo(stack: number, op: number, label: number): void {
    this.put(stack, event.JUMP, op, label);
  }

  /**
   * Records an instruction or an event: all but source lines of them come through here. One long function, since many short
   * ones were optimised once each and again in each of a hundred callers: 4 % of the processor time of a cold process.
   */
  protected put(stack: number, kind: number, first: number, second: number): void {
    const { code, suppress } = this;
    const stackSize = this.stackSize + stack;
    this.stackSize = stackSize;
    if (stackSize > this.largestStack) this.largestStack = stackSize;
    if (kind === event.INSTRUCTION) {
      if (suppress) return;
      let at = code.length;
      if (at + LONGEST_INSTRUCTION > code.bytes.length) code.growBytes(LONGEST_INSTRUCTION);
      const { bytes } = code;
      bytes[at++] = first;
      if (second >= 0) {
        // Seven bits a byte, highest first.
        if (second >= 0x80) {
          if (second >= 0x4000) {
            if (second >= 0x20_0000) {
              if (second >= 0x1000_0000) bytes[at++] = (second >>> 28) | 0x80;
              bytes[at++] = (second >>> 21) | 0x80;
            }
            bytes[at++] = (second >>> 14) | 0x80;
          }
          bytes[at++] = (second >>> 7) | 0x80;
        }
        bytes[at++] = second & 0x7f;
      }
      code.length = at;
    } else if (kind !== event.JUMP || !suppress) {
      const at = code.eventsLength;
      if (at + event.SIZE > code.events.length) code.growEvents();
      const { events } = code;
      events[at] = suppress ? kind | event.DEAD : kind;
      events[at + 1] = code.length;
      events[at + 2] = first;
      events[at + 3] = second;
      code.eventsLength = at + event.SIZE;
    }
  }
}
