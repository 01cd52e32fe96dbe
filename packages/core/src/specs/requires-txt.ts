// requires.txt of an egg-info folder: what a source distribution needs. upip took each line for a name; here sections,
// extras and markers are understood, and what is meant for CPython alone is left out and told.
// Format: setuptools 68, "requires.txt".

import { UpyError, isUpyError } from "../errors.js";
import { formatRequirement, parseRequirement } from "./parse-requirement.js";
import type { Requirement } from "./requirement.js";

/** What a requires.txt asks for. */
export interface RequiresTxt {
  /** Each once, in their order. */
  readonly requirements: readonly Requirement[];
  /** Lines, or parts of them, that are not followed, and why. */
  readonly ignored: readonly { readonly text: string; readonly reason: string }[];
}

const maxLines = 1000;

/** Reads a requires.txt. `what` ("requires.txt of foo 1.0") starts every message. @throws `invalid-package`, `too-large` */
export function parseRequiresTxt(content: string, what: string): RequiresTxt {
  const lines = content.split(/\r\n|\r|\n/);
  if (lines.length > maxLines) throw new UpyError("too-large", `${what} has more than ${maxLines} lines`);
  const found = new Map<string, Requirement>();
  const ignored: { text: string; reason: string }[] = [];
  let section = "";
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    const heading = /^\[(.*)\]$/.exec(line);
    if (heading !== null) section = heading[1] ?? "";
    else if (line === "") continue;
    else if (section !== "") ignored.push({ text: line, reason: reasonOf(section) });
    else {
      const requirement = parseLine(line, `${what}, line ${index + 1}`, ignored);
      if (requirement !== null) found.set(formatRequirement(requirement), requirement);
    }
  }
  return { requirements: [...found.values()], ignored };
}

function reasonOf(section: string): string {
  const [extra = "", marker] = section.split(":", 2);
  return marker === undefined || extra !== ""
    ? `it belongs to the extra "${extra}"`
    : `it is for ${marker.trim()} only`;
}

function parseLine(
  line: string,
  where: string,
  ignored: { text: string; reason: string }[],
): Requirement | null {
  const [bare = "", marker] = line.split(/\s*;\s*/, 2);
  if (marker !== undefined) {
    ignored.push({ text: line, reason: `it is for ${marker} only` });
    return null;
  }
  const [, name = bare, extras, rest = ""] = /^([A-Za-z0-9._-]+)\s*\[([^\]]*)\](.*)$/s.exec(bare) ?? [];
  if (extras !== undefined) ignored.push({ text: `[${extras}]`, reason: `extras of ${name} are not known` });
  return toRequirement(`${name} ${rest}`.trim().replace(/^([A-Za-z0-9._-]+)\s*\((.*)\)$/s, "$1$2"), where);
}

function toRequirement(text: string, where: string): Requirement {
  try {
    const requirement = parseRequirement(text);
    if (requirement.type !== "local") return requirement;
  } catch (error) {
    if (!isUpyError(error)) throw error;
    throw new UpyError("invalid-package", `${where}: ${error.message}`, {
      hint: "Tell the author of the package.",
      cause: error,
    });
  }
  throw new UpyError("invalid-package", `${where}: a package cannot need a path on your machine`, {
    hint: "Tell the author of the package.",
  });
}
