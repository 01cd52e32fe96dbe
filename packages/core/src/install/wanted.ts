// Which files a resolution wants on the board: one entry for each path, compiled where the policy says so.
// It does not know what is there already, but for what the record says was compiled before.

import type { Environment } from "../environment.js";
import type { LockedFile, LockedPackage, Resolution } from "../resolve/resolution.js";
import { compiledPath, compileFailure, compileSource, fetchContents, isCompilable } from "./contents.js";
import type { MpyPolicy, PlanOptions } from "./options.js";
import type { CompileFallback, FileState } from "./plan.js";
import { mpyComplaint } from "./mpy-check.js";
import type { InstallRecord, RecordedFile } from "./record.js";

/** One file that packages want at a path. */
export interface WantedFile extends FileState {
  readonly path: string;
  /** Names of the packages that want it, sorted. */
  readonly packages: readonly string[];
  readonly locked: LockedFile;
  readonly compiled: boolean;
  /** Compiled before, for a board that loads other .mpy files. */
  readonly outdated: boolean;
  /** Packages that want other contents at the same path. */
  readonly rivals: readonly string[];
}

/** What a resolution wants. */
export interface Wanted {
  readonly files: readonly WantedFile[];
  readonly fallbacks: readonly CompileFallback[];
  /** Results of compiling, by the path of the result. */
  readonly compiled: ReadonlyMap<string, Uint8Array>;
}

/** The policy in force. */
export function mpyPolicy({ mpy, compile }: Pick<PlanOptions, "mpy" | "compile">): MpyPolicy {
  return mpy ?? (compile === undefined ? "never" : "prefer");
}

/** What decides beside the options. */
interface Known {
  readonly environment: Environment;
  readonly record: InstallRecord;
  /** Whether what the record says was compiled is not compiled again. */
  readonly reuses: boolean;
}

/** What `resolution` wants on a board of `environment`. @throws what fetching sources to compile throws, `syntax-error` */
export async function wantedFiles(
  resolution: Resolution,
  known: Known,
  options: PlanOptions,
): Promise<Wanted> {
  const compiler = new Compiler(known, options);
  const files = new Map<string, WantedFile>();
  if (mpyPolicy(options) !== "never") await compiler.prepare(resolution.packages);
  for (const one of resolution.packages) {
    for (const locked of one.files) addWanted(files, one.name, compiler.resultOf(locked));
  }
  const sorted = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files: sorted, fallbacks: compiler.fallbacks, compiled: compiler.contents };
}

type Result = Omit<WantedFile, "packages" | "rivals">;

function addWanted(files: Map<string, WantedFile>, name: string, result: Result): void {
  const other = files.get(result.path);
  if (other === undefined) files.set(result.path, { ...result, packages: [name], rivals: [] });
  else if (other.locked.sha256 === result.locked.sha256) {
    files.set(result.path, { ...other, packages: [...other.packages, name].sort() });
  } else files.set(result.path, { ...other, rivals: [...other.rivals, name].sort() });
}

class Compiler {
  readonly contents = new Map<string, Uint8Array>();
  readonly fallbacks: CompileFallback[] = [];
  readonly #results = new Map<string, FileState>();
  readonly #environment: Environment;
  readonly #reuses: boolean;
  readonly #options: PlanOptions;
  /** What was compiled before: state of the result by path and source. */
  readonly #before: ReadonlyMap<string, RecordedFile>;
  readonly #outdated = new Set<string>();

  constructor({ environment, record, reuses }: Known, options: PlanOptions) {
    this.#environment = environment;
    this.#reuses = reuses;
    this.#options = options;
    const files = record.packages.flatMap((one) => one.files).filter((file) => file.source !== undefined);
    this.#before = new Map(files.map((file) => [resultKey(file.path, file.source ?? ""), file]));
  }

  /** Compiles all sources that were not compiled before. */
  async prepare(packages: readonly LockedPackage[]): Promise<void> {
    const files = packages.flatMap((one) => one.files);
    const paths = new Set(files.map((file) => file.path));
    const sources = files.filter((file) => isCompilable(file.path));
    for (const { path } of sources.filter((file) => paths.has(compiledPath(file.path))))
      this.#fallBack(path, `${compiledPath(path)} comes with it`);
    const free = sources.filter((file) => !paths.has(compiledPath(file.path)));
    const todo = free.filter((file) => !this.#useResultOfBefore(file));
    const canCompile = this.#options.compile !== undefined && this.#environment.mpy !== null;
    const contents = canCompile ? await fetchContents(todo, this.#options) : new Map<string, Uint8Array>();
    for (const file of new Map(todo.map((one) => [resultKey(one.path, one.sha256), one])).values()) {
      await this.#compile(file, contents.get(file.sha256) ?? new Uint8Array(0));
    }
  }

  resultOf(locked: LockedFile): Result {
    const key = resultKey(compiledPath(locked.path), locked.sha256);
    const state = isCompilable(locked.path) ? this.#results.get(key) : undefined;
    const compiled = state !== undefined;
    const { size, sha256 } = state ?? locked;
    const path = compiled ? compiledPath(locked.path) : locked.path;
    return { path, size, sha256, locked, compiled, outdated: compiled && this.#outdated.has(key) };
  }

  #useResultOfBefore(file: LockedFile): boolean {
    const key = resultKey(compiledPath(file.path), file.sha256);
    const state = this.#before.get(key);
    if (state === undefined) return false;
    const isOutdated = mpyComplaint(state.header, this.#environment) !== null;
    if (isOutdated) this.#outdated.add(key);
    if (isOutdated || !this.#reuses) return false;
    this.#results.set(key, state);
    return true;
  }

  #fallBack(path: string, reason: string): void {
    if (this.#options.mpy === "require") throw compileFailure(path, reason);
    this.fallbacks.push({ path, reason });
  }

  async #compile(file: LockedFile, source: Uint8Array): Promise<void> {
    const context = { path: file.path, environment: this.#environment };
    const result = await compileSource(source, context, this.#options.compile);
    if ("fallback" in result) {
      this.#fallBack(file.path, result.fallback);
      return;
    }
    this.contents.set(compiledPath(file.path), result.content);
    this.#results.set(resultKey(compiledPath(file.path), file.sha256), {
      size: result.content.length,
      sha256: result.sha256,
    });
  }
}

function resultKey(path: string, source: string): string {
  return `${source} ${path}`;
}
