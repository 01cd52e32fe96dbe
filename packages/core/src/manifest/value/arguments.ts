// How the parameters of a built-in function take the arguments of a call, with CPython's messages.

import { raised, typeError } from "./exceptions.js";
import { typeName } from "./types.js";
import type { Arguments, Value } from "./values.js";

/** The parameters of a builtin. */
export interface Signature {
  /** As messages name it: "ManifestFile.module". */
  readonly name: string;
  /** Parameters in their order. */
  readonly parameters: readonly string[];
  /** How many of them have no default. */
  readonly required: number;
  /** True where other keywords are taken as well. */
  readonly extra?: boolean;
  /** True where messages count a `self` that the caller does not write. */
  readonly method?: boolean;
}

/** The arguments by name, defaults left out, and what else was given by keyword. */
export interface BoundArguments {
  readonly named: ReadonlyMap<string, Value>;
  readonly extra: ReadonlyMap<string, Value>;
}

/** @throws Raised TypeError for arguments that do not fit */
export function bindArguments(signature: Signature, args: Arguments): BoundArguments {
  const { name, parameters, required } = signature;
  if (args.positional.length > parameters.length) throw tooMany(signature, args.positional.length);
  const named = new Map<string, Value>();
  args.positional.forEach((value, i) => named.set(parameters[i] ?? "", value));
  const extra = new Map<string, Value>();
  for (const [key, value] of args.keywords) {
    if (!parameters.includes(key)) {
      if (signature.extra !== true) throw typeError(`${name}() got an unexpected keyword argument '${key}'`);
      extra.set(key, value);
    } else if (named.has(key)) {
      throw typeError(`${name}() got multiple values for argument '${key}'`);
    } else named.set(key, value);
  }
  // By position they are all there; a list of those missing is made for few.
  if (args.positional.length < required) {
    const missing = parameters.slice(0, required).filter((parameter) => !named.has(parameter));
    if (missing.length > 0) throw missingArguments(name, missing);
  }
  return { named, extra };
}

function tooMany({ parameters, required, name, method }: Signature, given: number): Error {
  const self = method === true ? 1 : 0;
  const most = parameters.length + self;
  const range = required === parameters.length ? String(most) : `from ${required + self} to ${most}`;
  const noun = most === 1 ? "argument" : "arguments";
  return typeError(`${name}() takes ${range} positional ${noun} but ${given + self} were given`);
}

/** What to throw where arguments without a default were not given. */
export function missingArguments(name: string, missing: readonly string[]): Error {
  const quoted = missing.map((parameter) => `'${parameter}'`);
  const last = quoted.pop() ?? "";
  const list = quoted.length === 0 ? last : `${quoted.join(", ")}${quoted.length > 1 ? "," : ""} and ${last}`;
  const noun = missing.length === 1 ? "argument" : "arguments";
  return typeError(`${name}() missing ${missing.length} required positional ${noun}: ${list}`);
}

/** The positional arguments of a builtin that takes from `least` to `most` of them, and the keywords in `known`. */
export function positional(
  name: string,
  args: Arguments,
  least: number,
  most: number,
  known: readonly string[] = [],
): readonly Value[] {
  const count = args.positional.length;
  if (count < least || count > most) {
    const expected =
      least === most ? `exactly ${least}` : count < least ? `at least ${least}` : `at most ${most}`;
    throw typeError(
      `${name}() takes ${expected} argument${expected.endsWith(" 1") ? "" : "s"} (${count} given)`,
    );
  }
  for (const key of args.keywords.keys()) {
    if (!known.includes(key)) throw typeError(`${name}() got an unexpected keyword argument '${key}'`);
  }
  return args.positional;
}

/** A text argument. @throws Raised TypeError */
export function textArgument(value: Value | undefined, what: string): string {
  if (typeof value === "string") return value;
  throw typeError(`${what} must be str, not ${typeName(value ?? null)}`);
}

/** A path argument, worded as os functions word it. @throws Raised TypeError */
export function pathArgument(value: Value | undefined): string {
  if (typeof value !== "string") {
    throw typeError(`expected str, bytes or os.PathLike object, not ${typeName(value ?? null)}`);
  }
  if (value.includes("\0")) throw raised("ValueError", "embedded null byte");
  return value;
}
