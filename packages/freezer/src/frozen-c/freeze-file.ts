// What goes into freezing: files as values. Where they come from (a manifest, a resolution, a folder) is not known here.

/** A file to freeze. `path` is the name that `import` and `open` find: POSIX, relative, like "aioble/core.py". */
export type FreezeFile = PythonFile | CompiledFile | TextFile;

/** Source to compile and freeze as bytecode. */
export interface PythonFile {
  readonly kind: "py";
  readonly path: string;
  readonly content: string | Uint8Array;
  /** 0 to 3; absent for the default of the call. */
  readonly optimize?: number | undefined;
  /** The version of the owning package: appended as `__version__` when the source does not set it itself. */
  readonly version?: string | null | undefined;
}

/** An .mpy file to freeze as it is. It is found under the source name that is in the file, not under `path`. */
export interface CompiledFile {
  readonly kind: "mpy";
  readonly path: string;
  readonly content: Uint8Array;
}

/** A file to freeze as text, compiled at each import. */
export interface TextFile {
  readonly kind: "str";
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** What compiling one file asks for. */
export interface CompileRequest {
  readonly filename: string;
  readonly target: "micropython" | "circuitpython";
  readonly optimize?: number | undefined;
  readonly arch?: string | undefined;
  readonly smallIntBits?: number | undefined;
}

/** Compiles one source file; `compile` of `@upykit/compiler` is one. Throws where the source has an error. */
export type CompileFunction = (source: string, request: CompileRequest) => { readonly mpy: Uint8Array };

/** The bytes of a text or of bytes. */
export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
