// `circup install --auto`: which libraries the program on a target imports, directly or not. The whole import graph is
// followed; what is built in, frozen or the user's own is nobody's to install.

import type { CircuitPythonBundle } from "../../bundles/bundle.js";
import { isHostPackage } from "../../bundles/host-packages.js";
import type { Environment } from "../../environment.js";
import {
  type GraphImport,
  type GraphProgress,
  importGraph,
  type ImportGraph,
  missingModules,
  type MissingModule,
} from "../../imports/import-graph.js";
import { findRoot } from "../../install/places.js";
import type { Target } from "../../targets/target.js";
import { isInFirmware } from "./firmware.js";
import { offeredLibrary } from "./match-bundle.js";

/** What {@link importedLibraries} takes. */
export interface ImportedLibrariesOptions {
  readonly bundles: readonly CircuitPythonBundle[];
  /** Files to start from, absolute. Default: those that the board starts: boot.py, and the first of code.py, main.py, …. */
  readonly entries?: readonly string[] | undefined;
  /** Where libraries are. Default: the first entry of `sys.path` that ends in "/lib". */
  readonly root?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: GraphProgress) => void) | undefined;
}

/** What a program imports. */
export interface ImportedLibraries {
  /** Names of libraries that a bundle has, sorted: those that are there too. */
  readonly libraries: readonly string[];
  /** Those of them that are there with a module missing that the program imports. */
  readonly incomplete: readonly string[];
  /** Names of libraries that a bundle has and the firmware too, sorted: nothing needs to be installed of them. */
  readonly firmware: readonly string[];
  /** What the program cannot do without, and neither the target nor a bundle has. */
  readonly missing: readonly MissingModule[];
  readonly graph: ImportGraph;
}

/** Which libraries of the bundles the program on `target` imports. @throws `file-not-found` for an entry that is not there */
export async function importedLibraries(
  target: Target,
  options: ImportedLibrariesOptions,
): Promise<ImportedLibraries> {
  const { bundles, entries, signal, onProgress } = options;
  const root = await findRoot(target, options.root, { signal });
  const environment = await target.environment({ signal });
  const graph = await importGraph(target, { entries, environment, signal, onProgress });
  const unknown = graph.imports.filter(({ name }) => !isInFirmware(topOf(name ?? ""), environment));
  const wanted = unknown.filter((one) => isWanted(one, root));
  const names = new Set(wanted.flatMap((one) => libraryOf(one, bundles, root) ?? []));
  const missing = missingModules({ ...graph, imports: unknown }).filter(
    (one) => !one.optional && !isOffered(one.name, bundles),
  );
  const incomplete = unknown
    .filter((one) => one.missing?.includes(".") === true && !one.optional)
    .flatMap((one) => libraryOf(one, bundles, root) ?? []);
  return {
    libraries: [...names].sort(),
    incomplete: [...new Set(incomplete)].sort(),
    firmware: firmwareLibraries(graph, environment, bundles),
    missing,
    graph,
  };
}

function firmwareLibraries(
  graph: ImportGraph,
  environment: Environment,
  bundles: readonly CircuitPythonBundle[],
): string[] {
  const tops = new Set(graph.imports.map(({ name }) => topOf(name ?? "")));
  const inFirmware = [...tops].filter((name) => isInFirmware(name, environment));
  return inFirmware.filter((name) => isOffered(name, bundles)).sort();
}

/** A library's own optional imports are for computers or for speed; those of the user's files are meant. */
function isWanted({ from, optional }: GraphImport, root: string): boolean {
  return !optional || !from.startsWith(`${root}/`);
}

/** The library of a bundle that an import needs: nothing provides the module, or it is in the install root. */
function libraryOf(
  { name, missing, found }: GraphImport,
  bundles: readonly CircuitPythonBundle[],
  root: string,
): string | null {
  const top = topOf(name ?? "");
  const isInRoot = found !== null && "path" in found && found.path.startsWith(`${root}/`);
  if (missing === null && !isInRoot) return null;
  return isHostPackage(top) ? null : (offeredLibrary(top, bundles)?.library.name ?? null);
}

function isOffered(name: string, bundles: readonly CircuitPythonBundle[]): boolean {
  return offeredLibrary(topOf(name), bundles) !== null;
}

function topOf(name: string): string {
  return name.split(".")[0] ?? name;
}
