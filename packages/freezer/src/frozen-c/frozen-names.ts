// C names of modules, functions and constants: each is given once.

/** The names given so far. */
export class FrozenNames {
  readonly #modules = new Map<string, number>();
  readonly #codes = new Map<string, number>();
  readonly #constants = new Map<string, number>();

  module(name: string): string {
    return unique(this.#modules, name);
  }

  code(name: string): string {
    return unique(this.#codes, name);
  }

  /** The second object of a tuple in `a` and the second constant of `a_0` would have one name. */
  constant(name: string): string {
    return unique(this.#constants, name);
  }
}

/** `taken` has the number from which on to look for a free one: a module can have thousands of lambdas. */
function unique(taken: Map<string, number>, name: string): string {
  let free = name;
  let number = taken.get(name) ?? 1;
  while (taken.has(free)) free = name + String(++number);
  taken.set(name, number);
  if (free !== name) taken.set(free, 1);
  return free;
}
