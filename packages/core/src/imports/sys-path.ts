// Another search order, set by the program itself as it starts, and taken back without a trace. MicroPython runs boot.py
// and main.py in one interpreter; CircuitPython gives code.py a new one, with the sys.path of the firmware.

import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";
import type { Target, TargetCallOptions } from "../targets/target.js";
import { topNames } from "./doctor/situation.js";
import { entryFiles, entryLists } from "./entry-files.js";
import { type FileIndex, indexFiles } from "./file-index.js";
import type { Fix } from "./finding.js";
import { readFiles } from "./import-graph.js";
import { type ImportLocation, resolveImport } from "./resolve-import.js";
import { withoutSysPath, withSysPath } from "./sys-path-block.js";

/** What {@link planSysPath} takes. */
export interface SysPathOptions extends TargetCallOptions {
  /** The file to set it in, which is made where it is not there. By default boot.py, on CircuitPython the program. */
  readonly path?: string | undefined;
  /** What runs the code; the target is asked by default. */
  readonly environment?: Environment | undefined;
}

/** A module that another file, or the firmware, will be loaded for. */
export interface ChangedImport {
  readonly module: string;
  readonly before: ImportLocation | null;
  readonly after: ImportLocation | null;
}

/** What a change of `sys.path` means. Nothing has been changed. */
export interface SysPathPlan {
  /** The file that sets it. */
  readonly path: string;
  /** `sys.path` from the next start on; null: what the firmware sets. */
  readonly sysPath: readonly string[] | null;
  /** Modules that will be loaded from elsewhere, sorted by name; empty when the order of the firmware is not known. */
  readonly changed: readonly ChangedImport[];
  /** The change of the file, for `planFix` and `applyFix`; without changes when all is so already. */
  readonly fix: Fix;
}

/**
 * Plans another `sys.path`.
 * @param order - "files-first" puts frozen modules last, so that files replace them; "firmware" takes an earlier change
 * back; or the entries themselves
 * @throws `invalid-argument` for an order that leaves frozen modules out; `conflict` when the file has half a block
 */
export async function planSysPath(
  target: Target,
  order: "files-first" | "firmware" | readonly string[],
  options: SysPathOptions = {},
): Promise<SysPathPlan> {
  const { signal } = options;
  const environment = options.environment ?? (await target.environment({ signal }));
  const index = await indexFiles(target, environment, { signal });
  const path = options.path ?? usualFile(index, environment);
  const sysPath = order === "firmware" ? null : wantedPath(order, environment);
  const isThere = index.lookup(path) === "file";
  const [program = null] = isThere ? await readFiles(target, [path], signal) : [];
  if (isThere && program === null) throw new UpyError("io-error", `${path} cannot be read.`);
  return {
    path,
    sysPath,
    changed: sysPath === null ? [] : changedBy(sysPath, index, environment),
    fix: fixOf(path, program, sysPath),
  };
}

function usualFile({ lookup }: FileIndex, environment: Environment): string {
  if (environment.implementation !== "circuitpython") return "/boot.py";
  const program = entryLists(environment)[2] ?? [];
  const started = entryFiles((path) => lookup(path) === "file", environment);
  return started.find((path) => program.includes(path.slice(1))) ?? "/code.py";
}

function wantedPath(order: "files-first" | readonly string[], { sysPath }: Environment): readonly string[] {
  if (sysPath.length === 0) throw new UpyError("unsupported", "The board has no sys.path.");
  if (order === "files-first")
    return [
      ...sysPath.filter((entry) => entry !== ".frozen"),
      ...sysPath.filter((entry) => entry === ".frozen"),
    ];
  if (order.length === 0 || (sysPath.includes(".frozen") && !order.includes(".frozen"))) {
    throw new UpyError(
      "invalid-argument",
      "Without .frozen, modules of the firmware could not be imported any more.",
      {
        hint: 'Put ".frozen" at the end to have files come first.',
      },
    );
  }
  return [...new Set(order)];
}

function changedBy(sysPath: readonly string[], index: FileIndex, environment: Environment): ChangedImport[] {
  const frozen = (environment.frozenModules ?? []).filter((name) => !name.includes("."));
  const names = new Set([
    ...topNames({ index, environment }),
    ...topNames({ index, environment: { ...environment, sysPath } }),
    ...frozen,
  ]);
  return [...names].sort().flatMap((module) => {
    const before = resolveImport(module, index.lookup, environment).found;
    const after = resolveImport(module, index.lookup, { ...environment, sysPath }).found;
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ module, before, after }];
  });
}

function fixOf(path: string, program: Uint8Array | null, sysPath: readonly string[] | null): Fix {
  if (sysPath === null) {
    const rest = program === null ? null : withoutSysPath(program);
    const title = `Take the change of sys.path out of ${path}`;
    if (program === null || (rest !== null && isSame(rest, program))) return { title, changes: [] };
    return {
      title,
      changes: [rest === null ? { type: "remove", path } : { type: "write", path, content: rest }],
    };
  }
  const content = withSysPath(program, sysPath);
  const title = `Set sys.path in ${path}`;
  return {
    title,
    changes: program !== null && isSame(program, content) ? [] : [{ type: "write", path, content }],
  };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
