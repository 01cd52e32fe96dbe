// Compiles a parse tree for format 5. What differs from the passes of format 6 is here. Follows py/compile.c, MicroPython 1.18;
// but `:=` in a comprehension binds as it does in 1.28, since 1.18 stores to the wrong variable.

import { isIdentifier, isStruct, leafValue, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import { layOutNames } from "../scope/layout.js";
import * as scopes from "../scope/scope.js";
import { ModulePass } from "../passes/module-pass.js";
import { Emitter5 } from "./emitter5.js";
import { ScopeCode5 } from "./scope-code5.js";
import { truthOf5 } from "./truth5.js";
import type { CompiledModule5 } from "./write-module5.js";

/** Names from here on belong to no text: an iterator that is no name is kept in a local of its own. */
const FIRST_OWN_NAME = 0x2000_0000;

/** Compiles a parse tree. */
export class ModulePass5 extends ModulePass {
  declare protected readonly emit: Emitter5;

  /** @throws SourceError */
  compile5(sourceName: number): CompiledModule5 {
    const { names, tree } = this;
    const scope = this.newScope(scopes.SCOPE_MODULE, tree.root, names.module);
    // Scopes are added while this runs.
    for (const each of this.scopes) this.record(each);
    for (const each of this.scopes) layOutNames(each, names.class);
    const code = new ScopeCode5(this.options.workspace, this.emit, this.tables, {
      flagMask: this.options.target === "circuitpython" ? 0x1f : 0x0f,
      star: names.star,
      className: names.class,
      sourceName,
    });
    for (const each of this.scopes) code.finish(each);
    return { names: tree.names, scopes: code.finished, scope };
  }

  /** As any other name: a method may so be taken for a variable around its class. */
  protected override get assignedInClass(): number {
    return scopes.GLOBAL_IMPLICIT;
  }

  protected override makeEmitter(): Emitter5 {
    const { optimize, workspace } = this.options;
    return new Emitter5(this.tables, this.tree, optimize < 3, workspace.recorded);
  }

  protected override truth(node: NodeRef): boolean | undefined {
    return truthOf5(this.tree, node);
  }

  /** A tuple in parentheses is not evaluated: only whether it is empty counts. */
  protected override condition(node: NodeRef, jumpIf: boolean, label: number): void {
    if (!this.isKind(node, rules.ATOM_PAREN)) super.condition(node, jumpIf, label);
    else if ((this.child(node, 0) !== 0) === jumpIf) this.emit.jump(label);
  }

  protected override jumpOn(label: number): void {
    if (!this.emit.returned) this.emit.jump(label);
  }

  protected override roomForReturn(): void {
    // The compilers of format 5 left none.
  }

  protected override returnNone(): void {
    if (!this.emit.returned) super.returnNone();
  }

  /** The arguments of a call: one `*args` and one `**kwargs` behind all others. */
  protected override callWith(list: NodeRef, isMethod: boolean, extra: number): void {
    let star = 0;
    let doubleStar = 0;
    let positional = extra;
    let keyword = 0;
    for (const arg of this.list(list, rules.ARGLIST)) {
      const kind = isStruct(arg) ? this.tree.kind(arg) : 0;
      if (kind === rules.ARGLIST_STAR) {
        if (star !== 0) this.fail(arg, "can't have multiple *x");
        star = arg;
      } else if (kind === rules.ARGLIST_DBL_STAR) {
        if (doubleStar !== 0) this.fail(arg, "can't have multiple **x");
        doubleStar = arg;
      } else if (kind === rules.ARGUMENT) {
        if (this.argument(arg)) keyword++;
        else positional++;
      } else {
        if (star !== 0 || doubleStar !== 0 || keyword > 0) {
          const after = keyword === 0 || star !== 0 || doubleStar !== 0 ? "*/**" : "keyword arg";
          this.noteError(arg, `non-keyword arg after ${after}`);
          return;
        }
        this.node(arg);
        positional++;
      }
    }
    const hasStars = star !== 0 || doubleStar !== 0;
    if (hasStars) {
      this.starArgument(star);
      this.starArgument(doubleStar);
    }
    this.emit.call(isMethod, positional, keyword, hasStars);
  }

  private starArgument(node: NodeRef): void {
    if (node === 0) this.emit.loadNull();
    else this.node(this.child(node, 0));
  }

  /** The iterator is kept in a local variable, and where it is a name, in that. */
  protected override asyncForStmt(node: NodeRef): void {
    const iterator = this.child(node, 1);
    const context = isIdentifier(iterator) ? leafValue(iterator) : FIRST_OWN_NAME + node;
    this.asyncFor(node, { keep: () => this.storeId(context), load: () => this.loadId(context) });
  }
}
