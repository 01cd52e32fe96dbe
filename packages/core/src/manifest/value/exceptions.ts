// Python's exceptions as a manifest sees them, and the two ways evaluation stops: `Raised` can be caught by the
// manifest's own `except`, `Refused` can not (limits, what lies outside, the host's errors).

import type { UpyErrorCode } from "../../errors.js";
import { types } from "./types.js";
import { PyException, PyType, type Value } from "./values.js";

/** A line of a manifest. */
export interface Place {
  readonly file: string;
  /** From 1; 0 where it is not known. */
  readonly line: number;
}

/** What both carry to the report: where it happened and through which manifests. */
interface Located {
  /** Innermost first; empty until the statement that failed is known. */
  trace: readonly Place[];
}

/** A Python exception on its way up. */
export class Raised extends Error implements Located {
  trace: readonly Place[] = [];
  constructor(
    readonly exception: PyException,
    /** What the caller of upykit is told it is. */
    readonly code: UpyErrorCode = "invalid-manifest",
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(exception.type.name, options);
  }
}

/** An end that no `except` can stop. */
export class Refused extends Error implements Located {
  trace: readonly Place[] = [];
  constructor(
    readonly code: UpyErrorCode,
    message: string,
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Each exception type with its base. Manifest* are manifestfile.py's own, which a manifest cannot name. */
const hierarchy = `BaseException: Exception SystemExit KeyboardInterrupt GeneratorExit
Exception: ArithmeticError AssertionError AttributeError EOFError ImportError LookupError NameError OSError RuntimeError StopIteration SyntaxError TypeError ValueError ManifestFileError ManifestIgnoreException ManifestUsePyPIException Warning
ArithmeticError: ZeroDivisionError OverflowError
ImportError: ModuleNotFoundError
LookupError: IndexError KeyError
NameError: UnboundLocalError
OSError: FileNotFoundError FileExistsError IsADirectoryError NotADirectoryError PermissionError
RuntimeError: NotImplementedError RecursionError
ValueError: UnicodeError
Warning: UserWarning DeprecationWarning RuntimeWarning`;

function buildHierarchy(): Map<string, PyType> {
  const table = new Map([["BaseException", new PyType("BaseException", types.object)]]);
  for (const line of hierarchy.split("\n")) {
    const [base = "", names = ""] = line.split(": ");
    for (const name of names.split(" ")) table.set(name, new PyType(name, table.get(base) ?? null));
  }
  return table;
}

/** The exception types by name. */
export const exceptionTypes: ReadonlyMap<string, PyType> = /* @__PURE__ */ buildHierarchy();

/** The type of that name. */
export function exceptionType(name: string): PyType {
  return exceptionTypes.get(name) ?? types.object;
}

/** True when `type` is one that can be raised. */
export function isExceptionType(type: PyType): boolean {
  return type.isA(exceptionType("BaseException"));
}

/** What to throw for a Python exception with this message. */
export function raised(type: string, message: string, code?: UpyErrorCode, hint?: string): Raised {
  return new Raised(new PyException(exceptionType(type), [message]), code, hint);
}

export function typeError(message: string): Raised {
  return raised("TypeError", message);
}

export function valueError(message: string): Raised {
  return raised("ValueError", message);
}

/** What to throw for a key that is not there. */
export function keyError(key: Value): Raised {
  return new Raised(new PyException(exceptionType("KeyError"), [key]));
}

const errors: ReadonlyMap<string, readonly [number, string]> = /* @__PURE__ */ new Map([
  ["FileNotFoundError", [2, "No such file or directory"]],
  ["IsADirectoryError", [21, "Is a directory"]],
  ["NotADirectoryError", [20, "Not a directory"]],
] as const);

/** What to throw where the file system says no, as Python words it. */
export function osError(type: string, path: Value): Raised {
  const [errno, strerror] = errors.get(type) ?? [5, "Input/output error"];
  const attributes = new Map<string, Value>([
    ["errno", BigInt(errno)],
    ["strerror", strerror],
    ["filename", path],
  ]);
  const exception = new PyException(exceptionType(type), [BigInt(errno), strerror], attributes);
  return new Raised(exception, type === "FileNotFoundError" ? "file-not-found" : "not-directory");
}

/** What to throw for Python that this evaluator does not have. */
export function outside(what: string, hint: string): Refused {
  return new Refused("invalid-manifest", what, hint);
}
