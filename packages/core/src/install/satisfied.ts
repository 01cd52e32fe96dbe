// Which requirements are met by what is installed, and how a resolver is made to stay with it where it can.

import { isUpyError } from "../errors.js";
import type { Resolution } from "../resolve/resolution.js";
import type { PackageSource, SourceContext } from "../sources/source.js";
import { formatRequirement, packageKey, parseRequirement } from "../specs/parse-requirement.js";
import type { PackageRelease } from "../sources/source.js";
import type { NamedRequirement, Requirement } from "../specs/requirement.js";
import { exactSpecifier, pickVersion } from "../specs/specifier.js";
import type { InstallRecord, RecordedPackage } from "./record.js";

/** The installed package that was asked for before and answers `requirement`; null when there is none. */
export function satisfying(requirement: Requirement, record: InstallRecord): RecordedPackage | null {
  const text = formatRequirement(requirement);
  const root = record.roots.find(
    (one) => one.requirements.includes(text) || one.package === packageKey(requirement),
  );
  const found = record.packages.find((one) => one.name === root?.package);
  if (found === undefined || root === undefined) return null;
  const fits = requirement.type === "name" ? allows(requirement, found) : root.requirements.includes(text);
  return fits ? found : null;
}

function allows({ specifier }: NamedRequirement, { version }: Pick<RecordedPackage, "version">): boolean {
  return specifier === "" || (version !== null && pickVersion([version], [specifier]) !== null);
}

/** A source that answers with the installed version of a package as long as that is among what is asked. */
export function preferInstalled(source: PackageSource, record: InstallRecord): PackageSource {
  const installed = new Map(record.packages.map((one) => [one.name, one]));
  return {
    name: source.name,
    find: async (requirements, context) =>
      (await findInstalled(source, { requirements, installed }, context)) ??
      source.find(requirements, context),
  };
}

interface Question {
  readonly requirements: readonly Requirement[];
  readonly installed: ReadonlyMap<string, RecordedPackage>;
}

async function findInstalled(
  source: PackageSource,
  { requirements, installed }: Question,
  context: SourceContext,
): Promise<PackageRelease | null> {
  const [first] = requirements;
  if (first?.type !== "name") return null;
  const specifier = exactSpecifier(installed.get(first.name)?.version ?? "");
  if (specifier === null || !installed.has(first.name)) return null;
  try {
    return await source.find([...requirements, { ...first, specifier }], context);
  } catch (error) {
    if (isUpyError(error, "version-conflict") || isUpyError(error, "not-found")) return null;
    throw error;
  }
}

/** Whether installing `resolution` would change a package under another one that stays and needs it, or under what was asked before. */
export function disturbs(resolution: Resolution, record: InstallRecord): boolean {
  const coming = new Map(resolution.packages.map((one) => [one.name, one]));
  const asked = new Set(resolution.roots.map((root) => root.package));
  const changed = new Map(
    record.packages.flatMap((one) => {
      const next = coming.get(one.name);
      return next === undefined || stateOf(next) === stateOf(one) ? [] : [[one.name, next] as const];
    }),
  );
  return (
    record.packages.some(
      (one) => !coming.has(one.name) && one.dependencies.some((name) => changed.has(name)),
    ) ||
    record.roots.some((root) => {
      const next = asked.has(root.package) ? undefined : changed.get(root.package);
      return next !== undefined && !root.requirements.every((text) => stillFits(text, next));
    })
  );
}

type Installed = Pick<RecordedPackage, "version" | "origin">;

function stateOf({ version, origin }: Installed): string {
  return JSON.stringify([version, origin.type === "git" ? origin.ref : null]);
}

function stillFits(text: string, next: Installed): boolean {
  const requirement = parseRequirement(text);
  return requirement.type === "name" && allows(requirement, next);
}
