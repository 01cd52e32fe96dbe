// Which packages were asked for, and which are there only because those need them.

import type { Resolution } from "../resolve/resolution.js";
import { packageKey, parseRequirement } from "../specs/parse-requirement.js";
import type { InstallRecord, RecordedRoot } from "./record.js";

/** The roots after an install: those of before, with the answers of `resolution` in place of older ones. */
export function mergeRoots(record: InstallRecord, resolution: Resolution): RecordedRoot[] {
  const roots = new Map(record.roots.map((root) => [root.package, root]));
  for (const name of resolution.roots) {
    roots.set(name, { package: name, requirements: requirementsOf(name, resolution) });
  }
  return [...roots.values()].sort((a, b) => (a.package < b.package ? -1 : 1));
}

/** The requirement texts that the package `name` answers. */
function requirementsOf(name: string, { requirements, roots }: Resolution): string[] {
  const own = requirements.filter((text) => isKey(text, name) || isAbout(text, name, roots));
  return own.length === 0 && roots.length === 1 ? [...requirements].sort() : own.sort();
}

function isKey(text: string, name: string): boolean {
  return packageKey(parseRequirement(text)).toLowerCase() === name.toLowerCase();
}

/** A requirement's text starts with the name of the package that answers it; the longest such name is meant. */
function isAbout(text: string, name: string, names: readonly string[]): boolean {
  const fitting = names.filter((other) => text.toLowerCase().startsWith(other.toLowerCase()));
  const longest = fitting.reduce((best, other) => (other.length > best.length ? other : best), "");
  return name === longest;
}

/** A package with what it needs. */
interface Node {
  readonly name: string;
  readonly dependencies: readonly string[];
}

/** Names of the packages that the roots need, themselves included. */
export function neededPackages(roots: readonly string[], packages: readonly Node[]): Set<string> {
  const byName = new Map(packages.map((one) => [one.name, one]));
  const needed = new Set<string>();
  const waiting = [...roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    waiting.push(...(byName.get(name)?.dependencies ?? []));
  }
  return needed;
}
