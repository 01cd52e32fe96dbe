// The code of a scope once all names are laid out: the places that recorder.ts left open are filled, and what stands
// before the code is written. Follows py/emitbc.c and py/emitcommon.c, MicroPython 1.28.

import { ByteWriter } from "@upykit/core/mpy";
import * as opcode from "@upykit/core/mpy/opcodes";
import type { NameId } from "@upykit/core/python";
import * as scopes from "../scope/scope.js";
import type { Scope, ScopeName } from "../scope/scope.js";
import * as event from "./byte-code.js";
import type { ByteCode } from "./byte-code.js";
import type { CodeInfo, Layout } from "./layout.js";
import type { ModuleTables } from "./module-tables.js";
import { writeSignature } from "./prelude.js";
import type { Workspace } from "../workspace.js";

/** The last local that an opcode has in itself. */
const LAST_FAST = 15;

/** Finishes scopes, one after another, in the order in which they were recorded. */
export class ScopeCode {
  /** The finished code of all scopes: each knows its part. */
  readonly data: ByteWriter;
  protected readonly recorded: ByteCode;
  protected readonly code: ByteCode;
  private readonly layout: Layout;
  protected readonly info: CodeInfo = {
    signature: new ByteWriter(16),
    names: new ByteWriter(16),
    cells: new ByteWriter(16),
  };

  constructor(
    workspace: Workspace,
    private readonly tables: ModuleTables,
    /** The flags that the prelude has. */
    private readonly flagMask: number,
    private readonly star: NameId,
    private readonly className: NameId,
  ) {
    this.recorded = workspace.recorded;
    this.code = workspace.finished;
    this.layout = workspace.layout;
    this.data = workspace.data;
    this.data.clear();
  }

  /** Finishes a scope. */
  finish(scope: Scope): void {
    const names = this.argumentNames(scope);
    this.code.clear();
    this.fill(scope);
    this.describe(scope, names);
    scope.dataStart = this.data.length;
    this.layout.finish(this.code, this.info, scope.labelCount, this.data);
    scope.dataEnd = this.data.length;
  }

  /** The arguments' names; one that is no parameter (a closed-over variable) is `*`. */
  protected argumentNames(scope: Scope): readonly NameId[] {
    const count = scope.positionalCount + scope.keywordOnlyCount;
    if (count === 0) return [];
    const names = new Array<NameId>(count).fill(this.star);
    for (let i = scope.names.length - 1; i >= 0; i--) {
      const { flags, local, name } = scope.names[i] as ScopeName;
      if ((flags & scopes.IS_PARAMETER) !== 0 && local < count) names[local] = name;
    }
    for (let i = 0; i < count; i++) this.tables.name(names[i] as NameId);
    return names;
  }

  protected describe(scope: Scope, names: readonly NameId[]): void {
    const { info } = this;
    const slots = scope.localCount + scope.stackSize;
    info.signature.clear();
    writeSignature(info.signature, {
      stateSize: slots === 0 ? 1 : slots,
      exceptionStackSize: scope.exceptionStackSize,
      flags: scope.flags & this.flagMask,
      positionalCount: scope.positionalCount,
      keywordOnlyCount: scope.keywordOnlyCount,
      defaultCount: scope.defaultCount,
    });
    info.names.clear();
    info.names.uint(this.tables.name(scope.simpleName));
    for (let i = 0; i < names.length; i++) info.names.uint(this.tables.name(names[i] as NameId));
    info.cells.clear();
    for (let i = 0; i < scope.names.length; i++) {
      const { kind, local } = scope.names[i] as ScopeName;
      if (kind === scopes.CELL) info.cells.byte(local);
    }
  }

  /** Copies the recorded code, and puts in what was left open. */
  protected fill(scope: Scope): void {
    const { code, recorded } = this;
    const { events, bytes } = recorded;
    let from = scope.codeStart;
    for (let i = scope.eventsStart; i < scope.eventsEnd; i += event.SIZE) {
      const kind = events[i] as number;
      const to = events[i + 1] as number;
      const first = events[i + 2] as number;
      if (from < to) {
        code.copy(bytes, from, to);
        from = to;
      }
      if (kind <= event.LINE) code.event(kind, first, events[i + 3] as number);
      else this.open(scope, kind, first, events[i + 3] as number);
    }
    code.copy(bytes, from, scope.codeEnd);
  }

  protected open(scope: Scope, kind: number, first: number, stackSize: number): void {
    const live = kind < event.DEAD;
    switch (live ? kind : kind - event.DEAD) {
      case event.LOAD:
        this.load(scope.names[first] as ScopeName, live);
        return;
      case event.STORE:
        this.store(scope.names[first] as ScopeName, live);
        return;
      case event.DELETE:
        this.delete(scope.names[first] as ScopeName, live);
        return;
      case event.CLASS_CELL:
        if (live) this.classCell(scope);
        return;
      default:
        this.makeFunction(scope, first, stackSize, kind);
    }
  }

  private load({ kind, local, name }: ScopeName, live: boolean): void {
    if (kind === scopes.LOCAL) {
      if (live) this.fast(local, opcode.LOAD_FAST_MULTI, opcode.LOAD_FAST_N);
    } else if (kind >= scopes.CELL) this.numbered(opcode.LOAD_DEREF, local, live);
    else this.named(kind, opcode.LOAD_NAME, opcode.LOAD_GLOBAL, name, live);
  }

  private store({ kind, local, name }: ScopeName, live: boolean): void {
    if (kind === scopes.LOCAL) {
      if (live) this.fast(local, opcode.STORE_FAST_MULTI, opcode.STORE_FAST_N);
    } else if (kind >= scopes.CELL) this.numbered(opcode.STORE_DEREF, local, live);
    else this.named(kind, opcode.STORE_NAME, opcode.STORE_GLOBAL, name, live);
  }

  private delete({ kind, local, name }: ScopeName, live: boolean): void {
    if (kind === scopes.LOCAL) this.numbered(opcode.DELETE_FAST, local, live);
    else if (kind >= scopes.CELL) this.numbered(opcode.DELETE_DEREF, local, live);
    else this.named(kind, opcode.DELETE_NAME, opcode.DELETE_GLOBAL, name, live);
  }

  protected named(kind: number, nameOp: number, globalOp: number, name: NameId, live: boolean): void {
    // Names of code that never runs are in the table all the same.
    this.numbered(kind === scopes.GLOBAL_EXPLICIT ? globalOp : nameOp, this.tables.name(name), live);
  }

  protected numbered(op: number, value: number, live: boolean): void {
    if (!live) return;
    this.code.byte(op);
    this.code.uint(value);
  }

  private fast(local: number, multi: number, numbered: number): void {
    if (local <= LAST_FAST) this.code.byte(multi + local);
    else this.numbered(numbered, local, true);
  }

  /** `__class__` is a local where no method uses it. */
  private classCell(scope: Scope): void {
    const entry = scope.find(this.className);
    if (entry === undefined || entry.kind === scopes.LOCAL) this.code.byte(opcode.LOAD_CONST_NONE);
    else this.fast(entry.local, opcode.LOAD_FAST_MULTI, opcode.LOAD_FAST_N);
  }

  protected makeFunction(scope: Scope, index: number, stackSize: number, kind: number): void {
    const { closedOver } = scope.children[index] as Scope;
    const live = kind < event.DEAD;
    const defaults = (kind & ~event.DEAD) - event.FUNCTION;
    if (closedOver.length === 0) {
      this.numbered(opcode.MAKE_FUNCTION + defaults, this.childIndex(scope, index), live);
      return;
    }
    const largest = stackSize + closedOver.length;
    if (largest > scope.stackSize) scope.stackSize = largest;
    if (!live) return;
    for (let i = 0; i < closedOver.length; i++) {
      this.fast((closedOver[i] as ScopeName).local, opcode.LOAD_FAST_MULTI, opcode.LOAD_FAST_N);
    }
    this.numbered(opcode.MAKE_CLOSURE + defaults, this.childIndex(scope, index), true);
    this.code.byte(closedOver.length & 0xff);
  }

  /** The number by which the code of a scope knows a function in it. */
  protected childIndex(_scope: Scope, index: number): number {
    return index;
  }
}
