// What evaluating a manifest gives. Kinds and order are those of tools/manifestfile.py, MicroPython 1.28 and 1.29.

/**
 * What the manifest is evaluated for.
 * - `freeze`: a firmware; files are frozen.
 * - `compile`: an index; every manifest starts with `metadata()` and files are .py.
 * - `pyproject`: as `compile`, but packages that PyPI has become dependencies.
 * - `list-c-modules` (1.29): as `freeze`, but only C modules are listed.
 */
export type ManifestMode = "freeze" | "compile" | "pyproject" | "list-c-modules";

/** What becomes of a file: upstream's KIND_FREEZE_AS_STR, KIND_FREEZE_AS_MPY, KIND_FREEZE_MPY, KIND_COMPILE_AS_MPY. */
export type ManifestFileKind = "freeze-as-str" | "freeze-as-mpy" | "freeze-mpy" | "compile-as-mpy";

/** What metadata() was given. One object for all files of a package. */
export interface ManifestMetadata {
  readonly version: string | null;
  readonly description: string | null;
  readonly license: string | null;
  readonly author: string | null;
  /** Always false, as in upstream: metadata(stdlib=True) has an effect in mode `pyproject` only. */
  readonly stdlib: boolean;
  /** The PyPI package this one is based on. */
  readonly pypi: string | null;
  /** The name this package has on PyPI. */
  readonly pypiPublish: string | null;
}

/** A file that a manifest names. */
export interface ManifestFile {
  /** Where it is: a path of the file system, or a URL where `content` came from a package source. */
  readonly source: string;
  /** Where it goes: below the root of imports, checked: "aiohttp/__init__.py". */
  readonly target: string;
  readonly kind: ManifestFileKind;
  /** Optimisation level for the compiler; null where the manifest does not say. */
  readonly opt: number | null;
  readonly metadata: ManifestMetadata;
  /** The manifest that named it, and the line there. */
  readonly manifest: string;
  readonly line: number;
  /** Its contents, where they are not in the file system. */
  readonly content?: Uint8Array;
}

/** A package that a manifest required, in the order of the calls. */
export interface RequiredPackage {
  readonly name: string;
  /** As given to `require(…, version=…)`; null where it was not. */
  readonly version: string | null;
  readonly library: string | null;
  /** What answered: the path of its manifest.py, `packages`, or `pypi`. */
  readonly answer: string;
}

/** Something that is allowed but is likely a mistake. */
export interface ManifestWarning {
  readonly message: string;
  readonly file: string;
  readonly line: number;
}

/** What a manifest asks for. */
export interface ManifestResult {
  readonly mode: ManifestMode;
  /** In the order that manifestfile.py yields. The same target twice is possible, as there. */
  readonly files: readonly ManifestFile[];
  /** Of the manifest itself. */
  readonly metadata: ManifestMetadata;
  /** Mode `pyproject`: names of PyPI packages, in order. */
  readonly pypiDependencies: readonly string[];
  /** Folders with a micropython.mk or micropython.cmake (1.29). */
  readonly cModules: readonly string[];
  readonly required: readonly RequiredPackage[];
  /** Every manifest that was read, in order. */
  readonly manifests: readonly string[];
  readonly warnings: readonly ManifestWarning[];
}
