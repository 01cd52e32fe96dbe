// The types a manifest can name, and which of them a value is of.

import { PyType, type Value } from "./values.js";

const object = /* @__PURE__ */ new PyType("object", null);
const int = /* @__PURE__ */ new PyType("int", object);

type TypeName =
  | "object"
  | "int"
  | "bool"
  | "float"
  | "str"
  | "list"
  | "tuple"
  | "dict"
  | "set"
  | "frozenset"
  | "range"
  | "type";

/** The types that are names of a manifest's built-in scope. */
export const types: Readonly<Record<TypeName, PyType>> = {
  object,
  int,
  bool: /* @__PURE__ */ new PyType("bool", int),
  float: /* @__PURE__ */ new PyType("float", object),
  str: /* @__PURE__ */ new PyType("str", object),
  list: /* @__PURE__ */ new PyType("list", object),
  tuple: /* @__PURE__ */ new PyType("tuple", object),
  dict: /* @__PURE__ */ new PyType("dict", object),
  set: /* @__PURE__ */ new PyType("set", object),
  frozenset: /* @__PURE__ */ new PyType("frozenset", object),
  range: /* @__PURE__ */ new PyType("range", object),
  type: /* @__PURE__ */ new PyType("type", object),
};

const unnamed: ReadonlyMap<string, PyType> = /* @__PURE__ */ new Map(
  "NoneType function builtin_function_or_method module slice dict_keys dict_values dict_items"
    .split(" ")
    .map((name) => [name, new PyType(name, object)]),
);

/** The type of a value. Iterators and instances get one of their name, which equals no other. */
export function typeOf(value: Value): PyType {
  switch (typeof value) {
    case "boolean":
      return types.bool;
    case "bigint":
      return types.int;
    case "number":
      return types.float;
    case "string":
      return types.str;
    default:
      return value === null ? named("NoneType") : typeOfObject(value);
  }
}

function typeOfObject(value: Exclude<Value, null | boolean | bigint | number | string>): PyType {
  switch (value.kind) {
    case "list":
    case "tuple":
    case "dict":
    case "range":
    case "type":
      return types[value.kind];
    case "set":
      return value.frozen ? types.frozenset : types.set;
    case "exception":
      return value.type;
    case "view":
      return named(`dict_${value.of}`);
    case "iterator":
    case "instance":
      return new PyType(value.typeName, object);
    case "builtin":
      return named("builtin_function_or_method");
    default:
      return named(value.kind);
  }
}

function named(name: string): PyType {
  return unnamed.get(name) ?? object;
}

/** What Python calls the type of a value, for messages. */
export function typeName(value: Value): string {
  return typeOf(value).name;
}
