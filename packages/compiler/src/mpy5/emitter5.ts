// The emitter of format 5: no code is dropped as dead, names and constants are settled when their scope is finished.
// Follows py/emitbc.c, MicroPython 1.18.

import * as opcode from "@upykit/core/mpy/opcodes";
import type { Constant, NameId, NodeRef } from "@upykit/core/python";
import * as tokens from "@upykit/core/python/tokens";
import * as event from "../emit/byte-code.js";
import { Emitter } from "../emit/emitter.js";
import type { Scope } from "../scope/scope.js";

/** The emitter of one file. */
export class Emitter5 extends Emitter {
  /** The constants of each scope, one for each use. */
  readonly constants: Map<Scope, Constant[]> = new Map();
  /** Whether the last instruction was a `return`, with no label behind it. */
  returned = false;

  override start(scope: Scope): void {
    super.start(scope);
    this.returned = false;
    this.constants.set(scope, []);
  }

  protected override endFlow(): void {
    // What follows is emitted all the same.
  }

  override adjustStack(delta: number): void {
    super.adjustStack(delta);
    this.returned = false;
  }

  protected override put(stack: number, kind: number, first: number, second: number): void {
    super.put(stack, kind, first, second);
    this.returned = false;
  }

  override label(label: number): void {
    this.returned = false;
    super.label(label);
  }

  override returnValue(): void {
    super.returnValue();
    this.returned = true;
  }

  protected override named(stack: number, op: number, name: NameId): void {
    this.byte(stack, op);
    this.code.event(event.NAME, name, 0);
  }

  override loadConstant(node: NodeRef): void {
    this.constant(this.tree.constant(node));
  }

  override loadToken(kind: number): void {
    if (kind === tokens.TOKEN_ELLIPSIS) this.constant({ type: "ellipsis" });
    else super.loadToken(kind);
  }

  private constant(constant: Constant): void {
    const list = this.constants.get(this.scope) as Constant[];
    this.adjustStack(1);
    this.code.event(event.CONSTANT, list.length, 0);
    list.push(constant);
  }

  /** `*args` and `**kwargs` stand on the stack as they are, null for the one that is not there. */
  override call(isMethod: boolean, positional: number, keyword: number, hasStars: boolean): void {
    const op = isMethod ? opcode.CALL_METHOD : opcode.CALL_FUNCTION;
    const stack = (isMethod ? -1 : 0) - positional - 2 * keyword - (hasStars ? 2 : 0);
    this.uint(stack, hasStars ? op + 1 : op, keyword * 256 + positional);
  }
}
