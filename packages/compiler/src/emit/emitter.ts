// The instructions that the passes ask for, each with what it does to the stack. Follows py/emitbc.c, MicroPython 1.28.

import * as opcode from "@upykit/core/mpy/opcodes";
import type { NameId, NodeRef } from "@upykit/core/python";
import * as tokens from "@upykit/core/python/tokens";
import * as scopes from "../scope/scope.js";
import * as operation from "./operations.js";
import { Recorder } from "./recorder.js";

/** Slots of an iterator on the stack. */
const ITERATOR_SLOTS = 4;

/** The emitter of one file, scope after scope. */
export class Emitter extends Recorder {
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

  loadSmallInt(value: number): void {
    if (value >= -16 && value < 48) {
      this.byte(1, opcode.LOAD_CONST_SMALL_INT_MULTI + 16 + value);
      return;
    }
    this.byte(1, opcode.LOAD_CONST_SMALL_INT);
    if (!this.suppress) this.code.int(value);
  }

  /** As {@link loadSmallInt}, for integers that may have more than 32 bits. */
  loadWideSmallInt(value: bigint): void {
    if (BigInt.asIntN(32, value) === value) {
      this.loadSmallInt(Number(value));
      return;
    }
    this.byte(1, opcode.LOAD_CONST_SMALL_INT);
    if (!this.suppress) this.code.bigInt(value);
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
    this.endFlow();
  }

  popJumpIf(condition: boolean, label: number): void {
    this.jumpTo(-1, condition ? opcode.POP_JUMP_IF_TRUE : opcode.POP_JUMP_IF_FALSE, label);
  }

  jumpIfOrPop(condition: boolean, label: number): void {
    this.jumpTo(-1, condition ? opcode.JUMP_IF_TRUE_OR_POP : opcode.JUMP_IF_FALSE_OR_POP, label);
  }

  /** Jumps out of `depth` blocks. */
  unwindJump(label: number, depth: number): void {
    const fromFor = (label & operation.BREAK_FROM_FOR) !== 0;
    const target = label & ~operation.BREAK_FROM_FOR;
    if (depth === 0) {
      // The iterator comes off the stack.
      if (fromFor) for (let i = 0; i < ITERATOR_SLOTS; i++) this.byte(0, opcode.POP_TOP);
      this.jumpTo(0, opcode.JUMP, target);
    } else {
      this.jumpTo(0, opcode.UNWIND_JUMP, target);
      this.byte(0, (fromFor ? 0x80 : 0) | depth);
    }
    this.endFlow();
  }

  setupBlock(label: number, kind: number): void {
    this.jumpTo(kind === operation.BLOCK_WITH ? 2 : 0, opcode.SETUP_WITH + kind, label);
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
    this.binary(operation.BINARY_EXCEPTION_MATCH);
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
    this.endFlow();
  }

  unary(kind: number): void {
    this.byte(0, opcode.UNARY_OP_MULTI + kind);
  }

  binary(kind: number): void {
    this.byte(-1, opcode.BINARY_OP_MULTI + kind);
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

  call(isMethod: boolean, positional: number, keyword: number, hasStars: boolean): void {
    const op = isMethod ? opcode.CALL_METHOD : opcode.CALL_FUNCTION;
    const stack = (isMethod ? -1 : 0) - positional - 2 * keyword - (hasStars ? 1 : 0);
    this.uint(stack, hasStars ? op + 1 : op, keyword * 256 + positional);
  }

  returnValue(): void {
    this.byte(-1, opcode.RETURN_VALUE);
    this.endFlow();
  }

  raise(count: number): void {
    // Not -count: -0 would make the stack size a float.
    this.byte(0 - count, opcode.RAISE_LAST + count);
    this.endFlow();
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
