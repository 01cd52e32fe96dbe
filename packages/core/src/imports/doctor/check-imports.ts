// Imports that fail, or load something else than is meant.

import { type Finding, type FindingSeverity, finding, move } from "../finding.js";
import type { GraphImport, MissingModule } from "../import-graph.js";
import { missingModules } from "../import-graph.js";
import { isEntryFile } from "../entry-files.js";
import { describeLocation } from "../resolve-import.js";
import { baseName, isCode, placesOf, resolveIn, searchedDirectories, type Situation } from "./situation.js";

/** Modules that nothing provides. */
export function checkMissing(situation: Situation): Finding[] {
  return missingModules(situation.graph)
    .filter(({ optional }) => !optional)
    .map((missing) => wrongCase(missing, situation) ?? missingOf(missing, situation));
}

function missingOf(missing: MissingModule, situation: Situation): Finding {
  const { name, imports } = missing;
  const [top = ""] = name.split(".");
  const package_ = name === top ? null : resolveIn(situation, top).found;
  const parts = {
    module: name,
    files: filesOfImports(imports),
    imports: placesOf(imports),
    install: [top],
  };
  if (package_ === null) {
    const message = `Nothing provides ${name}, which ${importers(imports)} imports.`;
    return finding("missing-module", severityOf(imports, situation), message, parts);
  }
  const message = `${describeLocation(package_)} has no ${name}, which ${importers(imports)} imports: a piece of it is missing, or it is another version.`;
  return finding("missing-piece", severityOf(imports, situation), message, parts);
}

/** The program fails where it is sure to get to the import; a file that the board does not start fails nobody. */
function severityOf(imports: readonly GraphImport[], { started }: Situation): FindingSeverity {
  const needed = imports.filter(({ optional }) => !optional);
  if (!needed.some(({ from }) => started.has(from))) return "info";
  return needed.some(({ from, conditional }) => started.has(from) && !conditional) ? "error" : "warning";
}

function importers(imports: readonly GraphImport[]): string {
  const [first] = filesOfImports(imports);
  const others = filesOfImports(imports).length - 1;
  return others === 0 ? (first ?? "") : `${first ?? ""} (and ${others} more)`;
}

function filesOfImports(imports: readonly GraphImport[]): string[] {
  return [...new Set(imports.map(({ from }) => from))];
}

/** The module is there, in another case: on a file system that tells them apart it is not found. */
function wrongCase({ name, imports }: MissingModule, situation: Situation): Finding | null {
  const wanted = name.replaceAll(".", "/");
  const candidates = searchedDirectories(situation).flatMap((directory) =>
    ["", ".py", ".mpy"].map((suffix) => `${directory}/${wanted}${suffix}`),
  );
  for (const path of candidates) {
    const entry = situation.index.entries.find((one) => one.path.toLowerCase() === path.toLowerCase());
    if (entry === undefined) continue;
    const message = `${importers(imports)} imports ${name}, but the file is ${entry.path}: upper and lower case count.`;
    const fixes =
      entry.type === "file" && parentOf(entry.path) === parentOf(path) ? [move(entry.path, path)] : [];
    const parts = { module: name, files: [entry.path], imports: placesOf(imports), fixes };
    return finding("wrong-case", severityOf(imports, situation), message, parts);
  }
  return null;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Imports that work only because the file system takes upper and lower case for the same. */
export function checkCase({ graph, index }: Situation): Finding[] {
  const wrong = new Map<string, GraphImport[]>();
  for (const one of graph.imports) {
    const { found } = one;
    if (found === null || !("path" in found)) continue;
    const actual = index.at(found.path)?.path;
    if (actual !== undefined && actual !== found.path) wrong.set(actual, [...(wrong.get(actual) ?? []), one]);
  }
  return [...wrong].map(([path, imports]) => {
    const name = imports[0]?.name ?? "";
    const message = `${importers(imports)} imports ${name} from ${path}. That works on this file system only, and ${baseName(path)} imported by its own name is loaded a second time.`;
    return finding("wrong-case", "info", message, {
      module: name,
      files: [path],
      imports: placesOf(imports),
    });
  });
}

/** Files that import what they are named after. */
export function checkSelf({ graph, started, environment }: Situation): Finding[] {
  return graph.imports.flatMap((one) => {
    const { found, from, name } = one;
    if (found?.type !== "module" || found.path !== from || name === null) return [];
    const other =
      one.hidden.length === 0 ? "" : ` The library is ${one.hidden.map(describeLocation).join(", ")}.`;
    const message = `${from} imports ${name} and gets itself, because it has that name.${other} Give it another name.`;
    const free = from.replace(/(\.m?py)$/u, "_demo$1");
    return [
      finding("imports-itself", started.has(from) ? "error" : "warning", message, {
        module: name,
        files: [from],
        imports: placesOf([one]),
        install: one.hidden.length === 0 ? [name] : [],
        fixes: isEntryFile(from, environment) ? [] : [move(from, free)],
      }),
    ];
  });
}

/** Relative imports that lead nowhere. */
export function checkRelative({ graph, started }: Situation): Finding[] {
  return graph.imports
    .filter(({ name }) => name === null)
    .map((one) => {
      const isStarted = graph.files.some(({ path, module }) => path === one.from && module === null);
      const why = isStarted ? "a file that is started is in no package" : "it leads out of the package";
      return finding(
        "relative-import",
        one.optional ? "info" : started.has(one.from) ? "error" : "info",
        `The import of ${one.written} in ${one.from} fails: ${why}.`,
        { files: [one.from], imports: placesOf([one]) },
      );
    });
}

/** Files that could not be looked into. */
export function checkSources({ graph, started }: Situation): Finding[] {
  return graph.files.flatMap(({ path, problem }) => {
    if (problem === null || problem.code === "invalid-mpy") return [];
    const isSource = problem.code === "syntax-error" && isCode(path);
    const code = isSource || problem.code === "syntax-error" ? "invalid-source" : "unreadable-file";
    const severity = !started.has(path) ? "info" : code === "invalid-source" ? "error" : "warning";
    const where = problem.line === null ? "" : `, line ${problem.line}`;
    const message =
      code === "invalid-source" ? `${path}${where} does not parse: ${problem.message}` : problem.message;
    return [
      finding(code, severity, message, {
        files: [path],
        imports: problem.line === null ? [] : [{ path, line: problem.line }],
      }),
    ];
  });
}
