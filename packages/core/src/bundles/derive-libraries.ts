// The libraries of a bundle without a JSON, as far as its files tell: names from lib/, PyPI names and dependencies from
// requirements/, versions from VERSIONS.txt. Layout: circuitpython-build-tools 2.x.

import { compareText } from "../specs/specifier.js";
import type { BundleCallOptions } from "./bundle.js";
import type { IndexedLibrary } from "./bundle-index.js";
import { readText, type BundleTree } from "./bundle-tree.js";
import { isHostPackage } from "./host-packages.js";
import { LibraryNames, dashed, leadingName } from "./library-names.js";
import { readToml } from "./read-toml.js";

/** The libraries, sorted by name. @throws what reading throws */
export async function deriveLibraries(
  tree: BundleTree,
  options?: BundleCallOptions,
): Promise<IndexedLibrary[]> {
  const read = (path: string): Promise<string> => readText(tree, path, options);
  const named: IndexedLibrary[] = [];
  for (const [name, files] of tree.libraries) {
    if (!/^[A-Za-z_]\w*$/.test(name) || !files.some((file) => /\.m?py$/.test(file))) continue;
    named.push({
      ...nameless(name, files),
      pypiName: await projectName(await read(`requirements/${name}/pyproject.toml`)),
    });
  }
  const released = withVersions(named, await read("VERSIONS.txt"));
  const names = new LibraryNames(released);
  const complete: IndexedLibrary[] = [];
  for (const library of released) {
    complete.push({
      ...library,
      ...dependenciesIn(await read(`requirements/${library.name}/requirements.txt`), names),
    });
  }
  return complete.sort((a, b) => compareText(a.name, b.name));
}

function nameless(name: string, files: readonly string[]): IndexedLibrary {
  return {
    name,
    path: name,
    pypiName: null,
    version: null,
    repository: null,
    isPackage: files.some((file) => file.startsWith(`${name}/`)),
    dependencies: [],
    externalDependencies: [],
  };
}

/** `name` of the table `project`. */
async function projectName(toml: string): Promise<string | null> {
  const name = await readToml(toml, "project", "name");
  return typeof name === "string" && /^[A-Za-z0-9._-]+$/.test(name) ? name : null;
}

/** VERSIONS.txt: the tag of the bundle, then the address of each library's release. */
function withVersions(libraries: readonly IndexedLibrary[], versions: string): IndexedLibrary[] {
  const lines = [...versions.matchAll(/^(https?:\/\/\S+\/([^/\s]+))\/releases\/tag\/([^/\s]+)\s*$/gm)];
  const releases = new Map(
    lines.map(([, repository = "", name = "", tag = ""]) => [comparable(name), { repository, tag }]),
  );
  return libraries.map((library) => {
    const found = [library.pypiName, library.name].flatMap(
      (name) => releases.get(comparable(name ?? "")) ?? [],
    )[0];
    if (found === undefined) return library;
    return { ...library, repository: found.repository, version: found.tag.replace(/^v(?=\d)/, "") };
  });
}

/** What the module's, PyPI's and the repository's name have in common. */
function comparable(name: string): string {
  return dashed(name).replace("-circuitpython-", "-").replaceAll("-", "");
}

/** The lines of a requirements.txt, read as the bundle's builder does. */
function dependenciesIn(
  requirements: string,
  names: LibraryNames<IndexedLibrary>,
): Pick<IndexedLibrary, "dependencies" | "externalDependencies"> {
  const dependencies = new Set<string>();
  const external = new Set<string>();
  for (const line of requirements.split(/\r\n|\r|\n/)) {
    const name = leadingName(line);
    if (name === null || isHostPackage(name)) continue;
    const library = names.find(name);
    if (library === null) external.add(name.toLowerCase());
    else dependencies.add(library.name);
  }
  return {
    dependencies: [...dependencies].sort(compareText),
    externalDependencies: [...external].sort(compareText),
  };
}
