// What the built-in functions and methods need of the interpreter that calls them.

import type { Meter } from "./meter.js";
import type { Place } from "./exceptions.js";
import type { Run, Value } from "./values.js";

/** The interpreter as builtins see it. */
export interface Runtime {
  readonly meter: Meter;
  /** Where evaluation is, innermost first. */
  trace(): readonly Place[];
  /** Calls a function, type or method. */
  call(callee: Value, positional: readonly Value[], keywords?: ReadonlyMap<string, Value>): Run<Value>;
  /** `value.name`. @throws Raised AttributeError */
  attribute(value: Value, name: string): Value;
  /** `value[index]`. */
  subscript(value: Value, index: Value): Run<Value>;
  /** What print() writes. */
  print(text: string): void;
}
