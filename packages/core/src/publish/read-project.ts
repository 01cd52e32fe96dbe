// A folder to a project, from what describes it: pyproject.toml, setup.cfg or manifest.py. No code of the project runs.

import { UpyError } from "../errors.js";
import type { ManifestFileSystem } from "../manifest/file-system.js";
import { manifestProject } from "./manifest-project.js";
import type { ProjectFolder } from "./find-files.js";
import type { Project } from "./project.js";
import { pyprojectProject } from "./pyproject-project.js";
import { setupCfgProject } from "./setup-cfg-project.js";

/** What describes a project. */
export type ProjectDescription = "pyproject.toml" | "setup.cfg" | "manifest.py";

/** What {@link readProject} takes besides the folder. */
export interface ReadProjectOptions {
  /** Where the folder is. The `fs` of every Target is one, and `nodeFileSystem()` of `@upykit/core/node`. */
  readonly fileSystem: ManifestFileSystem;
  /** Which file describes the project. Default: the first of the three that does. */
  readonly from?: ProjectDescription | undefined;
  /** Instead of what the files say; a manifest.py without `pypi_publish` is `micropython-FOLDER` else. */
  readonly name?: string | undefined;
  /** Instead of what the files say, or because they do not say. */
  readonly version?: string | undefined;
  /** Whether data files inside packages are taken. Default true. */
  readonly resources?: boolean | undefined;
  /** What `$(NAME)` stands for in a manifest.py. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a description says: null when it describes something else than a project. */
export type ProjectReader = (
  text: Uint8Array,
  folder: ProjectFolder,
  options: ReadProjectOptions,
) => Promise<Project | null>;

const readers: readonly (readonly [ProjectDescription, ProjectReader])[] = [
  ["pyproject.toml", pyprojectProject],
  ["setup.cfg", setupCfgProject],
  ["manifest.py", manifestProject],
];

/**
 * Reads the project in a folder (an absolute POSIX path of the file system).
 * @throws `not-found` when nothing there describes one, `invalid-package` with the line of what is wrong,
 * `invalid-manifest`, `unsupported` for a version that only running code would tell, and what the file system says
 */
export async function readProject(path: string, options: ReadProjectOptions): Promise<Project> {
  const { fileSystem, signal, resources = true } = options;
  const folder: ProjectFolder = { path: path.replace(/(?<=.)\/+$/, ""), fileSystem, resources, signal };
  const asked = readers.filter(([name]) => options.from === undefined || options.from === name);
  const places = await fileSystem.stat(
    asked.map(([name]) => `${folder.path}/${name}`),
    { signal },
  );
  for (const [index, [name, read]] of asked.entries()) {
    if (places[index]?.type !== "file") continue;
    const project = await read(
      await fileSystem.readFile(`${folder.path}/${name}`, { signal }),
      folder,
      options,
    );
    if (project !== null) return project;
  }
  throw new UpyError("not-found", `nothing in ${path} describes a project`, {
    hint: `Looked for ${asked.map(([name]) => name).join(", ")}; a pyproject.toml needs a [project].`,
  });
}
