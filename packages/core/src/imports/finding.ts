// What the doctor finds: a value that a program can sort by code, a person can read, and planFix can act on.

/**
 * What is wrong.
 *
 * The program does not start or run:
 * - `missing-module`: nothing provides a module that is imported.
 * - `missing-piece`: the package is there, the submodule that is imported is not.
 * - `wrong-case`: the file differs from the import in upper and lower case only.
 * - `relative-import`: a relative import leads out of its package, as every one of a started file does.
 * - `invalid-source`: a file does not parse.
 * - `unreadable-file`: a file cannot be read, or is too large to look into.
 * - `unloadable-bytecode`: an .mpy file is damaged, or for another interpreter.
 * - `dependency-missing`, `dependency-too-old`: an installed package needs another one.
 *
 * Another file is loaded than one would think:
 * - `source-hides-bytecode`: a .py file beside the .mpy file of its name; the search takes the .py, whichever is newer.
 * - `directory-hides-module`: a directory without `__init__` has the name of a module beside it.
 * - `hides-library`: a file comes before another one of its name in a later directory of `sys.path`.
 * - `overrides-frozen`, `overrides-builtin`: a file comes before a module of the firmware.
 * - `hidden-by-builtin`: a file has the name of a built-in module, which is always taken.
 * - `never-started`: a program that the board does not start, because another one comes first: main.py beside code.py.
 * - `imports-itself`: a file imports the library that it is named after, and gets itself.
 *
 * Files that no import reaches:
 * - `frozen-already`: the module is frozen into the firmware and found there first.
 * - `duplicate-copy`: the same contents are found earlier on `sys.path`.
 * - `nested-folder`: a library lies one folder too deep.
 * - `unimportable-name`: a file cannot be imported by its name.
 * - `dropping`: a computer left it there; no board uses it.
 */
export type FindingCode =
  | "missing-module"
  | "missing-piece"
  | "wrong-case"
  | "relative-import"
  | "invalid-source"
  | "unreadable-file"
  | "unloadable-bytecode"
  | "dependency-missing"
  | "dependency-too-old"
  | "source-hides-bytecode"
  | "directory-hides-module"
  | "hides-library"
  | "overrides-frozen"
  | "overrides-builtin"
  | "hidden-by-builtin"
  | "never-started"
  | "imports-itself"
  | "frozen-already"
  | "duplicate-copy"
  | "nested-folder"
  | "unimportable-name"
  | "dropping";

/** How bad it is: the program fails; it may not do what one expects; it is good to know. */
export type FindingSeverity = "error" | "warning" | "info";

/** One thing that the doctor found. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** One or two sentences for people. */
  readonly message: string;
  /** The module that it is about, dotted; null where it is about a file that is none. */
  readonly module: string | null;
  /** The files concerned, the one that is wrong first. */
  readonly files: readonly string[];
  /** The imports concerned. */
  readonly imports: readonly ImportPlace[];
  /** Packages whose installing would mend it: import names. */
  readonly install: readonly string[];
  /** What can be done with the files, the best first; empty where a person has to think. */
  readonly fixes: readonly Fix[];
}

/** Where an import stands. */
export interface ImportPlace {
  readonly path: string;
  readonly line: number;
}

/** One way to mend a {@link Finding}; `planFix` looks at what it would do, `applyFix` does it. */
export interface Fix {
  /** What it does, as a command: "Remove /lib/neopixel.py". */
  readonly title: string;
  readonly changes: readonly FixChange[];
}

/** A change to files. */
export type FixChange =
  | { readonly type: "remove"; readonly path: string }
  /** Only where nothing is at `to`. */
  | { readonly type: "move"; readonly from: string; readonly to: string }
  /** Makes or replaces a file. */
  | { readonly type: "write"; readonly path: string; readonly content: Uint8Array };

/** A finding with the usual parts filled in. */
export function finding(
  code: FindingCode,
  severity: FindingSeverity,
  message: string,
  parts: Partial<Finding> = {},
): Finding {
  return { code, severity, message, module: null, files: [], imports: [], install: [], fixes: [], ...parts };
}

/** The fix that removes files. */
export function removal(paths: readonly string[], title = `Remove ${paths.join(" and ")}`): Fix {
  return { title, changes: paths.map((path) => ({ type: "remove", path })) };
}

/** The fix that moves one file. */
export function move(from: string, to: string): Fix {
  return { title: `Rename ${from} to ${to}`, changes: [{ type: "move", from, to }] };
}
