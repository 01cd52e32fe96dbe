// `value.name`: methods and attributes of every kind of value, found in tables. There is no other way to an attribute.

import { dictMethods, frozensetMethods, setMethods } from "../builtins/mapping-methods.js";
import { listMethods, tupleMethods } from "../builtins/sequence-methods.js";
import { strMethods, type Method } from "../builtins/str-methods.js";
import { outside, raised } from "../value/exceptions.js";
import type { Runtime } from "../value/runtime.js";
import { typeName, types } from "../value/types.js";
import {
  PyBuiltin,
  PyDict,
  PyTuple,
  type PyException,
  type PyObject,
  type PyType,
  type Run,
  type Value,
} from "../value/values.js";

/** As Python's `value.name`. @throws Raised AttributeError; Refused for what looks into objects */
export function attributeOf(rt: Runtime, value: Value, name: string): Value {
  if (name.startsWith("__")) {
    throw outside(`manifests cannot use the attribute ${name}`, "Write it without looking into objects.");
  }
  const found =
    typeof value === "object" && value !== null ? ofObject(rt, value, name) : ofPlain(rt, value, name);
  if (found !== undefined) return found;
  if (notForManifests.has(name))
    throw outside(`manifests cannot use the method ${name}()`, "Write it in another way.");
  const owner =
    typeof value === "object" && value?.kind === "type"
      ? `type object '${value.name}'`
      : `'${typeName(value)}' object`;
  throw raised("AttributeError", `${owner} has no attribute '${name}'`);
}

/** Methods that Python has and this evaluator has not. */
const notForManifests: ReadonlySet<string> = /* @__PURE__ */ new Set(
  (
    "encode decode translate maketrans expandtabs swapcase istitle isprintable isascii as_integer_ratio bit_length " +
    "bit_count to_bytes from_bytes is_integer hex fromhex conjugate real imag numerator denominator send throw close " +
    "with_traceback add_note intersection_update difference_update symmetric_difference_update start stop step"
  ).split(" "),
);

function ofPlain(rt: Runtime, value: Value, name: string): Value | undefined {
  rt.meter.look(value);
  return typeof value === "string" ? bound(rt, strMethods, value, name) : undefined;
}

function ofObject(rt: Runtime, value: PyObject, name: string): Value | undefined {
  switch (value.kind) {
    case "list":
      return bound(rt, listMethods, value, name);
    case "dict":
      return bound(rt, dictMethods, value, name);
    case "set":
      return value.frozen ? bound(rt, frozensetMethods, value, name) : bound(rt, setMethods, value, name);
    case "tuple": {
      const field = value.fields.indexOf(name);
      return field >= 0 ? value.items[field] : bound(rt, tupleMethods, value, name);
    }
    case "module":
      return ofModule(value.name, value.members, name);
    case "instance":
      return value.attribute(name);
    case "exception":
      return ofException(value, name);
    case "type":
      return ofType(rt, value, name);
    default:
      return undefined;
  }
}

function ofModule(module: string, members: ReadonlyMap<string, Value>, name: string): Value {
  const member = members.get(name);
  if (member !== undefined) return member;
  const known = [...members.keys()].sort().join(", ");
  throw outside(`manifests cannot use ${module}.${name}`, `Of ${module} they have: ${known}.`);
}

function ofException(exception: PyException, name: string): Value | undefined {
  return name === "args" ? new PyTuple(exception.args) : exception.attributes.get(name);
}

/** `str.join(",", items)`, `dict.fromkeys(…)`. */
function ofType(rt: Runtime, type: PyType, name: string): Value | undefined {
  if (type === types.dict && name === "fromkeys") return attributeOf(rt, new PyDict(), name);
  const method = type === types.str ? strMethods.get(name) : undefined;
  if (method === undefined) return undefined;
  return new PyBuiltin(name, function* ({ positional: [self = null, ...rest], keywords }) {
    if (typeof self !== "string") throw raised("TypeError", `descriptor '${name}' requires a 'str' object`);
    return yield* finished(method(rt, self, { positional: rest, keywords }));
  });
}

function bound<Self>(
  rt: Runtime,
  methods: ReadonlyMap<string, Method<Self>>,
  self: Self,
  name: string,
): Value | undefined {
  const method = methods.get(name);
  if (method === undefined) return undefined;
  return new PyBuiltin(name, function* (args) {
    return yield* finished(method(rt, self, args));
  });
}

function* finished(result: Value | Run<Value>): Run<Value> {
  const isRun = typeof result === "object" && result !== null && !("kind" in result);
  return isRun ? yield* result : result;
}
