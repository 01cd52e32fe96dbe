// What a .py or .mpy file imports, in one shape for both. It does not know where modules are.

import { isUpyError } from "../errors.js";
import { parse } from "../python/parse.js";
import { scanImportCalls, scanImports, type ScannedImport } from "../python/scan-imports.js";
import { PythonSyntaxError } from "../python/syntax-error.js";
import { tokenize } from "../python/parse.js";
import { scanBytecode } from "./scan-bytecode.js";

/** An import of a file. */
export interface FileImport extends ScannedImport {
  /** An import statement, or a call like `__import__("a")`. */
  readonly kind: "statement" | "call";
}

/** What a file says about imports. */
export interface FileScan {
  readonly imports: readonly FileImport[];
  /** How often the file has the name in it: if it has it in imports only, or never, its module has no such attribute of its own. */
  mentions(name: string): number;
}

/** Why a file could not be read. */
export interface ScanProblem {
  readonly code: "syntax-error" | "invalid-mpy";
  readonly message: string;
  /** From 1; null where it is not known. */
  readonly line: number | null;
}

/** Scans a file, by the end of its name. Code that cannot be read is an answer, not an error. */
export function scanFile(path: string, content: Uint8Array): FileScan | ScanProblem {
  try {
    return /\.mpy$/iu.test(path) ? scanBytecode(content) : scanSource(content);
  } catch (error) {
    if (error instanceof PythonSyntaxError) return problem("syntax-error", error.message, error.line);
    if (isUpyError(error, "syntax-error")) return problem("syntax-error", error.message, 0);
    if (isUpyError(error, "invalid-mpy")) return problem("invalid-mpy", error.message, 0);
    throw error;
  }
}

function problem(code: ScanProblem["code"], message: string, line: number): ScanProblem {
  return { code, message, line: line === 0 ? null : line };
}

/** Names with which a module can get attributes that are not written in it. */
const dynamicNames = ["__getattr__", "globals", "setattr", "exec", "modules"];

function scanSource(content: Uint8Array): FileScan {
  const tree = parse(content);
  const statements = scanImports(tree).map((found) => ({ ...found, kind: "statement" as const }));
  const calls = scanImportCalls(tree).map(
    (call) => ({ ...call, level: 0, names: undefined, guard: null, kind: "call" }) as const,
  );
  const imports = [...statements, ...calls].sort((a, b) => a.line - b.line || a.column - b.column);
  return { imports, mentions: mentioning(imports, () => namesOf(content)) };
}

function namesOf(content: Uint8Array): string[] {
  return [...tokenize(content)].flatMap(({ type, text }) => (type === "name" ? [text] : []));
}

/** Answers {@link FileScan.mentions}. With `import *`, or attributes made as it runs, a module may have any name. */
export function mentioning(
  imports: readonly FileImport[],
  collect: () => readonly string[],
): FileScan["mentions"] {
  let counts: Map<string, number> | undefined;
  const hasStar = imports.some((found) => found.names === "*");
  return (name) => {
    counts ??= countsOf(collect());
    const known = counts;
    if (hasStar || dynamicNames.some((dynamic) => known.has(dynamic))) return Infinity;
    return known.get(name) ?? 0;
  };
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
