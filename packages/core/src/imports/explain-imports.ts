// The doctor: looks at the files of a target and says what is wrong with its imports, and what could be done about it.
// It changes nothing; fix.ts does.

import type { CircuitPythonBundle } from "../bundles/bundle.js";
import type { Environment } from "../environment.js";
import type { Target } from "../targets/target.js";
import { checkBytecode } from "./doctor/check-bytecode.js";
import { checkCase, checkMissing, checkRelative, checkSelf, checkSources } from "./doctor/check-imports.js";
import { checkDroppings, checkNames } from "./doctor/check-names.js";
import { checkNesting, nestedFolders } from "./doctor/check-nesting.js";
import { checkPackages, checkPieces, libraryFolder } from "./doctor/check-packages.js";
import { checkPrograms } from "./doctor/check-programs.js";
import { checkPairs, checkShadows, comparedFiles } from "./doctor/check-shadows.js";
import { recordedPackages } from "./doctor/recorded-packages.js";
import { type InstalledPackage, isCode, resolveIn, type Situation } from "./doctor/situation.js";
import { entryFiles } from "./entry-files.js";
import { type FileIndex, indexFiles } from "./file-index.js";
import type { Finding, FindingSeverity } from "./finding.js";
import { graphOf, type ImportGraph, type ImportGraphOptions, readFiles } from "./import-graph.js";

/** What {@link explainImports} takes. */
export interface ExplainImportsOptions extends ImportGraphOptions {
  /** What is installed, with what it needs. Default: what the install records on the target say. */
  readonly packages?: readonly InstalledPackage[] | undefined;
  /** A bundle that knows what its libraries need. */
  readonly bundle?: CircuitPythonBundle | undefined;
}

/** What {@link explainImports} answers. */
export interface ImportReport {
  /** The worst first, then by code and file. */
  readonly findings: readonly Finding[];
  /** All imports: of what the board starts, and of other code in the root. */
  readonly graph: ImportGraph;
}

/** Looks at all that decides what imports load. Reads the target, and writes nothing. */
export async function explainImports(
  target: Target,
  options: ExplainImportsOptions = {},
): Promise<ImportReport> {
  const { signal } = options;
  const environment = options.environment ?? (await target.environment({ signal }));
  const index = await indexFiles(target, environment, options);
  const started = options.entries ?? entryFiles((path) => index.lookup(path) === "file", environment);
  const graph = await graphOf(target, index, { ...options, environment, entries: programs(started, index) });
  const situation: Situation = {
    ...{ environment, index, graph, started: reachedFrom(started, graph, { environment, index }) },
    bytecode: await readBytecode(target, index, options),
    hashes: await readHashes(target, { environment, index }, signal),
    packages: options.packages ?? (await recordedPackages(target, { environment, index }, signal)),
    bundle: options.bundle ?? null,
    libraryFiles: await readLibraries({ environment, index }, options),
  };
  return { findings: findingsOf(situation), graph };
}

/** All checks. Pure. */
function findingsOf(situation: Situation): Finding[] {
  const nesting = checkNesting(situation);
  const findings = [
    ...nesting,
    ...checkMissing(situation),
    ...checkCase(situation),
    ...checkSelf(situation),
    ...checkPrograms(situation),
    ...checkRelative(situation),
    ...checkSources(situation),
    ...checkShadows(situation),
    ...checkPairs(situation),
    ...checkBytecode(situation),
    ...checkNames(situation, nestedFolders(nesting)),
    ...checkDroppings(situation),
    ...checkPackages(situation),
    ...checkPieces(situation),
  ];
  // A file that is started and imported is looked at under both names.
  const byText = new Map(findings.map((one) => [JSON.stringify({ ...one, fixes: [] }), one]));
  return [...byText.values()].sort((a, b) => rank(a) - rank(b) || compare(orderOf(a), orderOf(b)));
}

const severities: readonly FindingSeverity[] = ["error", "warning", "info"];

function rank({ severity }: Finding): number {
  return severities.indexOf(severity);
}

function orderOf({ code, files, module }: Finding): string {
  return [code, files[0] ?? "", module ?? ""].join(" ");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the board starts, and other code in the root, which people start by hand. */
function programs(started: readonly string[], { entries }: FileIndex): string[] {
  const others = entries
    .filter(({ path, type }) => type === "file" && /^\/[^/]+\.py$/iu.test(path) && !path.startsWith("/._"))
    .map(({ path }) => path);
  return [...new Set([...started, ...others])];
}

/** Every file that is loaded when these are started, packages on the way included. */
function reachedFrom(
  entries: readonly string[],
  { imports }: ImportGraph,
  situation: Pick<Situation, "environment" | "index">,
): Set<string> {
  const byFile = new Map<string, Set<string>>();
  for (const { from, name } of imports) {
    const names = byFile.get(from) ?? new Set();
    byFile.set(from, names.add(name ?? ""));
  }
  const reached = new Set(entries);
  // A set that grows while it is walked: what is added is walked too.
  for (const path of reached) {
    for (const name of byFile.get(path) ?? [])
      for (const file of loadedBy(name, situation)) reached.add(file);
  }
  return reached;
}

function loadedBy(name: string, situation: Pick<Situation, "environment" | "index">): string[] {
  const parts = name.split(".");
  return parts.flatMap((_, end) => {
    const { found } = resolveIn(situation, parts.slice(0, end + 1).join("."));
    const path = found?.type === "module" ? found.path : found?.type === "package" ? found.init : null;
    return path === null ? [] : [situation.index.at(path)?.path ?? path];
  });
}

async function readBytecode(
  target: Target,
  { entries }: FileIndex,
  { signal, maxFileSize = 1024 * 1024 }: ExplainImportsOptions,
): Promise<Map<string, Uint8Array>> {
  const paths = entries
    .filter(
      ({ path, type, size }) =>
        type === "file" && /\.mpy$/iu.test(path) && isReal(path) && size <= maxFileSize,
    )
    .map(({ path }) => path);
  const contents = await readFiles(target, paths, signal);
  return new Map(paths.flatMap((path, at) => (contents[at] ? [[path, contents[at]] as const] : [])));
}

function isReal(path: string): boolean {
  return isCode(path) && !/(^|\/)\._/u.test(path);
}

async function readHashes(
  target: Target,
  situation: { readonly environment: Environment; readonly index: FileIndex },
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const paths = comparedFiles(situation);
  if (paths.length === 0) return new Map();
  const hashes = await target.fs.hashFiles(paths, { signal });
  return new Map(paths.flatMap((path, at) => (hashes[at] ? [[path, hashes[at]] as const] : [])));
}

/** What the bundle's libraries consist of, for those whose folders are there; in any variant, for the names are the same. */
async function readLibraries(
  situation: { readonly environment: Environment; readonly index: FileIndex },
  { bundle, signal }: ExplainImportsOptions,
): Promise<Map<string, readonly string[]>> {
  const files = new Map<string, readonly string[]>();
  const [variant] = bundle?.variants ?? [];
  if (bundle === undefined || variant === undefined) return files;
  for (const { name, isPackage } of bundle.libraries) {
    if (!isPackage || libraryFolder(name, situation) === null) continue;
    const library = await bundle.readLibrary(name, variant, { signal });
    if (library !== null)
      files.set(
        name,
        library.map(({ path }) => path),
      );
  }
  return files;
}
