// Who wants what: for each package, every requirement on it and the way from the user to it.

import { UpyError, isUpyError } from "../errors.js";
import type { PackageRelease } from "../sources/source.js";
import { formatRequirement, packageKey } from "../specs/parse-requirement.js";
import type { Requirement } from "../specs/requirement.js";
import { compareText } from "../specs/specifier.js";

/** A requirement and the way to it: the requirements from a root down to the package that has it; empty for a root. */
export interface Demand {
  readonly requirement: Requirement;
  readonly chain: readonly string[];
}

/** By {@link packageKey}, then by canonical text. */
export type Demands = ReadonlyMap<string, ReadonlyMap<string, Demand>>;

/**
 * Every demand that the roots make through the releases known so far, in breadth-first order, so that each is told by
 * its shortest way; after those of `kept`.
 */
export function collectDemands(
  roots: readonly Requirement[],
  releases: ReadonlyMap<string, PackageRelease>,
  kept: Demands,
): Map<string, Map<string, Demand>> {
  const demands = new Map([...kept].map(([key, list]) => [key, new Map(list)] as const));
  const visited = new Set<string>();
  let level: Demand[] = roots.map((requirement) => ({ requirement, chain: [] }));
  while (level.length > 0) {
    const next: Demand[] = [];
    for (const demand of level) {
      const key = packageKey(demand.requirement);
      const text = formatRequirement(demand.requirement);
      const list = demands.get(key) ?? new Map<string, Demand>();
      if (!list.has(text)) list.set(text, demand);
      demands.set(key, list);
      if (visited.has(key)) continue;
      visited.add(key);
      const chain = [...demand.chain, text];
      next.push(...(releases.get(key)?.dependencies ?? []).map((requirement) => ({ requirement, chain })));
    }
    level = next;
  }
  return demands;
}

/** The demands on one package as one text: the same for the same requirements, in whatever order they came. */
export function signature(list: ReadonlyMap<string, Demand>): string {
  return [...list.keys()].sort(compareText).join(" ");
}

/** The demands on one package as a source takes them: sorted, so that its answer does not depend on their order. */
export function requirementsOf(list: ReadonlyMap<string, Demand>): Requirement[] {
  return [...list].sort(([a], [b]) => compareText(a, b)).map(([, { requirement }]) => requirement);
}

/** The error for a package that no source has. */
export function notFound(list: ReadonlyMap<string, Demand>, sources: string): UpyError {
  const [demand] = list.values();
  const requirement = demand?.requirement;
  const hints: Record<Requirement["type"], string> = {
    name: `Check the name. Asked were: ${sources}.`,
    git: "Check repository, path and branch; a private repository needs headers for its host.",
    url: "Check the address.",
    local: "Check the path; local ones need localPackages() of @upykit/core/node among the sources.",
  };
  const wanted = requirement === undefined ? "" : formatRequirement(requirement);
  return new UpyError("not-found", `no source has ${wanted}`, { hint: hints[requirement?.type ?? "name"] });
}

/** An error of a source, with the ways to the package added to what it says. */
export function explain(error: unknown, list: ReadonlyMap<string, Demand>): unknown {
  if (!isUpyError(error)) return error;
  const ways = [...list.values()].map(describeWay);
  const needed = isUpyError(error, "version-conflict")
    ? `${ways.join("; and ")}: `
    : [...list.values()].every(({ chain }) => chain.length === 0)
      ? ""
      : `${ways[0] ?? ""}: `;
  if (needed === "") return error;
  return new UpyError(error.code, needed + error.message, { hint: error.hint, cause: error });
}

function describeWay({ requirement, chain }: Demand): string {
  const text = formatRequirement(requirement);
  return chain.length === 0 ? `${text} was asked for` : [...chain, text].join(" → ");
}
