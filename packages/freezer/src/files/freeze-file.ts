// What goes into freezing: files as values. Where they come from (a manifest, a resolution, a folder) is not known here.

import type { MpyArchitecture } from "@upykit/core";
import type { ManifestPlace, OptimizationLevel } from "@upykit/core/manifest";

/** A file to freeze. `path` is the name that `import` and `open` find: POSIX, relative, like "aioble/core.py". */
export type FreezeFile = PythonFile | CompiledFile | TextFile;

/** What all files to freeze have. */
interface NamedFile {
  readonly path: string;
  /** Where a manifest names the file: errors about it then say so. */
  readonly place?: ManifestPlace | undefined;
}

/** Source to compile and freeze as bytecode. */
export interface PythonFile extends NamedFile {
  readonly kind: "py";
  readonly content: string | Uint8Array;
  /** Absent for the default of the call. */
  readonly optimize?: OptimizationLevel | undefined;
  /** The version of the owning package: appended as `__version__` when the source does not set it itself. */
  readonly version?: string | null | undefined;
}

/** An .mpy file to freeze as it is. It is found under the source name that is in the file, not under `path`. */
export interface CompiledFile extends NamedFile {
  readonly kind: "mpy";
  readonly content: Uint8Array;
  /** Where it comes from, as a comment in the C file and errors tell it; `path` where not set. */
  readonly source?: string | undefined;
}

/** A file to freeze as text, compiled at each import. */
export interface TextFile extends NamedFile {
  readonly kind: "str";
  readonly content: string | Uint8Array;
}

export type { OptimizationLevel };

/** How sources are compiled. */
export interface CompileSettings {
  /** Whose bytecode; "micropython". */
  readonly target?: "micropython" | "circuitpython" | undefined;
  /** Of files that have no level of their own; 0. */
  readonly optimize?: OptimizationLevel | undefined;
  /** Architecture for native code in sources. */
  readonly arch?: MpyArchitecture | undefined;
  /** Bits of a small integer; 31. */
  readonly smallIntBits?: number | undefined;
}

/** Compiles one source file. Throws where the source has an error. `compile` of `@upykit/compiler` is one. */
export type CompileFunction = (
  source: Uint8Array,
  options: CompileSettings & { readonly filename: string },
) => { readonly mpy: Uint8Array };

/** The bytes of a text or of bytes. */
export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
