// Which file an import loads on a board, and what else has that name and is hidden by it. Pure: it is told what is on
// the board. Follows py/builtinimport.c of MicroPython 1.28; CircuitPython 10 differs in its order of packages.

import type { Environment } from "../environment.js";
import { extensibleModules } from "./extensible-modules.js";

/** Something an import statement can load. */
export type ImportLocation =
  /** In the firmware's C code. */
  | { readonly type: "builtin"; readonly name: string }
  /** Frozen into the firmware; `name` is dotted. */
  | { readonly type: "frozen"; readonly name: string; readonly isPackage: boolean }
  /** A directory, with the `__init__` file that runs (null: none, an empty package) and one that this hides. */
  | {
      readonly type: "package";
      readonly path: string;
      readonly init: string | null;
      readonly hiddenInit: string | null;
    }
  /** A .py or .mpy file. */
  | { readonly type: "module"; readonly path: string };

/** What {@link resolveImport} finds. */
export interface ImportResult {
  /** What is loaded; null when the import fails. */
  readonly found: ImportLocation | null;
  /** What has the name too and is never loaded, in the order in which it would be. */
  readonly hidden: readonly ImportLocation[];
}

/** Says what is at an absolute path. */
export type PathLookup = (path: string) => "file" | "directory" | null;

/** What of an environment decides; a whole {@link Environment} fits. */
export type ImportEnvironment = Pick<
  Environment,
  "implementation" | "sysPath" | "frozenModules" | "builtinModules"
>;

/**
 * What `import name` loads.
 * @param name - dotted, absolute: "aiohttp.client"
 * @param files - absolute paths of files (with "/" at the end: of empty directories), or a function that looks one up
 * @param environment - `sys.path` entries that are not absolute count from "/", where boards start
 */
export function resolveImport(
  name: string,
  files: Iterable<string> | PathLookup,
  environment: ImportEnvironment,
): ImportResult {
  const lookup = typeof files === "function" ? files : lookupIn(files);
  const [top = "", ...rest] = name.split(".");
  let result = split(topLevel(top, { lookup, environment }));
  let dotted = top;
  for (const part of rest) {
    dotted = `${dotted}.${part}`;
    result = split(inPackage(result.found, part, { lookup, environment, dotted }));
  }
  return result;
}

interface Context {
  readonly lookup: PathLookup;
  readonly environment: ImportEnvironment;
}

function split(locations: readonly ImportLocation[]): ImportResult {
  const [found = null, ...hidden] = locations;
  return { found, hidden };
}

function topLevel(name: string, context: Context): ImportLocation[] {
  const { environment } = context;
  const isBuiltin = environment.builtinModules?.includes(name) === true || isForced(name, environment);
  const builtin: ImportLocation[] = isBuiltin ? [{ type: "builtin", name }] : [];
  const others = searchPath(environment).flatMap((entry) =>
    entry === ".frozen" ? frozen(name, environment) : inDirectory(`${entry}/${name}`, context),
  );
  return extensibleModules.has(name) ? [...others, ...builtin] : [...builtin, ...others];
}

/** "utime" is always the built-in "time". */
function isForced(name: string, environment: ImportEnvironment): boolean {
  const rest = name.slice(1);
  return (
    name.startsWith("u") && extensibleModules.has(rest) && environment.builtinModules?.includes(rest) === true
  );
}

/** `sys.path` as prefixes of absolute paths: "" for "/". Without a `sys.path`, the current directory is searched. */
export function searchPath(environment: Pick<Environment, "sysPath">): string[] {
  const entries = environment.sysPath.length === 0 ? [""] : environment.sysPath;
  return entries.map((entry) => {
    if (entry === ".frozen") return entry;
    const absolute = entry.startsWith("/") ? entry : `/${entry}`;
    return absolute.replace(/\/+$/u, "");
  });
}

function inPackage(
  parent: ImportLocation | null,
  part: string,
  context: Context & { dotted: string },
): ImportLocation[] {
  if (parent?.type === "package") return inDirectory(`${parent.path}/${part}`, context);
  if (parent?.type === "frozen" && parent.isPackage) return frozen(context.dotted, context.environment);
  return [];
}

function frozen(name: string, { frozenModules }: ImportEnvironment): ImportLocation[] {
  const isPackage = frozenModules?.some((other) => other.startsWith(`${name}.`)) === true;
  if (!isPackage && frozenModules?.includes(name) !== true) return [];
  return [{ type: "frozen", name, isPackage }];
}

/** What is at "<directory>/<name>", best first: MicroPython takes any directory before a file of that name. */
function inDirectory(path: string, { lookup, environment }: Context): ImportLocation[] {
  const modules = [`${path}.py`, `${path}.mpy`]
    .filter((file) => lookup(file) === "file")
    .map((file) => ({ type: "module", path: file }) as const);
  if (lookup(path) !== "directory") return modules;
  const [init = null, hiddenInit = null] = [`${path}/__init__.py`, `${path}/__init__.mpy`].filter(
    (file) => lookup(file) === "file",
  );
  const directory = { type: "package", path, init, hiddenInit } as const;
  const isLast = environment.implementation === "circuitpython" && init === null;
  return isLast ? [...modules, directory] : [directory, ...modules];
}

function lookupIn(files: Iterable<string>): PathLookup {
  const types = new Map<string, "file" | "directory">();
  for (const file of files) {
    const isDirectory = file.endsWith("/");
    const path = isDirectory ? file.slice(0, -1) : file;
    types.set(path, isDirectory ? "directory" : "file");
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      types.set(path.slice(0, end), "directory");
    }
  }
  return (path) => types.get(path) ?? null;
}

/** The dotted name under which a path below a `sys.path` entry is imported; null for what cannot be. */
export function moduleName(path: string): string | null {
  const match = /^(.+)\.m?py$/u.exec(path);
  if (!match) return null;
  const parts = (match[1] ?? "").split("/");
  if (parts.length > 1 && parts.at(-1) === "__init__") parts.pop();
  return parts.every((part) => /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(part)) ? parts.join(".") : null;
}

/** A location in words: "/lib/foo.py", "the built-in module foo". */
export function describeLocation(location: ImportLocation): string {
  if (location.type === "builtin") return `the built-in module ${location.name}`;
  if (location.type === "frozen") return `the frozen module ${location.name}`;
  return location.type === "package" ? `${location.path}/` : location.path;
}
