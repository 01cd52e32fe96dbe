// A function, class body, comprehension or module, with the names it uses and where each of them lives.
// Follows py/scope.c and py/scope.h, MicroPython 1.28.

import type { NameId, NodeRef } from "@upykit/core/python";

// Kinds of scope. From lambda on they are like functions; the four between are comprehensions.
export const SCOPE_MODULE = 0;
export const SCOPE_CLASS = 1;
export const SCOPE_LAMBDA = 2;
export const SCOPE_LIST_COMP = 3;
export const SCOPE_DICT_COMP = 4;
export const SCOPE_SET_COMP = 5;
export const SCOPE_GEN_EXPR = 6;
export const SCOPE_FUNCTION = 7;

// Kinds of name.
export const UNDECIDED = 0;
export const GLOBAL_IMPLICIT = 1;
export const GLOBAL_IMPLICIT_ASSIGNED = 2;
export const GLOBAL_EXPLICIT = 3;
/** Written in this function, and used by no other. */
export const LOCAL = 4;
/** Used by functions inside this one. */
export const CELL = 5;
/** Belongs to a function around this one. */
export const FREE = 6;

// Flags of names.
export const IS_PARAMETER = 1;
export const IS_STAR_PARAMETER = 2;
export const IS_DOUBLE_STAR_PARAMETER = 4;

// Flags of scopes, as the prelude has them.
export const FLAG_GENERATOR = 0x01;
export const FLAG_VAR_KEYWORDS = 0x02;
export const FLAG_VAR_ARGS = 0x04;
export const FLAG_DEFAULT_KEYWORDS = 0x08;
/** CircuitPython: `async def`. */
export const FLAG_ASYNC = 0x10;

/** A name in a scope. */
export interface ScopeName {
  readonly name: NameId;
  kind: number;
  flags: number;
  /** Which local, cell or free variable it is. */
  local: number;
  /** Its index in the scope. */
  order: number;
}

/** Scopes with more names than this look them up in a map. */
const FEW = 16;

const NONE: readonly ScopeName[] = [];

/** One scope. */
export class Scope {
  flags = 0;
  positionalCount = 0;
  keywordOnlyCount = 0;
  defaultCount = 0;
  localCount = 0;
  stackSize = 0;
  exceptionStackSize = 0;
  /** In the order they were first met; parameters come first. */
  readonly names: ScopeName[] = [];
  /** The names of the scope around that it closes over, in that scope's order, once all names are laid out. */
  closedOver: readonly ScopeName[] = NONE;
  /** The scopes of the functions that its code makes, in their order. */
  readonly children: Scope[] = [];
  // Its part of the recorded code: see emit/recorder.ts.
  codeStart = 0;
  codeEnd = 0;
  eventsStart = 0;
  eventsEnd = 0;
  labelCount = 0;
  // Its part of the finished code.
  dataStart = 0;
  dataEnd = 0;
  private index: Map<NameId, ScopeName> | undefined = undefined;

  constructor(
    /** Its number in the module. */
    readonly number: number,
    readonly kind: number,
    /** The node it is the scope of. */
    readonly node: NodeRef,
    readonly simpleName: NameId,
    readonly parent: Scope | undefined,
    /** What a name is that is assigned to where there are no local variables. */
    private readonly assigned: number,
  ) {}

  isFunctionLike(): boolean {
    return this.kind >= SCOPE_LAMBDA;
  }

  isComprehension(): boolean {
    return this.kind >= SCOPE_LIST_COMP && this.kind <= SCOPE_GEN_EXPR;
  }

  find(name: NameId): ScopeName | undefined {
    if (this.index !== undefined) return this.index.get(name);
    const { names } = this;
    for (let i = 0; i < names.length; i++) {
      const entry = names[i] as ScopeName;
      if (entry.name === name) return entry;
    }
    return undefined;
  }

  findOrAdd(name: NameId, kind: number): ScopeName {
    const found = this.find(name);
    if (found !== undefined) return found;
    const entry: ScopeName = { name, kind, flags: 0, local: 0, order: this.names.length };
    this.names.push(entry);
    if (this.index !== undefined) this.index.set(name, entry);
    else if (this.names.length > FEW) this.index = new Map(this.names.map((known) => [known.name, known]));
    return entry;
  }

  findGlobal(name: NameId): ScopeName | undefined {
    return this.parent === undefined ? this.find(name) : this.parent.findGlobal(name);
  }

  /** The entry of a name that is assigned to. */
  forModification(name: NameId): ScopeName {
    const entry = this.findOrAdd(name, GLOBAL_IMPLICIT);
    if (entry.kind === GLOBAL_IMPLICIT) entry.kind = this.isFunctionLike() ? LOCAL : this.assigned;
    return entry;
  }

  /** Looks the names that nothing here declares up in the functions around. */
  closeOverNames(): void {
    const { names } = this;
    const count = names.length;
    for (let i = 0; i < count; i++) {
      const entry = names[i] as ScopeName;
      if (entry.kind === GLOBAL_IMPLICIT) this.checkToCloseOver(entry);
    }
  }

  /** Makes a name free where a function around this one has it as its own. */
  checkToCloseOver(entry: ScopeName): void {
    for (let scope = this.parent; scope?.parent !== undefined; scope = scope.parent) {
      const found = scope.find(entry.name);
      if (found === undefined) continue;
      if (found.kind === LOCAL || found.kind === CELL || found.kind === FREE) {
        entry.kind = FREE;
        this.closeOverInParents(entry.name);
      }
      return;
    }
  }

  private closeOverInParents(name: NameId): void {
    for (let scope = this.parent; scope !== undefined; scope = scope.parent) {
      const entry = scope.findOrAdd(name, UNDECIDED);
      if (entry.kind !== UNDECIDED) {
        if (entry.kind === LOCAL) entry.kind = CELL;
        return;
      }
      entry.kind = FREE;
    }
  }
}
