// What a user asks for, by any name, as requirements under the names that bundles use.

import type { CircuitPythonBundle } from "../../bundles/bundle.js";
import { isHostPackage } from "../../bundles/host-packages.js";
import { parseRequirement } from "../../specs/parse-requirement.js";
import type { Requirement } from "../../specs/requirement.js";
import { parseRequirementsTxt, type RequirementsTxtOptions } from "../../specs/requirements-txt.js";

/** What {@link parseLibraryRequirements} found. */
export interface LibraryRequirements {
  readonly requirements: readonly Requirement[];
  /** Names that are not for boards, and were left out. */
  readonly skipped: readonly string[];
}

/**
 * A requirements.txt of a CircuitPython library or project, written for pip perhaps: extras in brackets and markers
 * behind ";" are left out, and so is what is not for boards.
 * @throws `invalid-requirement`, naming the line
 */
export async function parseLibraryRequirements(
  text: string,
  options: RequirementsTxtOptions = {},
): Promise<LibraryRequirements> {
  const cleaned = text
    .split(/\r\n|\r|\n/)
    .map((line) =>
      /^\s*[#-]/.test(line) ? line : line.replace(/\s*;.*$/, "").replace(/^(\s*[\w.-]+)\s*\[[^\]]*\]/, "$1"),
    );
  const all = await parseRequirementsTxt(cleaned.join("\n"), options);
  const isSkipped = (one: Requirement) => one.type === "name" && isHostPackage(one.name);
  return {
    requirements: all.filter((one) => !isSkipped(one)),
    skipped: all.flatMap((one) => (one.type === "name" && isSkipped(one) ? [one.name] : [])),
  };
}

/** A requirement under the name that the first bundle which has it uses. @throws `invalid-requirement` */
export function canonicalRequirement(
  request: string | Requirement,
  bundles: readonly CircuitPythonBundle[],
): Requirement {
  const requirement = typeof request === "string" ? parseRequirement(request) : request;
  if (requirement.type !== "name") return requirement;
  return { ...requirement, name: canonicalName(requirement.name, bundles) };
}

/** The name that the first bundle which has a library uses for it; the name itself when none has it. */
export function canonicalName(name: string, bundles: readonly CircuitPythonBundle[]): string {
  for (const bundle of bundles) {
    const library = bundle.findLibrary(name);
    if (library !== null) return library.name;
  }
  return name;
}
