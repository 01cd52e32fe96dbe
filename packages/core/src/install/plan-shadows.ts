// Which planned modules would not be loaded, because something before them on sys.path has their name, and which
// others they would keep from being loaded.

import type { Environment } from "../environment.js";
import {
  describeLocation,
  type ImportResult,
  moduleName,
  type PathLookup,
  resolveImport,
  searchPath,
} from "../imports/resolve-import.js";
import { directoriesOf, joinPath } from "./paths.js";
import type { PlannedFile, PlannedShadow } from "./plan.js";
import type { Survey, SurveyRequest } from "./survey.js";

/** Where to look so that {@link planShadows} can tell: the other names of each module, here and elsewhere on the path. */
export function shadowProbes(
  paths: readonly string[],
  root: string,
  environment: Pick<Environment, "sysPath">,
): SurveyRequest {
  const modules = paths.flatMap((path) => (moduleName(path) === null ? [] : [path.replace(/\.m?py$/u, "")]));
  const tops = [...new Set(modules.map((path) => path.split("/")[0] ?? ""))];
  const elsewhere = searchPath(environment).filter(
    (entry) => entry !== ".frozen" && joinPath(entry, "") !== joinPath(root, ""),
  );
  const rivals = (path: string) => [path, `${path}.py`, `${path}.mpy`];
  const inits = (path: string) => [`${path}/__init__.py`, `${path}/__init__.mpy`];
  return {
    files: [...modules.flatMap(rivals), ...tops.flatMap(inits)],
    others: elsewhere.flatMap((entry) =>
      tops.flatMap((top) => [...rivals(`${entry}/${top}`), ...inits(`${entry}/${top}`)]),
    ),
  };
}

/** What the tree will be. */
export interface Outcome {
  readonly files: readonly PlannedFile[];
  /** Paths below the root that go away. */
  readonly removed: readonly string[];
  /** Directories below the root that go away. */
  readonly unmakes: readonly string[];
}

/** The shadows that will fall. Empty when the root is not on `sys.path`. */
export function planShadows(outcome: Outcome, survey: Survey, environment: Environment): PlannedShadow[] {
  const prefix = survey.root === "/" ? "" : survey.root;
  if (!searchPath(environment).includes(prefix)) return [];
  const lookup = lookupAfter(outcome, survey);
  const reported = new Set<string>();
  return outcome.files.flatMap((file) => shadowsOf(file, { survey, environment, lookup, reported }));
}

interface ShadowContext {
  readonly survey: Survey;
  readonly environment: Environment;
  readonly lookup: PathLookup;
  /** Top-level names that were reported as hidden: their submodules are too, which needs no saying. */
  readonly reported: Set<string>;
}

function shadowsOf({ path }: PlannedFile, context: ShadowContext): PlannedShadow[] {
  const module = moduleName(path);
  if (module === null) return [];
  const [top = ""] = module.split(".");
  if (context.reported.has(top)) return [];
  const absolute = joinPath(context.survey.root, path);
  const result = resolveImport(module, context.lookup, context.environment);
  if (loads(result, absolute)) {
    return othersOf(result).map((other) => ({ module, type: "hides", path, other }));
  }
  const culprit = hider(module, context);
  if (culprit.isTop) context.reported.add(top);
  return [{ module, type: "hidden", path, other: culprit.other }];
}

function loads({ found }: ImportResult, path: string): boolean {
  return (
    (found?.type === "module" && found.path === path) || (found?.type === "package" && found.init === path)
  );
}

function othersOf({ found, hidden }: ImportResult): string[] {
  const init = found?.type === "package" && found.hiddenInit !== null ? [found.hiddenInit] : [];
  return [...init, ...hidden.map(describeLocation)];
}

/** What is loaded in place of `module`, or of the first package above it that is hidden. */
function hider(
  module: string,
  { lookup, environment, survey }: ShadowContext,
): { other: string; isTop: boolean } {
  const parts = module.split(".");
  for (let length = 1; length <= parts.length; length++) {
    const { found } = resolveImport(parts.slice(0, length).join("."), lookup, environment);
    const isLast = length === parts.length;
    const own = joinPath(survey.root, parts.slice(0, length).join("/"));
    if (found === null) break;
    if (isLast && found.type === "package" && found.path === own && found.init !== null) {
      return { other: found.init, isTop: false };
    }
    if (isLast || found.type !== "package" || found.path !== own) {
      return { other: describeLocation(found), isTop: length === 1 };
    }
  }
  return { other: "nothing", isTop: false };
}

function lookupAfter({ files, removed, unmakes }: Outcome, { root, at }: Survey): PathLookup {
  const absolute = (path: string) => joinPath(root, path);
  const here = new Set(files.map((file) => absolute(file.path)));
  const directories = new Set(directoriesOf(files.map((file) => file.path)).map(absolute));
  const gone = new Set([...removed, ...unmakes].map(absolute));
  return (path) => {
    if (here.has(path)) return "file";
    if (directories.has(path)) return "directory";
    return gone.has(path) ? null : (at(path)?.type ?? null);
  };
}
