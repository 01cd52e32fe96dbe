// Whether a source distribution was made for CPython or for MicroPython. Nothing says so for certain; sdist_upip left
// signs by what it took out.

/** What is known of an archive. */
export interface ArchiveFacts {
  /** Paths below the folder of the distribution. */
  readonly paths: readonly string[];
  /** Text of PKG-INFO, "" when there is none. */
  readonly info: string;
  readonly window: 4096 | 32768;
}

const classifier = /^Classifier:\s*Programming Language :: Python :: Implementation :: MicroPython\s*$/im;

/** Whom an archive was made for, and what speaks for CPython. An author who names MicroPython is believed. */
export function signsOfCpython({ paths, info, window }: ArchiveFacts): {
  madeFor: "micropython" | "cpython";
  signs: string[];
} {
  const signs = [
    ...["setup.py", "pyproject.toml", "PKG-INFO"]
      .filter((name) => paths.includes(name))
      .map((name) => `it has a ${name}`),
    ...(paths.some((path) => /\.(c|cpp|pyx|h|rs)$/.test(path)) ? ["it has sources to be compiled"] : []),
    ...(window > 4096 ? ["a small board could not unpack it: it was packed with a window of 32 KB"] : []),
  ];
  return { madeFor: signs.length === 0 || classifier.test(info) ? "micropython" : "cpython", signs };
}

/** Whether an index lists a distribution as one for MicroPython. */
export function isListedForMicroPython(classifiers: readonly string[]): boolean {
  return classifiers.some((one) => classifier.test(`Classifier: ${one}`));
}
