// Compiles imports. Follows py/compile.c, MicroPython 1.28.

import { isIdentifier, isToken, leafValue, type NameId, type NodeRef } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as tokens from "@upykit/core/python/tokens";
import * as scopes from "../scope/scope.js";
import { SourceError } from "../source-error.js";
import { FunctionPass } from "./function-pass.js";

const PERIOD = 46;
/** Names may not be longer. */
const LONGEST_NAME = 255;

/** Compiles imports. */
export abstract class ImportPass extends FunctionPass {
  protected importName(node: NodeRef): void {
    const list = this.child(node, 0);
    const count = this.count(list, rules.DOTTED_AS_NAMES);
    for (let i = 0; i < count; i++) {
      this.emit.loadSmallInt(0);
      this.emit.loadNone();
      this.storeId(this.importModule(this.item(list, rules.DOTTED_AS_NAMES, i)));
    }
  }

  /** Imports `a.b as c`. @returns the name it is stored under */
  private importModule(node: NodeRef): NameId {
    const renamed = this.isKind(node, rules.DOTTED_AS_NAME);
    const source = renamed ? this.child(node, 0) : node;
    if (source === 0) {
      this.emit.importName(this.names.empty);
      return this.names.empty;
    }
    if (isIdentifier(source)) {
      this.emit.importName(leafValue(source));
      return leafValue(renamed ? this.child(node, 1) : source);
    }
    const parts = this.list(source, rules.DOTTED_NAME);
    this.emit.importName(this.joined(parts));
    if (!renamed) return leafValue(parts[0] as NodeRef);
    for (let i = 1; i < parts.length; i++) this.emit.loadAttribute(leafValue(parts[i] as NodeRef));
    return leafValue(this.child(node, 1));
  }

  private joined(parts: readonly NodeRef[]): NameId {
    const { names } = this.tree;
    const bytes: number[] = [];
    for (let i = 0; i < parts.length; i++) {
      if (i > 0) bytes.push(PERIOD);
      bytes.push(...names.bytes(leafValue(parts[i] as NodeRef)));
    }
    if (bytes.length > LONGEST_NAME) throw new SourceError("name too long", 0, "RuntimeError");
    return names.intern(Uint8Array.from(bytes), 0, bytes.length);
  }

  protected importFrom(node: NodeRef): void {
    const { level, source } = this.importSource(this.child(node, 0));
    const list = this.child(node, 1);
    if (isToken(list)) {
      if (this.scope.kind !== scopes.SCOPE_MODULE) this.fail(node, "import * not at module level");
      this.emit.loadSmallInt(level);
      this.emit.loadString(this.names.star);
      this.emit.buildTuple(1);
      this.importModule(source);
      this.emit.importStar();
      return;
    }
    const count = this.count(list, rules.IMPORT_AS_NAMES);
    this.emit.loadSmallInt(level);
    for (let i = 0; i < count; i++) {
      this.emit.loadString(leafValue(this.child(this.item(list, rules.IMPORT_AS_NAMES, i), 0)));
    }
    this.emit.buildTuple(count);
    this.importModule(source);
    for (let i = 0; i < count; i++) this.importItem(this.item(list, rules.IMPORT_AS_NAMES, i));
    this.emit.popTop();
  }

  private importItem(item: NodeRef): void {
    const name = this.child(item, 0);
    const alias = this.child(item, 1);
    this.emit.importFrom(leafValue(name));
    this.storeId(leafValue(alias === 0 ? name : alias));
  }

  /** The module, and how many dots stand before it. */
  private importSource(node: NodeRef): { level: number; source: NodeRef } {
    const split = this.isKind(node, rules.IMPORT_FROM_2B);
    const dots = split ? this.child(node, 0) : node;
    if (!split && !isToken(node) && !this.isKind(node, rules.ONE_OR_MORE_PERIOD_OR_ELLIPSIS)) {
      return { level: 0, source: node };
    }
    let level = 0;
    const count = this.count(dots, rules.ONE_OR_MORE_PERIOD_OR_ELLIPSIS);
    for (let i = 0; i < count; i++) {
      const dot = this.item(dots, rules.ONE_OR_MORE_PERIOD_OR_ELLIPSIS, i);
      level += leafValue(dot) === tokens.DEL_PERIOD ? 1 : 3;
    }
    return { level, source: split ? this.child(node, 1) : 0 };
  }
}
