// From a manifest's result to contents: what the freezer and the index builder take.

import { UpyError } from "../errors.js";
import { normalize } from "./library/posix-path.js";
import type { ManifestFileSystem } from "./file-system.js";
import { ManifestError, type ManifestPlace } from "./manifest-error.js";
import type { ManifestFile, ManifestResult } from "./manifest-result.js";
import { optimizationLevel, type OptimizationLevel } from "./optimization-level.js";

/**
 * A file with its contents, as `freezeToC` of @upykit/freezer takes it. `version` is that of the owning package, `place`
 * where the manifest names the file.
 */
export type ManifestFileContent =
  | {
      readonly kind: "py";
      readonly path: string;
      readonly content: Uint8Array;
      readonly optimize: OptimizationLevel | undefined;
      readonly version: string | null;
      readonly place: ManifestPlace;
    }
  | {
      readonly kind: "mpy";
      readonly path: string;
      /** Where the file system has it; undefined for files of a package source. */
      readonly source: string | undefined;
      readonly content: Uint8Array;
      readonly place: ManifestPlace;
    }
  | {
      readonly kind: "str";
      readonly path: string;
      readonly content: Uint8Array;
      readonly place: ManifestPlace;
    };

/** What {@link readManifestFiles} takes besides the result. */
export interface ReadManifestFilesOptions {
  /** The one the manifest was evaluated over. */
  readonly fileSystem: ManifestFileSystem;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The files of a result with their contents, in order. The version that `__version__` gets is not put in: that is for
 * who compiles.
 * @throws ManifestError with what the file system says, and the line that names the file
 */
export async function readManifestFiles(
  result: ManifestResult,
  options: ReadManifestFilesOptions,
): Promise<ManifestFileContent[]> {
  const read: ManifestFileContent[] = [];
  for (const file of result.files) read.push(withContent(file, await contentOf(file, options)));
  return read;
}

async function contentOf(
  file: ManifestFile,
  { fileSystem, signal }: ReadManifestFilesOptions,
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  if (file.content !== undefined) return file.content;
  try {
    return await fileSystem.readFile(normalize(file.source), { signal });
  } catch (error) {
    if (!(error instanceof UpyError)) throw error;
    const trace = [{ file: file.manifest, line: file.line }];
    throw new ManifestError(error.code, error.message, { hint: error.hint, cause: error, trace });
  }
}

function withContent(file: ManifestFile, content: Uint8Array): ManifestFileContent {
  const { kind, target: path } = file;
  const place = { file: file.manifest, line: file.line };
  if (kind === "freeze-as-str") return { kind: "str", path, content, place };
  if (kind === "freeze-mpy") {
    const source = file.content === undefined ? file.source : undefined;
    return { kind: "mpy", path, source, content, place };
  }
  const optimize = optimizationLevel(file.opt) ?? undefined;
  // What a package source answers is frozen as it would be installed: with the `__version__` it came with, or none.
  const version = file.content === undefined ? file.metadata.version : null;
  return { kind: "py", path, content, optimize, version, place };
}
