// Which packages were asked for, and which are there only because those need them.

import type { RequestedPackage, Resolution } from "../resolve/resolution.js";
import type { InstallRecord } from "./record.js";

/** The roots after an install: those of before, with the answers of `resolution` in place of older ones. */
export function mergeRoots(record: InstallRecord, resolution: Resolution): RequestedPackage[] {
  const roots = new Map([...record.roots, ...resolution.roots].map((root) => [root.package, root]));
  return [...roots.values()].sort((a, b) => (a.package < b.package ? -1 : 1));
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
