// The state of one evaluation: what manifestfile.py keeps in its ManifestFile object (MicroPython 1.28).

import type { Module } from "../../python/ast.js";
import type {
  ManifestFile,
  ManifestFileKind,
  ManifestMode,
  ManifestWarning,
  RequiredPackage,
} from "../manifest-result.js";
import type { PackageAnswers } from "../packages.js";
import { Interpreter } from "../interpreter/interpreter.js";
import { type Builtins, Scope } from "../interpreter/scope.js";
import { builtinScope } from "../builtins/functions.js";
import type { FileTree } from "../library/file-tree.js";
import type { Library } from "../library/library.js";
import type { Modules } from "../interpreter/imports.js";
import { manifestModules } from "../library/os-module.js";
import { join, normalize } from "../library/posix-path.js";
import type { Meter } from "../value/meter.js";
import type { PyBuiltin, Run, Value } from "../value/values.js";
import { PackageMetadata } from "./metadata.js";

/** What a session is made with: the options of evaluateManifest, checked. */
export interface SessionOptions {
  readonly mode: ManifestMode;
  readonly variables: ReadonlyMap<string, string>;
  readonly tree: FileTree;
  readonly meter: Meter;
  readonly environment: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly print: (text: string) => void;
  readonly packages: PackageAnswers | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A file as it is added; its metadata may still change. */
export interface AddedFile extends Omit<ManifestFile, "metadata" | "kind"> {
  readonly kind: ManifestFileKind;
  readonly metadata: PackageMetadata;
}

/** One evaluation. */
export class Session {
  readonly files: AddedFile[] = [];
  readonly pypiDependencies: string[] = [];
  readonly cModules: string[] = [];
  readonly required: RequiredPackage[] = [];
  readonly warnings: ManifestWarning[] = [];
  /** Manifests read, with the metadata of their package. */
  readonly visited: Map<string, PackageMetadata> = new Map();
  /** Manifests being evaluated, outermost first. */
  readonly open: string[] = [];
  /** The metadata of the package at each level of require(). */
  readonly metadata: PackageMetadata[];
  readonly libraries: Map<string, Library> = new Map();
  /** The order in which libraries are searched. */
  readonly searched: Library[] = [];
  /** Packages taken from `packages`. */
  readonly answered: Set<string> = new Set();
  /** The folder of the manifest at hand. */
  cwd = "/";
  readonly interpreter: Interpreter;
  /** What every manifest can call; the first one that is evaluated makes them. */
  functions: readonly PyBuiltin[] | undefined;
  private readonly builtins: Builtins;

  constructor(readonly options: SessionOptions) {
    const { environment, meter, mode, platform, print, tree } = options;
    this.metadata = [new PackageMetadata(mode, false)];
    const around = { tree, environment, platform, cwd: () => this.cwd };
    let found: Modules | undefined;
    const modules = (): Modules => (found ??= manifestModules(() => this.interpreter, around));
    this.interpreter = new Interpreter({ meter, modules, print });
    let scope: ReadonlyMap<string, Value> | undefined;
    this.builtins = () => (scope ??= builtinScope(this.interpreter));
  }

  get mode(): ManifestMode {
    return this.options.mode;
  }

  get tree(): FileTree {
    return this.options.tree;
  }

  /** True where freeze() and its relatives exist. */
  get freezes(): boolean {
    return this.mode === "freeze" || this.mode === "list-c-modules";
  }

  /** The metadata of the package whose manifest is at hand. */
  get current(): PackageMetadata {
    return this.metadata[this.metadata.length - 1] as PackageMetadata;
  }

  /** A path as manifests write it, made absolute, with its $(VARIABLES) put in. */
  resolve(path: string): string {
    let text = path;
    if (path.includes("$(")) {
      for (const [name, value] of this.options.variables) text = text.replaceAll(`$(${name})`, () => value);
    }
    this.options.meter.size(text.length);
    return normalize(join(this.cwd, text));
  }

  addLibrary(name: string, path: string, prepend: boolean): void {
    const library = this.tree.seen.library(this.resolve(path));
    this.libraries.set(name, library);
    if (prepend) this.searched.unshift(library);
    else this.searched.push(library);
  }

  /** Runs a manifest with these names in its globals. */
  *run(module: Module, path: string, globals: ReadonlyMap<string, Value>): Run<void> {
    yield* this.interpreter.runModule(module, path, Scope.module(this.builtins, globals));
  }

  /** The manifest and line at hand. */
  place(): { readonly file: string; readonly line: number } {
    return this.interpreter.trace()[0] ?? { file: "", line: 0 };
  }

  warn(message: string): void {
    this.warnings.push({ message, ...this.place() });
  }
}
