// Evaluates expressions. It knows no statements and nothing of what a manifest may ask for.

import type * as ast from "../../python/ast.js";
import { isTrue } from "../value/compare.js";
import { dictSet, setOf } from "../value/dict.js";
import { outside, Refused, typeError, type Place } from "../value/exceptions.js";
import { toItems, toIterator } from "../value/iterate.js";
import type { Meter } from "../value/meter.js";
import type { Runtime } from "../value/runtime.js";
import { typeName } from "../value/types.js";
import {
  exhausted,
  PyDict,
  PyIterator,
  PyList,
  PySlice,
  PyTuple,
  Yielded,
  type Arguments,
  type PyFunction,
  type Run,
  type Value,
} from "../value/values.js";
import { callType } from "../builtins/type-calls.js";
import { attributeOf } from "./attributes.js";
import { comprehensionNames, type FunctionNames } from "./bindings.js";
import { yielding } from "./generators.js";
import { binary, compare, unary } from "./operators.js";
import type { Scope } from "./scope.js";
import { getItem } from "./subscripts.js";

/** A manifest or function that is being evaluated. */
export interface Frame {
  readonly file: string;
  line: number;
}

/** Evaluates expressions; {@link makeFunction} and {@link assign} are for those who know statements. */
export abstract class ExpressionEvaluator implements Runtime {
  /** Outermost first. */
  protected readonly frames: Frame[] = [];
  private readonly names = new WeakMap<object, FunctionNames>();

  constructor(readonly meter: Meter) {}

  abstract print(text: string): void;
  protected abstract makeFunction(
    node: ast.FunctionDef | ast.Lambda,
    scope: Scope,
    defaults: ReadonlyMap<string, Value>,
  ): PyFunction;
  protected abstract assign(target: ast.Expression, value: Value, scope: Scope): Run<void>;

  /** The names that a function or comprehension binds, read once. */
  protected namesOf<Node extends object>(node: Node, read: (node: Node) => FunctionNames): FunctionNames {
    const names = this.names.get(node) ?? read(node);
    this.names.set(node, names);
    return names;
  }

  trace(): readonly Place[] {
    return this.frames.map(({ file, line }) => ({ file, line })).reverse();
  }

  attribute(value: Value, name: string): Value {
    return attributeOf(this, value, name);
  }

  // eslint-disable-next-line require-yield -- part of a chain of generators
  *subscript(value: Value, index: Value): Run<Value> {
    return getItem(this, value, index);
  }

  *call(
    callee: Value,
    positional: readonly Value[],
    keywords: ReadonlyMap<string, Value> = new Map(),
  ): Run<Value> {
    return yield* this.apply(callee, { positional, keywords });
  }

  private *apply(callee: Value, args: Arguments): Run<Value> {
    if (typeof callee !== "object" || callee === null)
      throw typeError(`'${typeName(callee)}' object is not callable`);
    for (const value of args.positional) this.meter.look(value);
    this.meter.enter();
    try {
      if (callee.kind === "function" || callee.kind === "builtin") return yield* callee.call(args);
      if (callee.kind === "type") return yield* callType(this, callee, args);
    } finally {
      this.meter.leave();
    }
    throw typeError(`'${typeName(callee)}' object is not callable`);
  }

  /** The value of a name or literal, undefined for all else: most arguments are one, and need no generator. */
  private leaf(node: ast.Expression, scope: Scope): Value | undefined {
    switch (node.type) {
      case "Name":
        this.meter.step();
        return scope.get(node.name);
      case "String":
        this.meter.step();
        return node.value;
      case "Number":
        this.meter.step();
        return numberValue(node);
      case "Constant":
        this.meter.step();
        return constantValue(node);
      default:
        return undefined;
    }
  }

  protected *evaluate(node: ast.Expression, scope: Scope): Run<Value> {
    const leaf = this.leaf(node, scope);
    if (leaf !== undefined) return leaf;
    this.meter.step();
    switch (node.type) {
      case "Call":
        return yield* this.callExpression(node, scope);
      case "Attribute":
        return this.attribute(yield* this.evaluate(node.value, scope), node.name);
      case "Subscript":
        return getItem(
          this,
          yield* this.evaluate(node.value, scope),
          yield* this.evaluate(node.index, scope),
        );
      case "BinaryOperation": {
        const left = yield* this.evaluate(node.left, scope);
        return binary(this, node.operator, left, yield* this.evaluate(node.right, scope));
      }
      default:
        return yield* this.evaluateOther(node, scope);
    }
  }

  private *evaluateOther(node: ast.Expression, scope: Scope): Run<Value> {
    switch (node.type) {
      case "Tuple":
        return new PyTuple(yield* this.items(node.items, scope));
      case "List":
        return new PyList(yield* this.items(node.items, scope));
      case "Set":
        return setOf(this.meter, yield* this.items(node.items, scope));
      case "Dict":
        return yield* this.dict(node, scope);
      case "BooleanOperation":
        return yield* this.booleanOperation(node, scope);
      case "UnaryOperation":
        return unary(node.operator, yield* this.evaluate(node.operand, scope));
      case "Comparison":
        return yield* this.comparison(node, scope);
      case "Conditional": {
        const test = isTrue(yield* this.evaluate(node.test, scope));
        return yield* this.evaluate(test ? node.body : node.orElse, scope);
      }
      case "Slice":
        return yield* this.slice(node, scope);
      case "Lambda":
        return this.makeFunction(node, scope, yield* this.defaults(node.parameters, scope));
      default:
        return yield* this.evaluateRare(node, scope);
    }
  }

  private *evaluateRare(node: ast.Expression, scope: Scope): Run<Value> {
    switch (node.type) {
      case "ListComprehension":
      case "SetComprehension":
      case "DictComprehension":
      case "Generator":
        return yield* this.comprehension(node, scope);
      case "NamedExpression": {
        const value = yield* this.evaluate(node.value, scope);
        if (node.target.type === "Name") scope.setOutside(node.target.name, value);
        return value;
      }
      case "Yield":
        checkYield(scope);
        yield new Yielded(node.value === undefined ? null : yield* this.evaluate(node.value, scope));
        return null;
      case "YieldFrom": {
        checkYield(scope);
        const iterator = toIterator(yield* this.evaluate(node.value, scope));
        for (let item = yield* iterator.next(); item !== exhausted; item = yield* iterator.next())
          yield new Yielded(item);
        return null;
      }
      default:
        throw outside(
          `manifests cannot use ${rareNames.get(node.type) ?? node.type}`,
          "Use texts, numbers, lists and dicts.",
        );
    }
  }

  /** The defaults of the parameters that have one. */
  protected *defaults(parameters: readonly ast.Parameter[], scope: Scope): Run<ReadonlyMap<string, Value>> {
    const defaults = new Map<string, Value>();
    for (const { name, defaultValue } of parameters) {
      if (name !== undefined && defaultValue !== undefined)
        defaults.set(name, yield* this.evaluate(defaultValue, scope));
    }
    return defaults;
  }

  private *callExpression(node: ast.Call, scope: Scope): Run<Value> {
    const leaf = this.leaf(node.callee, scope);
    const callee = leaf === undefined ? yield* this.evaluate(node.callee, scope) : leaf;
    const args = yield* this.args(node.args, scope);
    const frame = this.frames.at(-1);
    if (frame !== undefined && node.line > 0) frame.line = node.line;
    return yield* this.apply(callee, args);
  }

  private *args(nodes: readonly ast.Argument[], scope: Scope): Run<Arguments> {
    const positional: Value[] = [];
    const keywords = new Map<string, Value>();
    for (const { kind, name, value } of nodes) {
      const leaf = this.leaf(value, scope);
      const given = leaf === undefined ? yield* this.evaluate(value, scope) : leaf;
      if (kind === "star") for (const item of yield* toItems(this.meter, given)) positional.push(item);
      else if (kind === "double-star") addKeywords(keywords, given);
      else if (name === undefined) positional.push(given);
      else addKeyword(keywords, name, given);
    }
    // Hashed, copied and bound once more each.
    this.meter.step(keywords.size);
    return { positional, keywords };
  }

  private *items(nodes: readonly ast.Expression[], scope: Scope): Run<Value[]> {
    const items: Value[] = [];
    for (const node of nodes) {
      if (node.type !== "Starred") items.push(yield* this.evaluate(node, scope));
      else
        for (const item of yield* toItems(this.meter, yield* this.evaluate(node.value, scope)))
          items.push(item);
    }
    return items;
  }

  private *dict(node: ast.Dict, scope: Scope): Run<Value> {
    const dict = new PyDict();
    for (const { key, value } of node.entries) {
      const name = yield* this.evaluate(key, scope);
      dictSet(this.meter, dict, name, yield* this.evaluate(value, scope));
    }
    return dict;
  }

  private *booleanOperation(node: ast.BooleanOperation, scope: Scope): Run<Value> {
    let value: Value = null;
    for (const operand of node.operands) {
      value = yield* this.evaluate(operand, scope);
      if (isTrue(value) === (node.operator === "or")) return value;
    }
    return value;
  }

  private *comparison(node: ast.Comparison, scope: Scope): Run<Value> {
    let left = yield* this.evaluate(node.left, scope);
    for (const { operator, operand } of node.rest) {
      const right = yield* this.evaluate(operand, scope);
      if (!(yield* compare(this, operator, left, right))) return false;
      left = right;
    }
    return true;
  }

  private *slice(node: ast.Slice, scope: Scope): Run<Value> {
    const bounds: Value[] = [];
    for (const bound of [node.lower, node.upper, node.step]) {
      bounds.push(bound === undefined ? null : yield* this.evaluate(bound, scope));
    }
    const [start = null, stop = null, step = null] = bounds;
    return new PySlice(start, stop, step);
  }

  private *comprehension(node: ast.Comprehension, scope: Scope): Run<Value> {
    const [first] = node.clauses;
    const source = first?.kind === "for" ? toIterator(yield* this.evaluate(first.iterable, scope)) : null;
    const inner = scope.inner(this.namesOf(node, comprehensionNames), true);
    const iterator = new PyIterator("generator", yielding(this.comprehensionItems(node, 0, inner, source)));
    if (node.type === "Generator") return iterator;
    const items: Value[] = [];
    const dict = new PyDict();
    for (let item = yield* iterator.next(); item !== exhausted; item = yield* iterator.next()) {
      if (items.length % 1024 === 0) this.meter.size(items.length);
      if (node.type === "DictComprehension" && item instanceof PyTuple)
        dictSet(this.meter, dict, item.items[0] ?? null, item.items[1] ?? null);
      else items.push(item);
    }
    if (node.type === "DictComprehension") return dict;
    return node.type === "SetComprehension" ? setOf(this.meter, items) : new PyList(items);
  }

  /** Yields the items of a comprehension from clause `index` on; those of a dict as pairs. */
  private *comprehensionItems(
    node: ast.Comprehension,
    index: number,
    scope: Scope,
    first: PyIterator | null,
  ): Run<void> {
    const clause = node.clauses[index];
    if (clause === undefined) {
      const element = yield* this.evaluate(node.element, scope);
      const pair =
        node.value === undefined ? element : new PyTuple([element, yield* this.evaluate(node.value, scope)]);
      yield new Yielded(pair);
    } else if (clause.kind === "if") {
      if (isTrue(yield* this.evaluate(clause.test, scope)))
        yield* this.comprehensionItems(node, index + 1, scope, null);
    } else {
      const iterator = first ?? toIterator(yield* this.evaluate(clause.iterable, scope));
      for (let item = yield* iterator.next(); item !== exhausted; item = yield* iterator.next()) {
        this.meter.step();
        yield* this.assign(clause.target, item, scope);
        yield* this.comprehensionItems(node, index + 1, scope, null);
      }
    }
  }
}

function checkYield(scope: Scope): void {
  if (!scope.yields) throw new Refused("syntax-error", "'yield' outside function");
}

function addKeywords(keywords: Map<string, Value>, given: Value): void {
  if (typeof given !== "object" || given?.kind !== "dict") {
    throw typeError(`argument after ** must be a mapping, not ${typeName(given)}`);
  }
  for (const { key, value } of given.entries.values()) {
    if (typeof key !== "string") throw typeError("keywords must be strings");
    addKeyword(keywords, key, value);
  }
}

function addKeyword(keywords: Map<string, Value>, name: string, value: Value): void {
  if (keywords.has(name)) throw typeError(`got multiple values for keyword argument '${name}'`);
  keywords.set(name, value);
}

function numberValue(node: ast.NumberLiteral): Value {
  if (node.kind === "imaginary")
    throw outside("manifests cannot use complex numbers", "Use an int or a float.");
  return node.kind === "int" ? BigInt(node.value) : Number(node.value);
}

function constantValue(node: ast.ConstantLiteral): Value {
  if (node.value === "Ellipsis") throw outside("manifests cannot use ...", "Use None or pass.");
  return node.value === "None" ? null : node.value === "True";
}

const rareNames: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["Bytes", "bytes"],
  ["Await", "await"],
  ["Starred", "* in this place"],
]);

/** What to throw where a function is defined or called with too deep nesting of the host. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack|recursion/i.test(error.message);
}
