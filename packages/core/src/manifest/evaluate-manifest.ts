// The entry: makes a session, runs it, waits for what it waits for, and turns its end into a result or an error.

import { UpyError } from "../errors.js";
import { include } from "./api/include.js";
import type { PackageMetadata } from "./api/metadata.js";
import { Session, type SessionOptions } from "./api/session.js";
import type { ManifestFileSystem } from "./file-system.js";
import { isStackOverflow } from "./interpreter/expressions.js";
import { FileTree } from "./library/file-tree.js";
import { join, normalize } from "./library/posix-path.js";
import { SeenFiles } from "./library/seen-files.js";
import { ManifestError } from "./manifest-error.js";
import type { ManifestMetadata, ManifestMode, ManifestResult } from "./manifest-result.js";
import type { PackageAnswers } from "./packages.js";
import { exceptionType, Raised, Refused, type Place } from "./value/exceptions.js";
import { Meter, type ManifestLimits } from "./value/meter.js";
import { reportText } from "./value/repr.js";
import type { Run } from "./value/values.js";

/** The folders of micropython-lib that packages are looked for in. */
export const baseLibraries: readonly string[] = ["micropython", "python-stdlib", "python-ecosys"];

/** What {@link evaluateManifest} takes besides the path. */
export interface EvaluateManifestOptions {
  /** Where manifests and the files they name are read from. */
  readonly fileSystem: ManifestFileSystem;
  /**
   * What `$(NAME)` stands for, absolute: MPY_DIR, MPY_LIB_DIR, PORT_DIR, BOARD_DIR and any other. With MPY_LIB_DIR,
   * the libraries of micropython-lib are searched. Null and undefined are as if not given.
   */
  readonly variables?: Readonly<Record<string, string | null | undefined>> | undefined;
  /** Default `freeze`. */
  readonly mode?: ManifestMode | undefined;
  /** Folders that may be read; default: all that the file system has. */
  readonly roots?: readonly string[] | undefined;
  /** Libraries to search before those of micropython-lib, as with `manifestfile.py --unix-ffi`. */
  readonly libraries?: readonly { readonly name: string; readonly path: string }[] | undefined;
  /** Answers require() before libraries are searched: a lockfile, a package source. */
  readonly packages?: PackageAnswers | undefined;
  /** What os.environ and os.getenv() know. Default: nothing. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** What sys.platform is. Default `linux`. */
  readonly platform?: string | undefined;
  /** What print() writes goes here; by default nowhere. */
  readonly onPrint?: ((text: string) => void) | undefined;
  readonly limits?: ManifestLimits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a manifest asks for, in the order and with the messages of MicroPython's tools/manifestfile.py. The manifest is
 * interpreted: no code of the host runs, and only `fileSystem` is read. Several manifests are evaluated one after the
 * other into one result, as makemanifest.py does.
 * @throws ManifestError; `signal.reason` when aborted
 */
export function evaluateManifest(
  path: string | readonly string[],
  options: EvaluateManifestOptions,
): Promise<ManifestResult> {
  return evaluateAmong(path, options, new SeenFiles());
}

/** The same, where several evaluations see the same files; what one of them has read is not read again. */
export async function evaluateAmong(
  path: string | readonly string[],
  options: EvaluateManifestOptions,
  seen: SeenFiles,
): Promise<ManifestResult> {
  const session = new Session(sessionOptions(options, seen));
  const paths = typeof path === "string" ? [path] : path;
  try {
    await drive(evaluateAll(session, paths, options.libraries ?? []), options.signal);
  } catch (error) {
    throw toManifestError(error, session, paths[0] ?? "");
  }
  return resultOf(session);
}

function* evaluateAll(
  session: Session,
  paths: readonly string[],
  libraries: readonly { name: string; path: string }[],
): Run<void> {
  if (session.options.variables.get("MPY_LIB_DIR")) {
    for (const name of baseLibraries) {
      session.addLibrary(name, `$(MPY_LIB_DIR)/${name}`, false);
    }
  }
  for (const { name, path } of [...libraries].reverse()) session.addLibrary(name, path, true);
  for (const path of paths) yield* include(session, path, false, new Map());
}

/** Runs to the end, waiting for each thing that it waits for. */
async function drive(run: Run<void>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  let step = run.next();
  while (step.done !== true) {
    let answer: unknown;
    try {
      answer = await (step.value as () => Promise<unknown>)();
      signal?.throwIfAborted();
    } catch (error) {
      step = run.throw(error);
      continue;
    }
    step = run.next(answer);
  }
}

function sessionOptions(options: EvaluateManifestOptions, seen: SeenFiles): SessionOptions {
  const meter = new Meter(options.limits ?? {});
  const absolute = (path: string): string => (path === "" ? "" : normalize(join("/", path)));
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(options.variables ?? {})) {
    if (typeof value === "string") variables.set(name, absolute(value));
  }
  const roots = (options.roots ?? ["/"]).map(absolute);
  return {
    mode: options.mode ?? "freeze",
    variables,
    tree: new FileTree(options.fileSystem, roots, meter, options.signal, seen),
    meter,
    environment: options.environment ?? {},
    platform: options.platform ?? "linux",
    print: options.onPrint ?? (() => undefined),
    packages: options.packages,
    signal: options.signal,
  };
}

function resultOf(session: Session): ManifestResult {
  const finished = new Map<PackageMetadata, ManifestMetadata>();
  const plain = (metadata: PackageMetadata): ManifestMetadata => {
    const known = finished.get(metadata) ?? { ...metadata.finished() };
    finished.set(metadata, known);
    return known;
  };
  return {
    mode: session.mode,
    files: session.files.map((file) => ({ ...file, metadata: plain(file.metadata) })),
    metadata: plain(session.current),
    pypiDependencies: session.pypiDependencies,
    cModules: session.cModules,
    required: session.required,
    manifests: [...session.visited.keys()],
    warnings: session.warnings,
  };
}

/** The error for the caller: ours with file and line, or `signal.reason` as it is. */
function toManifestError(error: unknown, session: Session, path: string): unknown {
  const { signal } = session.options;
  const beneath: unknown = error instanceof Refused ? error.cause : error;
  if (signal?.aborted === true && beneath === signal.reason) return beneath;
  if (error instanceof ManifestError) return error;
  if (error instanceof Raised) {
    const message = reportText(error.exception);
    // SystemExit and its like are no Exceptions: they pass through each include() as they are.
    if (!error.exception.type.isA(exceptionType("Exception"))) {
      return fromHost(new UpyError(error.code, message), error.hint, error.trace, path);
    }
    return new ManifestError(error.code, message, {
      hint: error.hint,
      trace: placed(error.trace, path),
      cause: error.cause,
    });
  }
  if (error instanceof Refused) return fromHost(error, error.hint, error.trace, path);
  if (error instanceof UpyError) return fromHost(error, error.hint, [], path);
  if (isStackOverflow(error))
    return fromHost(new UpyError("too-large", "the manifest is nested too deep"), undefined, [], path);
  return error;
}

function placed(trace: readonly Place[], path: string): readonly Place[] {
  return trace.length > 0 ? trace : [{ file: path, line: 0 }];
}

/** An end that no `except` could stop, worded as upstream words its own: manifest by manifest. */
function fromHost(
  error: Refused | UpyError,
  hint: string | undefined,
  trace: readonly Place[],
  path: string,
): ManifestError {
  const places = placed(trace, path);
  const files = [...places].reverse().map(({ file }) => file);
  const chain = files
    .filter((file, i) => file !== files[i - 1])
    .map((file) => `Error in manifest file: ${file}: `);
  const cause: unknown = error instanceof Refused ? error.cause : error;
  return new ManifestError(error.code, chain.join("") + error.message, { hint, trace: places, cause });
}
