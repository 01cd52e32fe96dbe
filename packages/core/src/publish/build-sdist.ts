// A project to the .tar.gz that upip installs: packed with a 4 KB window, without setup.py, its resources as modules.
// Format: sdist_upip.py of micropython-lib 1.9 (and pycopy-lib), over the egg-info of setuptools.

import { gzipSmall } from "../archive/gzip.js";
import type { TarFile } from "../archive/read-tar.js";
import { writeTar } from "../archive/write-tar.js";
import { UpyError } from "../errors.js";
import { compareText } from "../specs/specifier.js";
import { formatPkgInfo, formatRequires } from "./egg-info.js";
import { checkProject, type Project, type ProjectFile } from "./project.js";
import { resourceModule } from "../mpy/resource-module.js";

/** What {@link buildSdist} takes besides the project. */
export interface BuildSdistOptions {
  /** Keep data files beside the `R.py` that holds them, as sdist_upip did. Default false: they would be there twice. */
  readonly keepResources?: boolean | undefined;
  /** Time of each file in the archive, in seconds since 1970. Default 0. */
  readonly modified?: number | undefined;
}

/** A source distribution. */
export interface BuiltSdist {
  /** "micropython-demo-1.0.tar.gz". */
  readonly filename: string;
  readonly content: Uint8Array;
  /** Names in the archive, in its order. */
  readonly members: readonly string[];
  /** Files of the project that are not in it: data beside the packages, which no package could read. */
  readonly dropped: readonly string[];
}

/**
 * Builds the source distribution of a project. The same project gives the same bytes.
 * @throws `invalid-argument`, `invalid-path` (also for names of more than 100 bytes, which upip cannot read), `conflict`
 * for two files of one path or a package that has an `R.py` and resources, `invalid-package` for no modules,
 * `invalid-requirement`
 */
export function buildSdist(project: Project, options: BuildSdistOptions = {}): BuiltSdist {
  checkProject(project);
  const { modified = 0, keepResources = false } = options;
  if (!Number.isInteger(modified) || modified < 0 || modified >= 8 ** 11) {
    throw new UpyError("invalid-argument", `modified is ${modified}; it should be whole seconds since 1970`);
  }
  const isModule = ({ path }: ProjectFile): boolean => path.endsWith(".py");
  const resources = project.files.filter((file) => !isModule(file) && file.path.includes("/"));
  const files = [
    ...project.files.filter(isModule),
    ...resourceModules(resources, project),
    ...(keepResources ? resources : []),
    ...eggInfo(project),
  ];
  const folder = `${project.name}-${project.version}`;
  const members: TarFile[] = files
    .map(({ path, content }) => ({ name: `${folder}/${path}`, content }))
    .sort((a, b) => compareText(a.name, b.name));
  return {
    filename: `${folder}.tar.gz`,
    content: gzipSmall(writeTar(members, modified)),
    members: members.map(({ name }) => name),
    dropped: project.files
      .map(({ path }) => path)
      .filter((path) => !path.endsWith(".py") && !path.includes("/")),
  };
}

/** One `R.py` for each top-level package with data files. */
function resourceModules(resources: readonly ProjectFile[], { files, name }: Project): ProjectFile[] {
  const packages = new Map<string, { path: string; content: Uint8Array }[]>();
  for (const { path, content } of [...resources].sort((a, b) => compareText(a.path, b.path))) {
    const slash = path.indexOf("/");
    const own = packages.get(path.slice(0, slash)) ?? [];
    own.push({ path: path.slice(slash + 1), content });
    packages.set(path.slice(0, slash), own);
  }
  return [...packages].map(([folder, list]) => {
    const path = `${folder}/R.py`;
    if (files.some((file) => file.path === path)) {
      throw new UpyError("conflict", `${name} has ${path} and data files that are to be put there`, {
        hint: "Remove the R.py, or the data files that are in it already.",
      });
    }
    return { path, content: new TextEncoder().encode(resourceModule(list)) };
  });
}

function eggInfo(project: Project): ProjectFile[] {
  const folder = `${project.name.replace(/[^A-Za-z0-9.]+/g, "_")}.egg-info`;
  const requires = formatRequires(project.dependencies);
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return [
    { path: `${folder}/PKG-INFO`, content: encode(formatPkgInfo(project)) },
    ...(requires === "" ? [] : [{ path: `${folder}/requires.txt`, content: encode(requires) }]),
  ];
}
