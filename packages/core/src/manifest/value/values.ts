// The values a manifest computes with: Python's, as plain classes. Nothing here is looked up by a name that a manifest
// gives: attributes are found in Maps and switches, so no object of the host can be reached.

/** Work that may wait for the file system: it yields what to wait for and is handed the answer. */
export type Run<T> = Generator<Pause, T, unknown>;

/** What running code stops for: a call to wait for, or a value that a generator function yields. */
export type Pause = (() => Promise<unknown>) | Yielded;

/** A value that a generator function of the manifest yields to its consumer. */
export class Yielded {
  constructor(readonly value: Value) {}
}

/** Any value: None, bool, int (bigint), float (number), str, or an object. */
export type Value = null | boolean | bigint | number | string | PyObject;

export type PyObject =
  | PyList
  | PyTuple
  | PyDict
  | PyView
  | PySet
  | PyRange
  | PySlice
  | PyIterator
  | PyFunction
  | PyBuiltin
  | PyModule
  | PyType
  | PyException
  | PyInstance;

export class PyList {
  readonly kind = "list";
  constructor(readonly items: Value[]) {}
}

export class PyTuple {
  readonly kind = "tuple";
  /** `fields` names items, as in sys.version_info. */
  constructor(
    readonly items: readonly Value[],
    readonly fields: readonly string[] = [],
  ) {}
}

/** A key of a dict or set: what `hashKey` makes of the value. */
export type HashKey = string | PyObject;

export class PyDict {
  readonly kind = "dict";
  readonly entries: Map<HashKey, { readonly key: Value; value: Value }> = new Map();
}

/** What keys(), values() or items() of a dict gives: it follows the dict. */
export class PyView {
  readonly kind = "view";
  constructor(
    readonly of: "keys" | "values" | "items",
    readonly dict: PyDict,
  ) {}
}

export class PySet {
  readonly kind = "set";
  readonly entries: Map<HashKey, Value> = new Map();
  constructor(readonly frozen: boolean) {}
}

export class PyRange {
  readonly kind = "range";
  constructor(
    readonly start: bigint,
    readonly stop: bigint,
    readonly step: bigint,
  ) {}

  get length(): bigint {
    const span = this.step > 0n ? this.stop - this.start : this.start - this.stop;
    const size = this.step > 0n ? this.step : -this.step;
    return span <= 0n ? 0n : (span + size - 1n) / size;
  }
}

export class PySlice {
  readonly kind = "slice";
  constructor(
    readonly start: Value,
    readonly stop: Value,
    readonly step: Value,
  ) {}
}

/** What `next` answers when there is no more. */
export const exhausted: unique symbol = Symbol("exhausted");

export class PyIterator {
  readonly kind = "iterator";
  constructor(
    /** What Python calls its type: "generator", "zip", "enumerate". */
    readonly typeName: string,
    readonly next: () => Run<Value | typeof exhausted>,
  ) {}
}

/** What a call is given. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

/** A function or lambda of the manifest. */
export class PyFunction {
  readonly kind = "function";
  constructor(
    readonly name: string,
    readonly call: (args: Arguments) => Run<Value>,
  ) {}
}

/** A function or bound method that this evaluator provides. */
export class PyBuiltin {
  readonly kind = "builtin";
  constructor(
    readonly name: string,
    readonly call: (args: Arguments) => Run<Value>,
  ) {}
}

export class PyModule {
  readonly kind = "module";
  constructor(
    readonly name: string,
    readonly members: ReadonlyMap<string, Value>,
  ) {}
}

export class PyType {
  readonly kind = "type";
  constructor(
    readonly name: string,
    readonly base: PyType | null,
  ) {}

  /** True when this is `other` or derived from it. */
  isA(other: PyType): boolean {
    return this === other || other.name === "object" || (this.base?.isA(other) ?? false);
  }
}

/** A raised (or to be raised) exception. */
export class PyException {
  readonly kind = "exception";
  constructor(
    readonly type: PyType,
    readonly args: readonly Value[],
    /** Attributes beside `args`: errno, strerror, filename. */
    readonly attributes: ReadonlyMap<string, Value> = new Map(),
  ) {}
}

/** An object with attributes of its own, like `options`. */
export class PyInstance {
  readonly kind = "instance";
  constructor(
    readonly typeName: string,
    /** The attribute's value, undefined when there is none of that name. */
    readonly attribute: (name: string) => Value | undefined,
    readonly text: () => string,
  ) {}
}

/** Makes a builtin of a function that never waits. */
export function native(name: string, call: (args: Arguments) => Value): PyBuiltin {
  // eslint-disable-next-line require-yield -- it has nothing to wait for
  return new PyBuiltin(name, function* (args) {
    return call(args);
  });
}
