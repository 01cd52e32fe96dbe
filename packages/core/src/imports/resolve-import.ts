// Which file an import loads on a board, and what else has that name and is hidden by it. Pure: it is told what is on
// the board. Follows py/builtinimport.c of MicroPython 1.28; CircuitPython has other built-in modules that a file replaces, and
// from 10.3 on another order of packages.

import type { Environment } from "../environment.js";
import { builtinSubmodules, isExtensible } from "./extensible-modules.js";

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
export interface ImportEnvironment extends Pick<
  Environment,
  "implementation" | "sysPath" | "builtinModules"
> {
  /** Dotted names. "a.*" stands for all that the frozen package `a` may have, where only its name is known. */
  readonly frozenModules: Environment["frozenModules"];
  /** CircuitPython before 10.3 looks for packages as MicroPython does; unknown counts as newer. */
  readonly version?: Environment["version"] | undefined;
  /** Where `""` and other `sys.path` entries that are not absolute count from; "/" by default, where boards start. */
  readonly workingDirectory?: string | undefined;
}

/**
 * What `import name` loads.
 * @param name - dotted, absolute: "aiohttp.client"
 * @param files - absolute paths of files (with "/" at the end: of empty directories), or a function that looks one up
 * @param environment - what runs the code; without a `sys.path`, only the current directory is searched
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
  const builtin: ImportLocation[] = isBuiltin(name, environment) ? [{ type: "builtin", name }] : [];
  const others = searchPath({ ...environment, sysPath: sysPathOf(environment) }).flatMap((entry) =>
    entry === ".frozen" ? frozen(name, environment) : inDirectory(`${entry}/${name}`, context),
  );
  return isExtensible(name, environment) ? [...others, ...builtin] : [...builtin, ...others];
}

/** Before 1.18, MicroPython had no ".frozen": where the current directory was searched, frozen modules came first. */
function sysPathOf({ implementation, version, sysPath }: ImportEnvironment): readonly string[] {
  const [, major, minor] = /^(\d+)\.(\d+)/u.exec(version ?? "") ?? [];
  const isEarly = implementation === "micropython" && major === "1" && Number(minor) < 18;
  if (!isEarly || sysPath.includes(".frozen")) return sysPath;
  return sysPath.flatMap((entry) => (entry === "" ? [".frozen", ""] : [entry]));
}

/** "usys" is always `sys`; "utime" is always the built-in `time`, but for CircuitPython. Before 1.21, `time` was `utime`. */
function isBuiltin(name: string, environment: ImportEnvironment): boolean {
  const { implementation, builtinModules } = environment;
  const has = (other: string): boolean => builtinModules?.includes(other) === true;
  if (has(name)) return true;
  if (name === "usys") return has("sys");
  if (implementation === "circuitpython") return false;
  const plain = name.slice(1);
  if (name.startsWith("u") && isExtensible(plain, environment)) return has(plain);
  return isExtensible(name, environment) && has(`u${name}`);
}

/** `sys.path` as prefixes of absolute paths: "" for "/"; each once. Without a `sys.path`, the current directory is searched. */
export function searchPath({
  sysPath,
  workingDirectory = "/",
}: Pick<ImportEnvironment, "sysPath" | "workingDirectory">): string[] {
  const entries = sysPath.length === 0 ? [""] : sysPath;
  const prefixes = entries.map((entry) => {
    if (entry === ".frozen") return entry;
    const absolute = entry.startsWith("/") ? entry : `${workingDirectory}/${entry}`;
    return absolute.replaceAll(/\/{2,}/gu, "/").replace(/\/+$/u, "");
  });
  return [...new Set(prefixes)];
}

function inPackage(
  parent: ImportLocation | null,
  part: string,
  context: Context & { dotted: string },
): ImportLocation[] {
  if (parent?.type === "package") return inDirectory(`${parent.path}/${part}`, context);
  if (parent?.type === "frozen" && parent.isPackage) return frozen(context.dotted, context.environment);
  if (parent?.type === "builtin") return inBuiltin(context.dotted, context.environment);
  return [];
}

/** Some built-in modules have others in them, in CircuitPython. */
function inBuiltin(name: string, { implementation, builtinModules }: ImportEnvironment): ImportLocation[] {
  const isKnown = implementation === "circuitpython" && builtinSubmodules.has(name);
  return isKnown || builtinModules?.includes(name) === true ? [{ type: "builtin", name }] : [];
}

function frozen(name: string, { frozenModules }: ImportEnvironment): ImportLocation[] {
  const isPackage = frozenModules?.some((other) => other.startsWith(`${name}.`)) === true;
  const isKnown = isPackage || frozenModules?.includes(name) === true;
  const isPossible = frozenModules?.some(
    (other) => other.endsWith(".*") && name.startsWith(other.slice(0, -1)),
  );
  if (!isKnown && isPossible !== true) return [];
  return [{ type: "frozen", name, isPackage: isPackage || isPossible === true }];
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
  const isLast = init === null && prefersModules(environment);
  return isLast ? [...modules, directory] : [directory, ...modules];
}

/** Whether a module comes before a directory without `__init__`: CircuitPython issue 10614. */
function prefersModules({ implementation, version }: ImportEnvironment): boolean {
  if (implementation !== "circuitpython") return false;
  const [, major, minor] = /^(\d+)\.(\d+)/u.exec(version ?? "") ?? [];
  if (major === undefined) return true;
  return Number(major) > 10 || (major === "10" && Number(minor) >= 3);
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
