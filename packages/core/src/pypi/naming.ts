// The naming convention of micropython-lib: the module `foo` is in the distribution package `micropython-foo`.
// Source: docs/reference/packages.rst of MicroPython 1.18. Folding of names is PEP 503's.

const prefix = "micropython-";

/** Distributions of other families have their own prefix, and no second one before it. */
const prefixed = /^(micropython|pycopy|circuitpython|adafruit)[-_.]/i;

/** The distribution of a module or package of Python: "micropython-foo" of "foo"; a name that has a prefix stays as it is. */
export function distributionName(module: string): string {
  return prefixed.test(module) ? module : prefix + module;
}

/** The module of a distribution: "foo" of "micropython-foo"; a name without the prefix stays as it is. */
export function moduleName(distribution: string): string {
  return distribution.replace(/^micropython[-_.](?=.)/i, "");
}

/** The name as indexes compare it: lower case, with one "-" for each run of "-", "_" and ".". */
export function foldName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

/** A name to ask an index for. */
export interface NameCandidate {
  readonly name: string;
  /** True: an answer counts only when it is made for MicroPython. */
  readonly onlyMicroPython: boolean;
}

/**
 * What may be meant by a name, the likeliest first: for "foo" `micropython-foo`, then "foo" itself; for
 * "micropython-foo" that, then a "foo" that is made for MicroPython. Each as it is written, then folded.
 */
export function nameCandidates(name: string, useConvention: boolean): NameCandidate[] {
  const distribution = useConvention ? distributionName(name) : name;
  const module = useConvention ? moduleName(name) : name;
  const found = new Map<string, NameCandidate>();
  for (const [text, onlyMicroPython] of [
    [distribution, false],
    [name, false],
    [module, true],
  ] as const) {
    for (const form of [text, foldName(text)])
      if (!found.has(form)) found.set(form, { name: form, onlyMicroPython });
  }
  return [...found.values()];
}
