// From what an interpreter says about itself to an Environment. Layout of _mpy: py/persistentcode.h and
// docs/reference/mpyfiles.rst, MicroPython 1.28 (1.11 to 1.18 call it mpy).

import { isBuiltinName } from "../builtin-modules.js";
import { mpyArchitectures, type Environment, type MpyAbi } from "../environment.js";
import { UpyError } from "../errors.js";
import { parseLiteral, type PythonValue } from "./values/literal.js";

/** Reads the output of the environment snippet. @throws `protocol` when it is none */
export function parseEnvironment(text: string): Environment {
  const end = text.indexOf("\n");
  const fields = parseLiteral(end < 0 ? text : text.slice(0, end));
  if (!Array.isArray(fields)) throw new UpyError("protocol", "The board told nothing about itself");
  const [name, version, mpy, sysPath, platform, machine, uname, boardId, heapFree, maxsize, sysVersion] =
    fields;
  const modules = parseHelpModules(text.slice(end + 1), (module) => {
    const hasFrozen = Array.isArray(sysPath) && sysPath.length > 0;
    return hasFrozen && !isBuiltinName(module, asText(name) ?? "");
  });
  return {
    implementation: asText(name) ?? "",
    version: versionOf(version, uname, sysVersion),
    mpy: typeof mpy === "number" ? decodeMpyAbi(mpy, maxsize) : null,
    sysPath: Array.isArray(sysPath) ? sysPath.filter((entry) => typeof entry === "string") : [],
    platform: asText(platform),
    machine: asText(machine) ?? (Array.isArray(uname) ? asText(uname[4]) : null),
    boardId: asText(boardId),
    frozenModules: modules && modules.frozen,
    builtinModules: modules && modules.others,
    heapFree: typeof heapFree === "number" ? heapFree : null,
  };
}

/** Decodes `sys.implementation._mpy`. */
export function decodeMpyAbi(mpy: number, maxsize: PythonValue | undefined): MpyAbi {
  const features = mpy >> 8;
  return {
    version: mpy & 0xff,
    subVersion: features & 3,
    architecture: mpyArchitectures[(features >> 2) & 0xf] ?? "none",
    archFlags: mpy >> 16,
    smallIntBits: smallIntBits(maxsize),
  };
}

/** sys.maxsize is 2^31-1 or 2^63-1 where ints are long, else the largest small int. */
function smallIntBits(maxsize: PythonValue | undefined): number {
  if (typeof maxsize === "bigint" || (typeof maxsize === "number" && maxsize > 0x7fffffff)) return 63;
  return 31;
}

/** What help('modules') tells. */
export interface HelpModules {
  /** Frozen modules: those with a path in their names, those that are listed twice, and those that no C code has. */
  readonly frozen: readonly string[];
  /** Built-in modules. */
  readonly others: readonly string[];
}

/**
 * The names that help('modules') prints in columns; null when it prints none. A built-in module and a frozen one of a
 * single file look the same; a name that is both is printed twice.
 */
export function parseHelpModules(
  text: string,
  isFrozen: (name: string) => boolean = () => false,
): HelpModules | null {
  // A board without the list says this of the word instead, and then what methods it has.
  if (text.includes("object modules is of type")) return null;
  const lines = text.split(/\r?\n/).filter((line) => !/^(Plus any|Traceback| {2}File|\w+Error)/.test(line));
  const words = lines
    .flatMap((line) => line.trim().split(/\s+/))
    .filter((word) => /^[A-Za-z_][\w./]*$/.test(word));
  if (words.length === 0) return null;
  const plain = words.filter((word) => !/[./]/.test(word)).sort();
  const twice = plain.filter((word, index) => word === plain[index + 1]);
  const inPackages = words.filter((word) => /[./]/.test(word)).map(toModule);
  const packages = new Set(inPackages.map((name) => name.replace(/\..*/, "")));
  const single = plain.filter((name) => !packages.has(name) && isFrozen(name));
  return {
    frozen: [...new Set([...packages, ...inPackages, ...twice, ...single])].sort(),
    others: [...new Set(plain)].filter((name) => !packages.has(name) && !single.includes(name)),
  };
}

function toModule(name: string): string {
  return name.replaceAll("/", ".").replace(/\.__init__$/, "");
}

function versionOf(
  version: PythonValue | undefined,
  uname: PythonValue | undefined,
  sysVersion: PythonValue | undefined,
): string | null {
  if (!Array.isArray(version) || version.length < 2) {
    const release = Array.isArray(uname) ? asText(uname[2]) : null;
    return release ?? /\d+\.\d+(\.\d+)?/.exec(asText(sysVersion) ?? "")?.[0] ?? null;
  }
  const numbers = version.slice(0, 3).filter((part) => typeof part === "number");
  const suffix = asText(version[3]) ?? "";
  return numbers.join(".") + (suffix === "" ? "" : "-" + suffix);
}

function asText(value: PythonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
