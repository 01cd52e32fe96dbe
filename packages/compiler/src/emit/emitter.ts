// Turns what the passes ask for into bytecode, and keeps the books: stack size, dead code, labels, source lines.
// In the scope pass it only notes names and constants, since that is when their order is decided.
// Follows py/emitbc.c, MicroPython 1.28.

import type { RawCode } from "@upykit/core/mpy";
import * as opcode from "@upykit/core/mpy/opcodes";
import { type NameId, type NodeRef, type ParseTree } from "@upykit/core/python";
import * as tokens from "@upykit/core/python/tokens";
import * as scopes from "../scope/scope.js";
import type { Scope } from "../scope/scope.js";
import { ByteCode, EVENT_JUMP, EVENT_LABEL, EVENT_LINE } from "./byte-code.js";
import { Layout, type CodeInfo } from "./layout.js";
import type { ModuleTables } from "./module-tables.js";
import { ByteSink, writeSignature } from "./prelude.js";

// Operations, as offsets from the multi-opcodes: see py/runtime0.h.
/** The next one is negation. */
export const UNARY_POSITIVE = 0;
export const UNARY_INVERT = 2;
export const UNARY_NOT = 3;
export const BINARY_LESS = 0;
export const BINARY_MORE = 1;
export const BINARY_IN = 6;
export const BINARY_IS = 7;
export const BINARY_EXCEPTION_MATCH = 8;
export const BINARY_INPLACE_OR = 9;
export const BINARY_INPLACE_ADD = 14;
export const BINARY_OR = 22;
export const BINARY_LSHIFT = 25;
export const BINARY_POWER = 34;

/** Set on a label to break out of a `for` loop, whose iterator is on the stack. */
export const BREAK_FROM_FOR = 0x8000;
/** Slots of an iterator on the stack. */
const ITERATOR_SLOTS = 4;

// Kinds of block, as offsets from SETUP_WITH.
export const BLOCK_WITH = 0;
export const BLOCK_EXCEPT = 1;
export const BLOCK_FINALLY = 2;

/** The emitter of one file, scope after scope. */
export class Emitter {
  private readonly code = new ByteCode();
  private readonly layout = new Layout();
  private readonly info: CodeInfo = {
    signature: new ByteSink(),
    names: new ByteSink(),
    cells: new ByteSink(),
  };
  private scope!: Scope;
  private recording = false;
  private suppress = false;
  private stackSize = 0;
  private lastLine = 1;
  private children: Scope[] = [];
  private arguments: readonly NameId[] = [];

  constructor(
    private readonly tables: ModuleTables,
    private readonly tree: ParseTree,
    /** Whether line numbers are kept: below optimisation level 3. */
    private readonly keepLines: boolean,
    /** The flags that the prelude has. */
    private readonly flagMask: number,
    private readonly star: NameId,
  ) {}

  /** Begins a scope: to note names and constants, or to record code. */
  start(scope: Scope, recording: boolean): void {
    this.scope = scope;
    this.recording = recording;
    this.suppress = false;
    this.stackSize = 0;
    this.lastLine = 1;
    this.children = [];
    this.code.clear();
    this.tables.name(scope.simpleName);
    if (recording) this.arguments = this.argumentNames();
  }

  /** Ends a recorded scope: its code, without the children's. */
  finish(labelCount: number): Uint8Array {
    const { scope, info } = this;
    info.signature.clear();
    writeSignature(info.signature, {
      stateSize: Math.max(1, scope.localCount + scope.stackSize),
      exceptionStackSize: scope.exceptionStackSize,
      flags: scope.flags & this.flagMask,
      positionalCount: scope.positionalCount,
      keywordOnlyCount: scope.keywordOnlyCount,
      defaultCount: scope.defaultCount,
    });
    info.cells.clear();
    for (const { kind, local } of scope.names) if (kind === scopes.CELL) info.cells.byte(local);
    this.writeNames(info.names);
    return this.layout.finish(this.code, info, labelCount);
  }

  /** The scopes that the code just recorded makes functions of. */
  childScopes(): readonly Scope[] {
    return this.children;
  }

  /** The arguments' names; one that is no parameter (a closed-over variable) is `*`. */
  private argumentNames(): NameId[] {
    const { scope } = this;
    const count = scope.positionalCount + scope.keywordOnlyCount;
    if (count === 0) return [];
    const names = new Array<NameId>(count).fill(this.star);
    for (let i = scope.names.length - 1; i >= 0; i--) {
      const { flags, local, name } = scope.names[i] as scopes.ScopeName;
      if ((flags & scopes.IS_PARAMETER) !== 0 && local < count) names[local] = name;
    }
    for (const name of names) this.tables.name(name);
    return names;
  }

  private writeNames(sink: ByteSink): void {
    sink.clear();
    sink.uint(this.tables.name(this.scope.simpleName));
    for (const name of this.arguments) sink.uint(this.tables.name(name));
  }

  adjustStack(delta: number): void {
    if (!this.recording) return;
    this.stackSize += delta;
    if (this.stackSize > this.scope.stackSize) this.scope.stackSize = this.stackSize;
  }

  sourceLine(node: NodeRef): void {
    if (!this.recording || !this.keepLines) return;
    const line = this.tree.line(node);
    if (line <= this.lastLine) return;
    this.code.event(EVENT_LINE, line - this.lastLine, 0);
    this.lastLine = line;
  }

  private byte(stack: number, op: number): void {
    if (!this.recording) return;
    this.adjustStack(stack);
    if (!this.suppress) this.code.byte(op);
  }

  private rawByte(value: number): void {
    if (this.recording && !this.suppress) this.code.byte(value);
  }

  private uint(stack: number, op: number, value: number): void {
    if (!this.recording) return;
    this.adjustStack(stack);
    if (this.suppress) return;
    this.code.byte(op);
    this.code.uint(value);
  }

  private named(stack: number, op: number, name: NameId): void {
    this.uint(stack, op, this.tables.name(name));
  }

  private child(stack: number, op: number, scope: Scope): void {
    this.children.push(scope);
    this.uint(stack, op, this.children.length - 1);
  }

  private jumpTo(stack: number, op: number, label: number): void {
    if (!this.recording) return;
    this.adjustStack(stack);
    if (!this.suppress) this.code.event(EVENT_JUMP, op, label);
  }

  label(label: number): void {
    this.suppress = false;
    if (this.recording) this.code.event(EVENT_LABEL, label, 0);
  }

  importName(name: NameId): void {
    this.named(-1, opcode.IMPORT_NAME, name);
  }

  importFrom(name: NameId): void {
    this.named(1, opcode.IMPORT_FROM, name);
  }

  importStar(): void {
    this.byte(-1, opcode.IMPORT_STAR);
  }

  /** None, True, False or `...` */
  loadToken(kind: number): void {
    if (kind === tokens.TOKEN_ELLIPSIS) this.uint(1, opcode.LOAD_CONST_OBJ, this.tables.ellipsisIndex());
    else this.byte(1, opcode.LOAD_CONST_FALSE + kind - tokens.KW_FALSE);
  }

  loadNone(): void {
    this.byte(1, opcode.LOAD_CONST_NONE);
  }

  loadSmallInt(value: bigint): void {
    if (value >= -16n && value < 48n) {
      this.byte(1, opcode.LOAD_CONST_SMALL_INT_MULTI + 16 + Number(value));
      return;
    }
    if (!this.recording) return;
    this.byte(1, opcode.LOAD_CONST_SMALL_INT);
    if (!this.suppress) this.code.int(value);
  }

  loadString(name: NameId): void {
    this.named(1, opcode.LOAD_CONST_STRING, name);
  }

  loadConstant(node: NodeRef): void {
    this.uint(1, opcode.LOAD_CONST_OBJ, this.tables.constantNode(node));
  }

  loadNull(): void {
    this.byte(1, opcode.LOAD_NULL);
  }

  loadFast(local: number): void {
    if (local <= 15) this.byte(1, opcode.LOAD_FAST_MULTI + local);
    else this.uint(1, opcode.LOAD_FAST_N, local);
  }

  loadDeref(local: number): void {
    this.uint(1, opcode.LOAD_DEREF, local);
  }

  loadName(name: NameId): void {
    this.named(1, opcode.LOAD_NAME, name);
  }

  loadGlobal(name: NameId): void {
    this.named(1, opcode.LOAD_GLOBAL, name);
  }

  loadMethod(name: NameId, ofSuper: boolean): void {
    this.named(ofSuper ? -1 : 1, ofSuper ? opcode.LOAD_SUPER_METHOD : opcode.LOAD_METHOD, name);
  }

  loadBuildClass(): void {
    this.byte(1, opcode.LOAD_BUILD_CLASS);
  }

  loadSubscript(): void {
    this.byte(-1, opcode.LOAD_SUBSCR);
  }

  storeSubscript(): void {
    this.byte(-3, opcode.STORE_SUBSCR);
  }

  deleteSubscript(): void {
    this.loadNull();
    this.rotThree();
    this.storeSubscript();
  }

  loadAttribute(name: NameId): void {
    this.named(0, opcode.LOAD_ATTR, name);
  }

  storeAttribute(name: NameId): void {
    this.named(-2, opcode.STORE_ATTR, name);
  }

  deleteAttribute(name: NameId): void {
    this.loadNull();
    this.rotTwo();
    this.storeAttribute(name);
  }

  storeFast(local: number): void {
    if (local <= 15) this.byte(-1, opcode.STORE_FAST_MULTI + local);
    else this.uint(-1, opcode.STORE_FAST_N, local);
  }

  storeDeref(local: number): void {
    this.uint(-1, opcode.STORE_DEREF, local);
  }

  storeName(name: NameId): void {
    this.named(-1, opcode.STORE_NAME, name);
  }

  storeGlobal(name: NameId): void {
    this.named(-1, opcode.STORE_GLOBAL, name);
  }

  deleteFast(local: number): void {
    this.uint(0, opcode.DELETE_FAST, local);
  }

  deleteDeref(local: number): void {
    this.uint(0, opcode.DELETE_DEREF, local);
  }

  deleteName(name: NameId): void {
    this.named(0, opcode.DELETE_NAME, name);
  }

  deleteGlobal(name: NameId): void {
    this.named(0, opcode.DELETE_GLOBAL, name);
  }

  dupTop(): void {
    this.byte(1, opcode.DUP_TOP);
  }

  dupTopTwo(): void {
    this.byte(2, opcode.DUP_TOP_TWO);
  }

  popTop(): void {
    this.byte(-1, opcode.POP_TOP);
  }

  rotTwo(): void {
    this.byte(0, opcode.ROT_TWO);
  }

  rotThree(): void {
    this.byte(0, opcode.ROT_THREE);
  }

  jump(label: number): void {
    this.jumpTo(0, opcode.JUMP, label);
    this.suppress = true;
  }

  popJumpIf(condition: boolean, label: number): void {
    this.jumpTo(-1, condition ? opcode.POP_JUMP_IF_TRUE : opcode.POP_JUMP_IF_FALSE, label);
  }

  jumpIfOrPop(condition: boolean, label: number): void {
    this.jumpTo(-1, condition ? opcode.JUMP_IF_TRUE_OR_POP : opcode.JUMP_IF_FALSE_OR_POP, label);
  }

  /** Jumps out of `depth` blocks. */
  unwindJump(label: number, depth: number): void {
    const fromFor = (label & BREAK_FROM_FOR) !== 0;
    const target = label & ~BREAK_FROM_FOR;
    if (depth === 0) {
      // The iterator comes off the stack.
      if (fromFor) for (let i = 0; i < ITERATOR_SLOTS; i++) this.rawByte(opcode.POP_TOP);
      this.jumpTo(0, opcode.JUMP, target);
    } else {
      this.jumpTo(0, opcode.UNWIND_JUMP, target);
      this.rawByte((fromFor ? 0x80 : 0) | depth);
    }
    this.suppress = true;
  }

  setupBlock(label: number, kind: number): void {
    this.jumpTo(kind === BLOCK_WITH ? 2 : 0, opcode.SETUP_WITH + kind, label);
  }

  withCleanup(label: number): void {
    this.loadNone();
    this.label(label);
    this.byte(2, opcode.WITH_CLEANUP);
    this.adjustStack(-4);
  }

  asyncWithSetupFinally(
    noException: number,
    finallyBlock: number,
    unwind: number,
    baseException: NameId,
  ): void {
    this.loadNone();
    this.rotTwo();
    this.jump(noException);
    this.label(finallyBlock);
    this.dupTop();
    this.loadGlobal(baseException);
    this.binary(BINARY_EXCEPTION_MATCH);
    this.popJumpIf(false, unwind);
  }

  endFinally(): void {
    this.byte(-1, opcode.END_FINALLY);
  }

  getIter(onStack: boolean): void {
    this.byte(onStack ? ITERATOR_SLOTS - 1 : 0, onStack ? opcode.GET_ITER_STACK : opcode.GET_ITER);
  }

  forIter(label: number): void {
    this.jumpTo(1, opcode.FOR_ITER, label);
  }

  forIterEnd(): void {
    this.adjustStack(-ITERATOR_SLOTS);
  }

  popExceptJump(label: number): void {
    this.jumpTo(0, opcode.POP_EXCEPT_JUMP, label);
    this.suppress = true;
  }

  unary(operation: number): void {
    this.byte(0, opcode.UNARY_OP_MULTI + operation);
  }

  binary(operation: number): void {
    this.byte(-1, opcode.BINARY_OP_MULTI + operation);
  }

  buildTuple(count: number): void {
    this.uint(1 - count, opcode.BUILD_TUPLE, count);
  }

  buildList(count: number): void {
    this.uint(1 - count, opcode.BUILD_LIST, count);
  }

  buildMap(count: number): void {
    this.uint(1, opcode.BUILD_MAP, count);
  }

  buildSet(count: number): void {
    this.uint(1 - count, opcode.BUILD_SET, count);
  }

  buildSlice(count: number): void {
    this.uint(1 - count, opcode.BUILD_SLICE, count);
  }

  storeMap(): void {
    this.byte(-2, opcode.STORE_MAP);
  }

  /** Adds to the collection of a comprehension, `index` below the top of the stack. */
  storeComprehension(kind: number, index: number): void {
    const isDict = kind === scopes.SCOPE_DICT_COMP ? 1 : 0;
    const type = kind === scopes.SCOPE_LIST_COMP ? 0 : kind === scopes.SCOPE_DICT_COMP ? 1 : 2;
    this.uint(-1 - isDict, opcode.STORE_COMP, ((index + isDict) << 2) | type);
  }

  unpackSequence(count: number): void {
    this.uint(count - 1, opcode.UNPACK_SEQUENCE, count);
  }

  unpackEx(left: number, right: number): void {
    this.uint(left + right, opcode.UNPACK_EX, left | (right << 8));
  }

  makeFunction(scope: Scope, hasDefaults: boolean): void {
    if (hasDefaults) this.child(-1, opcode.MAKE_FUNCTION_DEFARGS, scope);
    else this.child(1, opcode.MAKE_FUNCTION, scope);
  }

  makeClosure(scope: Scope, closedOver: number, hasDefaults: boolean): void {
    if (hasDefaults) this.child(-1 - closedOver, opcode.MAKE_CLOSURE_DEFARGS, scope);
    else this.child(1 - closedOver, opcode.MAKE_CLOSURE, scope);
    this.rawByte(closedOver & 0xff);
  }

  call(isMethod: boolean, positional: number, keyword: number, hasStars: boolean): void {
    const op = isMethod ? opcode.CALL_METHOD : opcode.CALL_FUNCTION;
    const stack = (isMethod ? -1 : 0) - positional - 2 * keyword - (hasStars ? 1 : 0);
    this.uint(stack, hasStars ? op + 1 : op, keyword * 256 + positional);
  }

  returnValue(): void {
    this.byte(-1, opcode.RETURN_VALUE);
    this.suppress = true;
  }

  raise(count: number): void {
    this.byte(-count, opcode.RAISE_LAST + count);
    this.suppress = true;
  }

  yieldValue(): void {
    this.byte(0, opcode.YIELD_VALUE);
    this.scope.flags |= scopes.FLAG_GENERATOR;
  }

  yieldFrom(): void {
    this.byte(-1, opcode.YIELD_FROM);
    this.scope.flags |= scopes.FLAG_GENERATOR;
  }

  /** The exception comes onto the stack, with room for three more for a jump out of it. */
  startExceptHandler(): void {
    this.adjustStack(4);
  }

  endExceptHandler(): void {
    this.adjustStack(-3);
  }
}

/** What a scope's code is, once its children have theirs. */
export function rawCodeOf(data: Uint8Array, children: readonly RawCode[]): RawCode {
  return { kind: "bytecode", data, children };
}
