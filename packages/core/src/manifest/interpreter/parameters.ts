// How the parameters of a manifest's own function take the arguments of a call.

import type { Parameter } from "../../python/ast.js";
import { missingArguments } from "../value/arguments.js";
import { dictOf } from "../value/dict.js";
import { typeError } from "../value/exceptions.js";
import type { Meter } from "../value/meter.js";
import { PyTuple, type Arguments, type Value } from "../value/values.js";
import type { Scope } from "./scope.js";

interface Split {
  /** Parameters that take positional arguments. */
  readonly plain: readonly string[];
  readonly keywordOnly: readonly string[];
  /** The name behind `*`, and that behind `**`. */
  readonly rest: string | undefined;
  readonly keywords: string | undefined;
}

function splitParameters(parameters: readonly Parameter[]): Split {
  const star = parameters.findIndex(({ kind }) => kind === "star");
  const names = (list: readonly Parameter[]): string[] =>
    list.flatMap(({ kind, name }) => (kind === "plain" && name !== undefined ? [name] : []));
  return {
    plain: names(star < 0 ? parameters : parameters.slice(0, star)),
    keywordOnly: star < 0 ? [] : names(parameters.slice(star)),
    rest: parameters[star]?.name,
    keywords: parameters.find(({ kind }) => kind === "double-star")?.name,
  };
}

/** Sets the parameters in the scope of the call. @throws Raised TypeError for arguments that do not fit */
export function bindParameters(
  meter: Meter,
  name: string,
  parameters: readonly Parameter[],
  defaults: ReadonlyMap<string, Value>,
  args: Arguments,
  scope: Scope,
): void {
  const split = splitParameters(parameters);
  const values = bindPositional(name, split, args, scope);
  bindKeywords(meter, name, split, args, values, scope);
  const all = [...split.plain, ...split.keywordOnly];
  for (const [parameter, value] of defaults) if (!values.has(parameter)) values.set(parameter, value);
  const missing = all.filter((parameter) => !values.has(parameter));
  if (missing.length > 0) throw missingArguments(name, missing);
  for (const [parameter, value] of values) scope.set(parameter, value);
}

function bindPositional(
  name: string,
  { plain, rest }: Split,
  args: Arguments,
  scope: Scope,
): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const [i, value] of args.positional.slice(0, plain.length).entries())
    values.set(plain[i] ?? "", value);
  const more = args.positional.slice(plain.length);
  if (rest !== undefined) scope.set(rest, new PyTuple(more));
  else if (more.length > 0) {
    const noun = plain.length === 1 ? "argument" : "arguments";
    throw typeError(
      `${name}() takes ${plain.length} positional ${noun} but ${args.positional.length} were given`,
    );
  }
  return values;
}

function bindKeywords(
  meter: Meter,
  name: string,
  split: Split,
  args: Arguments,
  values: Map<string, Value>,
  scope: Scope,
): void {
  const extra: (readonly [Value, Value])[] = [];
  for (const [key, value] of args.keywords) {
    if (values.has(key)) throw typeError(`${name}() got multiple values for argument '${key}'`);
    if (split.plain.includes(key) || split.keywordOnly.includes(key)) values.set(key, value);
    else if (split.keywords !== undefined) extra.push([key, value]);
    else throw typeError(`${name}() got an unexpected keyword argument '${key}'`);
  }
  if (split.keywords !== undefined) scope.set(split.keywords, dictOf(meter, extra));
}
