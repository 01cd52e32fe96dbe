// Asks one index for one name.

import { UpyError } from "../errors.js";
import type { SourceContext } from "../sources/source.js";
import { exactVersion } from "../specs/specifier.js";
import { foldName } from "./naming.js";
import { parseProjectJson, type IndexProject } from "./project-json.js";

/** A project and where it was found. */
export interface FoundProject {
  /** The name that the package is locked and recorded under. */
  readonly name: string;
  readonly indexUrl: string;
  /** Where the JSON was: what relative addresses in it start from. */
  readonly jsonUrl: string;
  readonly project: IndexProject;
}

/** What {@link findProject} looks for. */
export interface ProjectQuery {
  /** The index. */
  readonly url: string;
  readonly name: string;
  readonly specifiers: readonly string[];
  readonly context: SourceContext;
}

/**
 * The project of a name; null when the index has none. An index that lists no releases is asked for the one version that
 * the specifiers name.
 * @throws `invalid-package`, and what downloads throw
 */
export async function findProject(query: ProjectQuery): Promise<FoundProject | null> {
  const found = await readProject(query, `${query.url}/${query.name}/json`);
  if (found === null || found.project.releases !== null) return found;
  const wanted = wantedVersion(query.specifiers);
  if (wanted !== null && wanted !== found.project.latest) {
    const url = `${query.url}/${query.name}/${encodeURIComponent(wanted)}/json`;
    return (
      (await readProject(query, url)) ?? { ...found, project: { ...found.project, releases: new Map() } }
    );
  }
  if (found.project.files !== null) return found;
  throw new UpyError("invalid-package", `${query.name} of the index ${query.url} lists no releases`, {
    hint: "The index is not one of source distributions, or it is damaged.",
  });
}

async function readProject(
  { url, name, context }: ProjectQuery,
  jsonUrl: string,
): Promise<FoundProject | null> {
  const content = await context.download(jsonUrl);
  if (content === null) return null;
  const what = `${name} of the index ${url}`;
  const project = parseProjectJson(content, what);
  if (project.name !== null && foldName(project.name) !== foldName(name)) {
    throw new UpyError("invalid-package", `${what} says that it is ${JSON.stringify(project.name)}`);
  }
  return { name: project.name ?? name, indexUrl: url, jsonUrl, project };
}

function wantedVersion(specifiers: readonly string[]): string | null {
  return specifiers.flatMap((one) => exactVersion(one) ?? [])[0] ?? null;
}
