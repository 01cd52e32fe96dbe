// Finishes scopes in format 5, where constants and functions share one table that starts with the arguments' names.
// Follows py/emitbc.c, MicroPython 1.18.

import * as opcode from "@upykit/core/mpy/opcodes";
import type { Constant, NameId } from "@upykit/core/python";
import * as event from "../emit/byte-code.js";
import type { ModuleTables } from "../emit/module-tables.js";
import { ScopeCode } from "../emit/scope-code.js";
import * as scopes from "../scope/scope.js";
import type { Scope } from "../scope/scope.js";
import type { Workspace } from "../workspace.js";
import type { Emitter5 } from "./emitter5.js";
import { layOut5, type Code5 } from "./layout5.js";

/** A scope as the file has it. */
export interface Scope5 extends Code5 {
  readonly scope: Scope;
  readonly arguments: readonly NameId[];
  readonly constants: readonly Constant[];
}

/** What of the options and known names a scope's code needs. */
export interface ScopeCode5Options {
  readonly flagMask: number;
  readonly star: NameId;
  readonly className: NameId;
  readonly sourceName: NameId;
}

/** Finishes scopes, one after another. */
export class ScopeCode5 extends ScopeCode {
  readonly finished: Map<Scope, Scope5> = new Map();
  private readonly constants: ReadonlyMap<Scope, readonly Constant[]>;
  private readonly sourceName: NameId;

  constructor(workspace: Workspace, emitter: Emitter5, tables: ModuleTables, options: ScopeCode5Options) {
    super(workspace, tables, options.flagMask, options.star, options.className);
    this.constants = emitter.constants;
    this.sourceName = options.sourceName;
  }

  override finish(scope: Scope): void {
    const names = this.argumentNames(scope);
    this.code.clear();
    this.fill(scope);
    this.describe(scope, names);
    const preludeNames = [scope.simpleName, this.sourceName];
    this.finished.set(scope, {
      ...layOut5(this.code, this.info, scope.labelCount, preludeNames),
      scope,
      arguments: names,
      constants: this.constantsOf(scope),
    });
  }

  private constantsOf(scope: Scope): readonly Constant[] {
    return this.constants.get(scope) ?? [];
  }

  protected override open(scope: Scope, kind: number, first: number, stackSize: number): void {
    if (kind === event.NAME) this.code.event(event.NAME, first, 0);
    else if (kind === event.CONSTANT)
      this.numbered(opcode.LOAD_CONST_OBJ, firstConstant(scope) + first, true);
    else super.open(scope, kind, first, stackSize);
  }

  protected override named(kind: number, nameOp: number, globalOp: number, name: NameId): void {
    this.code.byte(kind === scopes.GLOBAL_EXPLICIT ? globalOp : nameOp);
    this.code.event(event.NAME, name, 0);
  }

  protected override childIndex(scope: Scope, index: number): number {
    return firstConstant(scope) + this.constantsOf(scope).length + index;
  }
}

function firstConstant(scope: Scope): number {
  return scope.positionalCount + scope.keywordOnlyCount;
}
