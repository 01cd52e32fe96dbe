// Runs statements: the interpreter for the part of Python that manifests use. It knows nothing of manifests.

import type * as ast from "../../python/ast.js";
import { UpyError } from "../../errors.js";
import { isTrue } from "../value/compare.js";
import {
  exceptionType,
  isExceptionType,
  outside,
  Raised,
  raised,
  Refused,
  typeError,
  valueError,
} from "../value/exceptions.js";
import { toItems, toIterator } from "../value/iterate.js";
import type { Meter } from "../value/meter.js";
import { toText } from "../value/repr.js";
import {
  exhausted,
  PyException,
  PyFunction,
  PyIterator,
  PyList,
  type PyType,
  type Run,
  type Value,
} from "../value/values.js";
import { functionNames } from "./bindings.js";
import { ExpressionEvaluator, isStackOverflow, type Frame } from "./expressions.js";
import { yielding } from "./generators.js";
import { importFrom, importModule, type Modules } from "./imports.js";
import { inPlace } from "./in-place.js";
import { bindParameters } from "./parameters.js";
import type { Scope } from "./scope.js";
import { deleteItem, getItem, setItem } from "./subscripts.js";

/** How a block ended before its end. */
type Completion = "break" | "continue" | { readonly value: Value };

/** What the interpreter needs of its surroundings. */
export interface InterpreterOptions {
  readonly meter: Meter;
  /** The modules that `import` finds; asked for when there is an import. */
  readonly modules: () => Modules;
  readonly print: (text: string) => void;
}

/** Runs the statements of manifests. */
export class Interpreter extends ExpressionEvaluator {
  /** The exceptions that `except` blocks are handling, for a bare `raise`. */
  private readonly handling: Raised[] = [];

  constructor(private readonly options: InterpreterOptions) {
    super(options.meter);
  }

  print(text: string): void {
    this.options.print(text);
  }

  /** Runs a module in a scope; errors that come out know the file and line they come from. */
  *runModule(module: ast.Module, file: string, scope: Scope): Run<void> {
    yield* this.inFrame({ file, line: 0 }, this.moduleBody(module, scope));
  }

  private *moduleBody(module: ast.Module, scope: Scope): Run<void> {
    const completion = yield* this.block(module.body, scope);
    if (completion !== undefined) throw this.located(misplaced(completion));
  }

  private *inFrame<T>(frame: Frame, body: Run<T>): Run<T> {
    this.meter.enter();
    this.frames.push(frame);
    try {
      return yield* body;
    } finally {
      this.frames.pop();
      this.meter.leave();
    }
  }

  private *block(body: readonly ast.Statement[], scope: Scope): Run<Completion | undefined> {
    for (const statement of body) {
      const frame = this.frames.at(-1);
      if (frame !== undefined && statement.line > 0) frame.line = statement.line;
      this.meter.step();
      try {
        const completion = yield* this.statement(statement, scope);
        if (completion !== undefined) return completion;
      } catch (error) {
        throw this.located(error);
      }
    }
    return undefined;
  }

  /** The error with the place it happened at, noted once, by the innermost statement. */
  private located(error: unknown): unknown {
    let known = error;
    if (isStackOverflow(error))
      known = new Refused("too-large", "the manifest is nested too deep", "Split up long expressions.");
    if (error instanceof UpyError)
      known = new Refused(error.code, error.message, error.hint, { cause: error });
    if ((known instanceof Raised || known instanceof Refused) && known.trace.length === 0)
      known.trace = this.trace();
    return known;
  }

  private *statement(node: ast.Statement, scope: Scope): Run<Completion | undefined> {
    switch (node.type) {
      case "ExpressionStatement":
        yield* this.evaluate(node.value, scope);
        return undefined;
      case "Assign":
        yield* this.assignAll(node, scope);
        return undefined;
      case "If": {
        const test = isTrue(yield* this.evaluate(node.test, scope));
        return yield* this.block(test ? node.body : node.orElse, scope);
      }
      case "For":
        return yield* this.for(node, scope);
      case "While":
        return yield* this.while(node, scope);
      case "Try":
        return yield* this.try(node, scope);
      case "Return":
        return { value: node.value === undefined ? null : yield* this.evaluate(node.value, scope) };
      case "Break":
        return "break";
      case "Continue":
        return "continue";
      default:
        yield* this.simple(node, scope);
        return undefined;
    }
  }

  /** Statements that always go on to the next one. */
  private *simple(node: ast.Statement, scope: Scope): Run<void> {
    switch (node.type) {
      case "AugmentedAssign":
        return yield* this.augment(node, scope);
      case "AnnotatedAssign":
        if (node.value !== undefined)
          yield* this.assign(node.target, yield* this.evaluate(node.value, scope), scope);
        return;
      case "FunctionDef":
        return yield* this.define(node, scope);
      case "Import":
        this.meter.step(node.names.length);
        importModule(this.options.modules(), node, scope);
        return;
      case "ImportFrom":
        this.meter.step(node.names.length);
        importFrom(this.options.modules(), node, scope);
        return;
      case "Raise":
        return yield* this.raise(node, scope);
      case "Assert":
        return yield* this.assert(node, scope);
      case "Delete":
        for (const target of node.targets) yield* this.delete(target, scope);
        return;
      case "ClassDef":
      case "With":
        throw outside(
          `manifests cannot use ${node.type === "With" ? "with" : "class"}`,
          "Use functions, lists and dicts.",
        );
      default:
        return;
    }
  }

  private *assignAll(node: ast.Assign, scope: Scope): Run<void> {
    const value = yield* this.evaluate(node.value, scope);
    for (const target of node.targets) yield* this.assign(target, value, scope);
  }

  protected *assign(target: ast.Expression, value: Value, scope: Scope): Run<void> {
    this.meter.step();
    switch (target.type) {
      case "Name":
        scope.set(target.name, value);
        return;
      case "Tuple":
      case "List":
        return yield* this.unpack(target.items, value, scope);
      case "Subscript": {
        const container = yield* this.evaluate(target.value, scope);
        return yield* setItem(this, container, yield* this.evaluate(target.index, scope), value);
      }
      default:
        throw outside("manifests cannot set this", "Set names, and items of lists and dicts.");
    }
  }

  private *unpack(targets: readonly ast.Expression[], value: Value, scope: Scope): Run<void> {
    const items = yield* toItems(this.meter, value);
    const star = targets.findIndex((target) => target.type === "Starred");
    const least = star < 0 ? targets.length : targets.length - 1;
    if (items.length < least) {
      throw valueError(
        `not enough values to unpack (expected ${star < 0 ? "" : "at least "}${least}, got ${items.length})`,
      );
    }
    if (star < 0 && items.length > least) throw valueError(`too many values to unpack (expected ${least})`);
    const extra = items.length - least;
    let next = 0;
    for (const target of targets) {
      if (target.type !== "Starred") yield* this.assign(target, items[next++] ?? null, scope);
      else {
        yield* this.assign(target.value, new PyList(items.slice(next, next + extra)), scope);
        next += extra;
      }
    }
  }

  private *augment(node: ast.AugmentedAssign, scope: Scope): Run<void> {
    const { target, operator } = node;
    if (target.type === "Subscript") {
      const container = yield* this.evaluate(target.value, scope);
      const index = yield* this.evaluate(target.index, scope);
      const right = yield* this.evaluate(node.value, scope);
      return yield* setItem(
        this,
        container,
        index,
        yield* inPlace(this, operator, getItem(this, container, index), right),
      );
    }
    if (target.type !== "Name")
      throw outside("manifests cannot change this", "Set names, and items of lists and dicts.");
    const left = scope.get(target.name);
    const right = yield* this.evaluate(node.value, scope);
    scope.set(target.name, yield* inPlace(this, operator, left, right));
  }

  private *delete(target: ast.Expression, scope: Scope): Run<void> {
    if (target.type === "Name") {
      scope.delete(target.name);
      return;
    }
    if (target.type === "Tuple" || target.type === "List") {
      for (const item of target.items) yield* this.delete(item, scope);
      return;
    }
    if (target.type !== "Subscript")
      throw outside("manifests cannot delete this", "Delete names, and items of lists and dicts.");
    const container = yield* this.evaluate(target.value, scope);
    deleteItem(this, container, yield* this.evaluate(target.index, scope));
  }

  private *for(node: ast.For, scope: Scope): Run<Completion | undefined> {
    if (node.isAsync) throw outside("manifests cannot use async", "Use a plain for.");
    const iterator = toIterator(yield* this.evaluate(node.iterable, scope));
    for (let item = yield* iterator.next(); item !== exhausted; item = yield* iterator.next()) {
      this.meter.step();
      yield* this.assign(node.target, item, scope);
      const completion = yield* this.block(node.body, scope);
      if (completion === "break") return undefined;
      if (typeof completion === "object") return completion;
    }
    return yield* this.block(node.orElse, scope);
  }

  private *while(node: ast.While, scope: Scope): Run<Completion | undefined> {
    while (isTrue(yield* this.evaluate(node.test, scope))) {
      const completion = yield* this.block(node.body, scope);
      if (completion === "break") return undefined;
      if (typeof completion === "object") return completion;
    }
    return yield* this.block(node.orElse, scope);
  }

  private *try(node: ast.Try, scope: Scope): Run<Completion | undefined> {
    let completion: Completion | undefined;
    try {
      completion = yield* this.tryBody(node, scope);
    } catch (error) {
      if (!(error instanceof Raised)) throw error;
      const final = yield* this.block(node.finalBody, scope);
      if (final !== undefined) return final;
      throw error;
    }
    return (yield* this.block(node.finalBody, scope)) ?? completion;
  }

  private *tryBody(node: ast.Try, scope: Scope): Run<Completion | undefined> {
    let completion: Completion | undefined;
    try {
      completion = yield* this.block(node.body, scope);
    } catch (error) {
      if (!(error instanceof Raised)) throw error;
      for (const handler of node.handlers) {
        if (yield* this.matches(handler.exception, error, scope))
          return yield* this.handle(handler, error, scope);
      }
      throw error;
    }
    return completion ?? (yield* this.block(node.orElse, scope));
  }

  private *matches(pattern: ast.Expression | undefined, error: Raised, scope: Scope): Run<boolean> {
    if (pattern === undefined) return true;
    const expected = yield* this.evaluate(pattern, scope);
    const types = typeof expected === "object" && expected?.kind === "tuple" ? expected.items : [expected];
    return types.some((type) => error.exception.type.isA(asExceptionType(type)));
  }

  private *handle(handler: ast.ExceptHandler, error: Raised, scope: Scope): Run<Completion | undefined> {
    if (handler.name !== undefined) scope.set(handler.name, error.exception);
    this.handling.push(error);
    try {
      return yield* this.block(handler.body, scope);
    } finally {
      this.handling.pop();
      if (handler.name !== undefined) scope.forget(handler.name);
    }
  }

  private *raise(node: ast.Raise, scope: Scope): Run<void> {
    if (node.exception === undefined) {
      throw this.handling.at(-1) ?? raised("RuntimeError", "No active exception to reraise");
    }
    const value = yield* this.evaluate(node.exception, scope);
    if (node.cause !== undefined) yield* this.evaluate(node.cause, scope);
    if (typeof value === "object" && value?.kind === "exception") {
      throw this.handling.find(({ exception }) => exception === value) ?? new Raised(value);
    }
    const made = yield* this.call(asExceptionType(value, "exceptions must derive from BaseException"), []);
    throw new Raised(made instanceof PyException ? made : new PyException(exceptionType("RuntimeError"), []));
  }

  private *assert(node: ast.Assert, scope: Scope): Run<void> {
    if (isTrue(yield* this.evaluate(node.test, scope))) return;
    throw raised(
      "AssertionError",
      node.message === undefined ? "" : toText(yield* this.evaluate(node.message, scope)),
    );
  }

  private *define(node: ast.FunctionDef, scope: Scope): Run<void> {
    if (node.isAsync || node.decorators.length > 0) {
      throw outside(`manifests cannot use ${node.isAsync ? "async" : "decorators"}`, "Use a plain function.");
    }
    scope.set(node.name, this.makeFunction(node, scope, yield* this.defaults(node.parameters, scope)));
  }

  protected makeFunction(
    node: ast.FunctionDef | ast.Lambda,
    scope: Scope,
    defaults: ReadonlyMap<string, Value>,
  ): PyFunction {
    const name = node.type === "Lambda" ? "<lambda>" : node.name;
    const names = this.namesOf(node, ({ parameters, body }) => functionNames(parameters, body));
    const file = this.frames.at(-1)?.file ?? "";
    const call = function* (this: Interpreter, inner: Scope): Run<Value> {
      if (node.type === "Lambda") return yield* this.evaluate(node.body, inner);
      const completion = yield* this.block(node.body, inner);
      if (typeof completion === "string") throw this.located(misplaced(completion));
      return completion === undefined ? null : completion.value;
    };
    return new PyFunction(name, (args) => {
      const inner = scope.inner(names);
      this.meter.step(node.parameters.length);
      bindParameters(this.meter, name, node.parameters, defaults, args, inner);
      const body = call.call(this, inner);
      return names.yields ? this.generator(file, body) : this.inFrame({ file, line: node.line }, body);
    });
  }

  // eslint-disable-next-line require-yield -- making it needs no waiting
  private *generator(file: string, body: Run<Value>): Run<Value> {
    const next = yielding(body);
    return new PyIterator("generator", () => this.inFrame({ file, line: 0 }, next()));
  }
}

function misplaced(completion: Completion): Refused {
  if (typeof completion === "object") return new Refused("syntax-error", "'return' outside function");
  return new Refused("syntax-error", `'${completion}' outside loop`);
}

function asExceptionType(
  value: Value,
  message = "catching classes that do not inherit from BaseException is not allowed",
): PyType {
  if (typeof value === "object" && value?.kind === "type" && isExceptionType(value)) return value;
  throw typeError(message);
}
