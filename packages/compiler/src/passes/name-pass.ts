// Compiles `:=`, and what `global` and `nonlocal` say of a name. Follows py/compile.c, MicroPython 1.28.

import { isIdentifier, leafValue, type NameId, type NodeRef } from "@upykit/core/python";
import * as scopes from "../scope/scope.js";
import type { Scope } from "../scope/scope.js";
import { PassBase } from "./pass-base.js";

/** Compiles what decides whose a name is. */
export abstract class NamePass extends PassBase {
  protected namedexpr(node: NodeRef): void {
    this.namedexprHelper(this.child(node, 0), this.child(node, 1));
  }

  protected namedexprHelper(target: NodeRef, value: NodeRef): void {
    if (!isIdentifier(target)) this.noteError(target, "can't assign to expression");
    this.node(value);
    this.emit.dupTop();
    if (!isIdentifier(target)) return;
    const name = leafValue(target);
    if (this.scope.isComprehension()) this.bindInParent(name, target);
    this.storeId(name);
  }

  /** A name assigned with `:=` in a comprehension belongs to the scope around. */
  private bindInParent(name: NameId, target: NodeRef): void {
    const { scope } = this;
    const parent = scope.parent as Scope;
    if (parent.forModification(name).kind === scopes.GLOBAL_EXPLICIT) {
      scope.findOrAdd(name, scopes.GLOBAL_EXPLICIT);
      return;
    }
    const entry = scope.findOrAdd(name, scopes.UNDECIDED);
    const isGlobal = parent.parent === undefined;
    if (!isGlobal && entry.kind === scopes.GLOBAL_IMPLICIT) entry.kind = scopes.UNDECIDED;
    if (isGlobal) this.declareGlobal(target, entry);
    else this.declareNonlocal(target, entry);
  }

  protected declareGlobal(node: NodeRef, entry: scopes.ScopeName): void {
    if (entry.kind !== scopes.UNDECIDED && entry.kind !== scopes.GLOBAL_EXPLICIT) {
      this.noteError(node, "identifier redefined as global");
      return;
    }
    entry.kind = scopes.GLOBAL_EXPLICIT;
    const global = this.scope.findGlobal(entry.name);
    if (global !== undefined) global.kind = scopes.GLOBAL_EXPLICIT;
  }

  protected declareNonlocal(node: NodeRef, entry: scopes.ScopeName): void {
    if (entry.kind === scopes.UNDECIDED) {
      entry.kind = scopes.GLOBAL_IMPLICIT;
      this.scope.checkToCloseOver(entry);
      if (entry.kind === scopes.GLOBAL_IMPLICIT) this.noteError(node, "no binding for nonlocal found");
    } else if (entry.kind !== scopes.FREE) this.noteError(node, "identifier redefined as nonlocal");
  }
}
