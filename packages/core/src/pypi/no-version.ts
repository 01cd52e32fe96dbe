// What is said when an index has a project, and no version of it that fits.

import { UpyError } from "../errors.js";
import { compareText } from "../specs/specifier.js";
import type { Versions } from "./choose-version.js";
import type { FoundProject } from "./find-project.js";

/** The error: which versions there are, and why those are not taken. */
export function noVersion(
  { name, indexUrl }: FoundProject,
  { usable, yanked, others }: Versions,
  specifiers: readonly string[],
): UpyError {
  const wanted = specifiers.length === 0 ? "can be installed" : `satisfies ${specifiers.join(" and ")}`;
  const has = [
    list([...usable.keys()], "") || "no source distribution",
    list([...yanked.keys()], "withdrawn by the author: "),
    list(others, "without a source distribution: "),
  ].filter((part) => part !== "");
  return new UpyError(
    "version-conflict",
    `no version of ${name} in the index ${indexUrl} ${wanted}; it has ${has.join("; ")}`,
    {
      hint:
        usable.size === 0 && others.length > 0
          ? "Only source distributions (.tar.gz) can be installed on a board; wheels are CPython's."
          : "Ask for one of the versions that are there.",
    },
  );
}

function list(versions: readonly string[], title: string): string {
  if (versions.length === 0) return "";
  return title + [...versions].sort(compareText).slice(-20).join(", ");
}
