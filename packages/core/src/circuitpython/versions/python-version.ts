// What a Python source says in `__version__ = "…"` at its top level, read off the syntax tree.

import { isUpyError } from "../../errors.js";
import type { Module, Statement } from "../../python/ast.js";
import { parse } from "../../python/parse.js";

/** What reading a source for its version gives. */
export type ReadVersion =
  /** `version` is null where the file says none. */
  | { readonly type: "read"; readonly version: string | null }
  /** The file is damaged; `message` says how. */
  | { readonly type: "damaged"; readonly message: string };

/** The last `__version__ = "…"` of a source. A source that does not parse is damaged. */
export function pythonVersion(source: Uint8Array, path: string): ReadVersion {
  let tree: Module;
  try {
    tree = parse(source, { filename: path });
  } catch (error) {
    if (!isUpyError(error)) throw error;
    return { type: "damaged", message: error.message };
  }
  return { type: "read", version: assigned(tree.body) };
}

function assigned(body: readonly Statement[]): string | null {
  let version: string | null = null;
  for (const statement of body) version = assignedIn(statement) ?? version;
  return version;
}

function assignedIn(statement: Statement): string | null {
  if (statement.type === "If" || statement.type === "Try") {
    return assigned(statement.body) ?? assigned(statement.orElse);
  }
  if (statement.type === "Assign") {
    const isVersion = statement.targets.some((one) => one.type === "Name" && one.name === "__version__");
    return isVersion && statement.value.type === "String" ? statement.value.value : null;
  }
  if (statement.type !== "AnnotatedAssign" || statement.value?.type !== "String") return null;
  const { target, value } = statement;
  return target.type === "Name" && target.name === "__version__" ? value.value : null;
}
