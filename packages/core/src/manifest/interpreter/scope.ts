// Where names live: a manifest's globals, the locals of a function or comprehension, the built-in names.

import { outside, raised } from "../value/exceptions.js";
import type { Value } from "../value/values.js";
import type { FunctionNames } from "./bindings.js";

/** The built-in names; asked for when a name is found nowhere else, which most manifests have no need of. */
export type Builtins = () => ReadonlyMap<string, Value>;

/** A place for names. Each manifest has one, each call and comprehension another inside it. */
export class Scope {
  private readonly values: Map<string, Value>;

  private constructor(
    private readonly builtins: Builtins,
    /** The scope of the manifest. */
    private readonly top: Scope | null,
    private readonly parent: Scope | null,
    private readonly names: FunctionNames | null,
    private readonly isComprehension: boolean,
    values: Map<string, Value>,
  ) {
    this.values = values;
  }

  /** The globals of a manifest. */
  static module(builtins: Builtins, globals: ReadonlyMap<string, Value>): Scope {
    return new Scope(builtins, null, null, null, false, new Map(globals));
  }

  /** The scope of a call of a function that was defined here. */
  inner(names: FunctionNames, isComprehension = false): Scope {
    return new Scope(this.builtins, this.top ?? this, this, names, isComprehension, new Map());
  }

  /** True in the body of a generator function. */
  get yields(): boolean {
    return this.names?.yields === true && !this.isComprehension;
  }

  /** The value of a name. @throws Raised NameError */
  get(name: string): Value {
    const scope = this.owner(name);
    const value = scope.values.get(name);
    if (value !== undefined) return value;
    if (scope.names !== null) throw unbound(name, scope === this);
    const builtin = this.builtins().get(name);
    if (builtin !== undefined) return builtin;
    const hint = missingBuiltins.get(name);
    if (hint !== undefined) throw outside(`manifests cannot use ${name}()`, hint);
    throw raised("NameError", `name '${name}' is not defined`, undefined, nameHint(name));
  }

  set(name: string, value: Value): void {
    this.owner(name).values.set(name, value);
  }

  /** Sets what `:=` names: comprehensions pass it on to the function they stand in. */
  setOutside(name: string, value: Value): void {
    if (this.isComprehension && this.parent !== null) this.parent.setOutside(name, value);
    else this.set(name, value);
  }

  /** @throws Raised NameError */
  delete(name: string): void {
    this.get(name);
    this.owner(name).values.delete(name);
  }

  /** As {@link delete}; fine when it is not there. */
  forget(name: string): void {
    this.owner(name).values.delete(name);
  }

  /** The scope that a name belongs to. */
  private owner(name: string): Scope {
    if (this.names === null || this.parent === null) return this;
    if (this.names.locals.has(name)) return this;
    if (this.names.globals.has(name)) return this.top ?? this;
    return this.parent.owner(name);
  }
}

function unbound(name: string, here: boolean): Error {
  if (here)
    return raised(
      "UnboundLocalError",
      `cannot access local variable '${name}' where it is not associated with a value`,
    );
  return raised(
    "NameError",
    `cannot access free variable '${name}' where it is not associated with a value in enclosing scope`,
  );
}

function nameHint(name: string): string | undefined {
  return /^freeze/.test(name) ? "freeze() and its relatives exist in mode freeze only." : undefined;
}

const noFiles =
  "Use module(), package() or freeze(); a manifest can list folders, but not read or write files.";
const noCode = "A manifest is evaluated without running code of the host.";

/** Built-in names of Python that are not for manifests, each with what to do instead. */
const missingBuiltins: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["open", noFiles],
  ["input", "Pass a value in `variables` or `environment`."],
  ...["exec", "eval", "compile", "__import__", "breakpoint"].map((name) => [name, noCode] as const),
  ...[
    "globals",
    "locals",
    "vars",
    "dir",
    "id",
    "hash",
    "setattr",
    "delattr",
    "super",
    "property",
    "classmethod",
  ].map((name) => [name, "Write it without looking into objects."] as const),
  ...["staticmethod", "object", "memoryview", "bytes", "bytearray", "complex", "aiter", "anext"].map(
    (name) => [name, "Use texts, numbers, lists and dicts."] as const,
  ),
  ...["__build_class__", "__loader__", "__spec__", "__builtins__", "__debug__", "help", "exit", "quit"].map(
    (name) => [name, noCode] as const,
  ),
]);
