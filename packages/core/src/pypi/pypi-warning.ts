// What an index source tells besides its answer: nothing of it stops an install, as nothing of it stopped upip.

import type { ChosenVersion } from "./choose-version.js";
import type { FoundProject } from "./find-project.js";
import type { Sdist } from "./read-sdist.js";

/** Something that the caller should know of a package. `message` is a sentence for people. */
export type PypiWarning = {
  readonly package: string;
  readonly version: string;
  readonly message: string;
} & (
  | {
      /** It was made for CPython: it will install, and likely not work. */
      readonly type: "cpython-package";
      readonly signs: readonly string[];
    }
  | {
      /** Its author withdrew it; it was asked for by its very version. */
      readonly type: "yanked";
    }
  | {
      /** A line of requires.txt is not followed. */
      readonly type: "ignored-requirement";
      readonly requirement: string;
    }
  | {
      /** The newest version has no source distribution; an older one is taken. */
      readonly type: "not-newest";
      readonly newest: string;
    }
);

/** What is known of a chosen package. */
export interface Choice {
  readonly found: FoundProject;
  readonly chosen: ChosenVersion;
  readonly sdist: Sdist;
  readonly madeFor: "micropython" | "cpython";
}

/** The warnings about a package. */
export function warningsOf({ found, chosen, sdist, madeFor }: Choice): PypiWarning[] {
  const { name, project } = found;
  const { version, file } = chosen;
  const about = { package: name, version };
  const warnings: PypiWarning[] = sdist.ignored.map(({ text, reason }) => ({
    ...about,
    type: "ignored-requirement",
    requirement: text,
    message: `${name} ${version}: "${text}" in its requires.txt is not followed: ${reason}`,
  }));
  if (madeFor === "cpython") {
    const message = `${name} ${version} seems to be made for CPython: ${sdist.signs.join("; ")}`;
    warnings.push({ ...about, type: "cpython-package", signs: sdist.signs, message });
  }
  if (file.yanked) {
    const reason = file.yankedReason ? `: ${file.yankedReason}` : "";
    warnings.push({ ...about, type: "yanked", message: `${name} ${version} was withdrawn${reason}` });
  }
  if (isWithoutSdist(found, project.latest)) {
    const message = `${name} ${project.latest} has no source distribution; ${version} is taken`;
    warnings.push({ ...about, type: "not-newest", newest: project.latest, message });
  }
  return warnings;
}

function isWithoutSdist({ project }: FoundProject, version: string): boolean {
  const files = project.releases?.get(version);
  return (
    files !== undefined && files.length > 0 && files.every(({ type }) => type !== null && type !== "sdist")
  );
}
