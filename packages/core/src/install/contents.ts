// From a locked file to the bytes that are written: fetched, checked, and compiled where that is wanted.

import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";
import type { LockedFile } from "../resolve/resolution.js";
import { sha256 } from "../sha256.js";
import type { DownloadOptions } from "../sources/download.js";
import { fetchContent } from "../sources/fetch-content.js";
import type { CompileFunction } from "./options.js";

/** How many contents are fetched at a time. */
const parallel = 8;

/** Fetches the contents of each file, some at a time; the same contents once. */
export async function fetchContents(
  files: readonly LockedFile[],
  options: DownloadOptions,
  onFile?: (file: LockedFile) => void,
): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  const waiting = [...new Map(files.map((file) => [file.sha256, file])).values()];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      contents.set(file.sha256, await fetchContent(file, options));
      onFile?.(file);
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel }, worker));
  } catch (error) {
    waiting.length = 0;
    throw error;
  }
  return contents;
}

/** What compiling a source gave. */
export type Compiled =
  { readonly content: Uint8Array; readonly sha256: string } | { readonly fallback: string };

/** Compiles a source, or says why not. */
export async function compileSource(
  source: Uint8Array,
  context: { readonly path: string; readonly environment: Environment },
  compile: CompileFunction | undefined,
): Promise<Compiled> {
  if (compile === undefined) return { fallback: "no compiler was given" };
  if (context.environment.mpy === null) return { fallback: "the board loads no .mpy files" };
  try {
    const content = compile(source, context);
    return { content, sha256: await sha256(content) };
  } catch (error) {
    return { fallback: error instanceof Error ? error.message : String(error) };
  }
}

/** The path of what is compiled from a source. */
export function compiledPath(path: string): string {
  return path.replace(/\.py$/u, ".mpy");
}

/**
 * Whether a source of a package may become an .mpy file: what a board runs by itself at its start may not, nor what is
 * to be in the file system's root, where programs are run by name.
 */
export function isCompilable(path: string): boolean {
  if (path.startsWith("/")) return false;
  return path.endsWith(".py") && !/^(?:boot|main|code|safemode|repl|settings)\.py$/u.test(path);
}

/** The error when a file that must be compiled cannot be. */
export function compileFailure(path: string, reason: string): UpyError {
  return new UpyError("syntax-error", `${path} cannot be compiled: ${reason}.`, {
    hint: 'With mpy: "prefer" the source is installed instead.',
  });
}
