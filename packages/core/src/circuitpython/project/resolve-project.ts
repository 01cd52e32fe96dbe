// Which of somebody's files are the project's own, and which libraries they import, for one environment.

import { bundleChain } from "../../bundles/bundle-chain.js";
import type { Environment } from "../../environment.js";
import { UpyError } from "../../errors.js";
import type { MissingModule } from "../../imports/import-graph.js";
import type { Resolution } from "../../resolve/resolution.js";
import { resolve } from "../../resolve/resolve.js";
import { checkPackagePath } from "../../specs/package-path.js";
import { memoryTarget } from "../../targets/memory-target.js";
import type { FileContent } from "../../targets/target.js";
import { providedLibraries, withoutProvided } from "../changes/provided.js";
import { libraryNameOf } from "../libraries/find-libraries.js";
import { importedLibraries, type ImportedLibraries } from "../libraries/imported-libraries.js";
import { offeredLibrary } from "../libraries/match-bundle.js";
import type { ProjectBundleOptions } from "./build-project-bundle.js";

/** What of a project's imports a reader of the bundle wants to know. */
export interface ProjectImports extends Pick<ImportedLibraries, "graph"> {
  /** Libraries that are needed and in the firmware, so that they are not in the bundle; sorted. */
  readonly firmware: readonly string[];
  /** What the program cannot do without, and neither it nor a bundle has. */
  readonly missing: readonly MissingModule[];
  /** Libraries of the project's own `lib` that were left out because a bundle has them; sorted. */
  readonly replaced: readonly string[];
}

/** A project, resolved. */
export interface ResolvedProject extends ProjectImports {
  /** The project's own files, below the drive's root. */
  readonly own: readonly FileContent[];
  readonly resolution: Resolution;
}

/** Finds the libraries of a project. @throws as `importedLibraries` and `resolve` do */
export async function resolveProject(
  code: readonly FileContent[],
  environment: Environment,
  options: ProjectBundleOptions,
): Promise<ResolvedProject> {
  const { bundles, sources = [], signal, py, entries } = options;
  const files = code.map(atRoot).filter(({ path }) => !isLitter(path));
  const own = files.filter(({ path }) => bundleName(path, options) === null);
  const replaced = new Set(files.flatMap(({ path }) => bundleName(path, options) ?? []));
  const board = memoryTarget({
    name: "the project",
    files: Object.fromEntries(own.map(({ path, content }) => [`/${path}`, content])),
    environment,
    caseInsensitive: true,
  });
  const starts = entries?.map((path) => (path.startsWith("/") ? path : `/${path}`));
  const found = await importedLibraries(board, { bundles, entries: starts, root: "/lib", signal });
  if (found.graph.entries.length === 0) throw noProgram(board.name);
  const asked = { libraries: [], changing: new Set<string>(), asked: new Set<string>() };
  const source = providedLibraries({ environment, bundles, ...asked });
  const whole = await resolve(found.libraries, {
    ...options,
    environment,
    sources: [source, bundleChain(bundles), ...sources],
    ...(py === true && { mpy: false }),
  });
  return {
    own,
    resolution: withoutProvided(whole, source, () => false),
    graph: found.graph,
    firmware: [...new Set([...source.used.keys(), ...found.firmware])].sort(),
    missing: found.missing,
    replaced: [...replaced].sort(),
  };
}

function atRoot({ path, content }: FileContent): FileContent {
  return { path: checkPackagePath(path.replace(/^\//, ""), "project bundle"), content };
}

/** What CircuitPython, macOS and Windows put on a drive, and install records. */
function isLitter(path: string): boolean {
  return (
    path.split("/").some((name) => name.startsWith(".")) ||
    /^(boot_out\.txt|system volume information\/.*)$/i.test(path)
  );
}

/** The library of a bundle that a file below `lib` belongs to. */
function bundleName(path: string, { bundles }: ProjectBundleOptions): string | null {
  const inLib = /^lib\/(.+)$/i.exec(path)?.[1];
  const name = inLib === undefined ? null : libraryNameOf(inLib);
  return name === null ? null : (offeredLibrary(name, bundles)?.library.name ?? null);
}

function noProgram(name: string): UpyError {
  return new UpyError("file-not-found", `There is no file in ${name} that a board starts.`, {
    hint: "Name it code.py, or say which files to start from with entries.",
  });
}
