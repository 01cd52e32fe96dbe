// A bundle from its parts: the one implementation behind every place a bundle can be at.

import type { Environment } from "../environment.js";
import { UpyError } from "../errors.js";
import { checkCompatibility } from "../mpy/compatibility.js";
import { readMpyHeader } from "../mpy/header.js";
import type { PackageRelease, SourceContext } from "../sources/source.js";
import { checkPackagePath } from "../specs/package-path.js";
import type { NamedRequirement, Requirement } from "../specs/requirement.js";
import { compareText, pickVersion } from "../specs/specifier.js";
import type {
  BundleCallOptions,
  BundleExample,
  BundleFile,
  BundleLibrary,
  BundleVariant,
  CircuitPythonBundle,
} from "./bundle.js";
import { parseBundleIndex, type IndexedLibrary } from "./bundle-index.js";
import { lockedPath, lockedUrl, type BundlePart, type BundleParts } from "./bundle-parts.js";
import { libraryFiles, treeOf, type BundleTree } from "./bundle-tree.js";
import type { BundleWarning, OnBundleWarning } from "./bundle-warning.js";
import { fittingVariants, mpyVersionOf } from "./choose-variant.js";
import { deriveLibraries } from "./derive-libraries.js";
import { examplesIn, examplesOf } from "./examples.js";
import { LibraryNames } from "./library-names.js";

/** What {@link createBundle} takes besides the parts. */
export interface CreateBundleOptions extends BundleCallOptions {
  /** Told of each thing once in each `resolve`. Default: nobody is told. */
  readonly onWarning?: OnBundleWarning | undefined;
}

/** Puts a bundle together; on failure, what was opened is closed. @throws `invalid-package`, `invalid-path`, `too-large`, `network`, … */
export async function createBundle(
  parts: BundleParts,
  options: CreateBundleOptions = {},
): Promise<CircuitPythonBundle> {
  const trees = new Trees(parts.parts);
  try {
    const known = await trees.withVariants(options);
    const libraries = await librariesOf(parts, trees, options);
    return new Bundle({ ...parts, parts: known }, { trees, libraries, onWarning: options.onWarning });
  } catch (error) {
    await trees.close();
    throw error;
  }
}

async function librariesOf(
  parts: BundleParts,
  trees: Trees,
  options: CreateBundleOptions,
): Promise<readonly IndexedLibrary[]> {
  const index = await parts.readIndex(options);
  if (index !== null) return parseBundleIndex(index.content, index.name);
  const tree = await trees.any(options);
  if (tree === null) throw new UpyError("not-found", `nothing is there of the bundle ${parts.id}`);
  options.onWarning?.({
    type: "no-index",
    bundle: parts.id,
    message: `${parts.id} has no JSON beside it: names, versions and dependencies are taken from its files`,
  });
  return deriveLibraries(tree, options);
}

/** The archives, opened when they are needed, each once. */
class Trees {
  readonly #open = new Map<BundlePart, Promise<BundleTree | null>>();
  #parts: readonly BundlePart[];
  #closed = false;

  constructor(parts: readonly BundlePart[]) {
    this.#parts = parts;
  }

  /** The parts, those of unknown variant looked into. */
  async withVariants(options: BundleCallOptions): Promise<readonly BundlePart[]> {
    this.#parts = await Promise.all(this.#parts.map((part) => this.#withVariant(part, options)));
    return this.#parts;
  }

  async #withVariant(part: BundlePart, options: BundleCallOptions): Promise<BundlePart> {
    if (part.variant !== null) return part;
    const tree = await this.get(part, options);
    const variant = tree === null ? "py" : await variantOf(tree, options);
    const known: BundlePart = { variant, url: part.url, open: (call) => part.open(call) };
    this.#open.set(known, Promise.resolve(tree));
    this.#open.delete(part);
    return known;
  }

  get(part: BundlePart, options: BundleCallOptions): Promise<BundleTree | null> {
    if (this.#closed) throw new UpyError("invalid-argument", "the bundle was closed");
    const known = this.#open.get(part);
    if (known !== undefined) return known;
    const opening = part.open(options).then((archive) => (archive === null ? null : treeOf(archive)));
    this.#open.set(part, opening);
    opening.catch(() => this.#open.delete(part));
    return opening;
  }

  /** Whichever is there: sources first, for they tell most. */
  async any(options: BundleCallOptions): Promise<BundleTree | null> {
    const sorted = [...this.#parts].sort((a, b) => Number(b.variant === "py") - Number(a.variant === "py"));
    for (const part of sorted) {
      const tree = await this.get(part, options);
      if (tree !== null) return tree;
    }
    return null;
  }

  /** What is open already first. */
  byReadiness(parts: readonly BundlePart[]): BundlePart[] {
    return [...parts].sort((a, b) => Number(this.#open.has(b)) - Number(this.#open.has(a)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const trees = await Promise.allSettled(this.#open.values());
    await Promise.all(
      trees.map((one) => (one.status === "fulfilled" ? one.value?.archive.close() : undefined)),
    );
  }
}

/** What an archive with a name of its own has in it: the oldest CircuitPython that loads its first .mpy file, else sources. */
async function variantOf(
  { archive, root, libraries }: BundleTree,
  options: BundleCallOptions,
): Promise<BundleVariant> {
  const first = [...libraries.values()].flat().find((path) => path.endsWith(".mpy"));
  if (first === undefined) return "py";
  const { version } = readMpyHeader(await archive.read(`${root}lib/${first}`, options));
  const major = [6, 7, 9].find((one) => mpyVersionOf(one) === version);
  if (major !== undefined) return major;
  throw new UpyError(
    "invalid-package",
    `${archive.name}: ${first} has .mpy version ${version}, which no CircuitPython loads`,
  );
}

interface BundleState {
  readonly trees: Trees;
  readonly libraries: readonly IndexedLibrary[];
  readonly onWarning: OnBundleWarning | undefined;
}

class Bundle implements CircuitPythonBundle {
  readonly id: string;
  readonly tag: string | null;
  readonly name: string;
  readonly libraries: readonly BundleLibrary[];
  readonly variants: readonly BundleVariant[];
  readonly #parts: readonly BundlePart[];
  readonly #trees: Trees;
  readonly #names: LibraryNames<IndexedLibrary>;
  readonly #warn: OnBundleWarning;
  readonly #told = new WeakMap<SourceContext, Set<string>>();

  constructor({ id, tag, parts }: BundleParts, { trees, libraries, onWarning }: BundleState) {
    this.id = id;
    this.tag = tag;
    this.name = `bundle ${id}${tag === null ? "" : ` ${tag}`}`;
    this.libraries = libraries.map(({ path: _, ...library }) => library);
    this.variants = [...new Set(parts.map(({ variant }) => variant))]
      .filter((variant) => variant !== "examples" && variant !== null)
      .sort((a, b) => Number(a === "py") - Number(b === "py") || Number(a) - Number(b));
    this.#parts = parts;
    this.#trees = trees;
    this.#names = new LibraryNames(libraries);
    this.#warn = onWarning ?? (() => undefined);
  }

  findLibrary(name: string): BundleLibrary | null {
    const found = this.#names.find(name);
    return found === null ? null : (this.libraries.find((library) => library.name === found.name) ?? null);
  }

  async find(requirements: readonly Requirement[], context: SourceContext): Promise<PackageRelease | null> {
    const named = requirements.filter(isNamed);
    const [first] = named;
    if (first === undefined || named.length < requirements.length) return null;
    const library = this.#names.find(first.name);
    if (library === null) return null;
    this.#checkVersion(library, named);
    const { part, files } = await this.#fitting(library, context);
    for (const { path, content } of files) this.#checkFile(path, content, context.environment);
    this.#warnOf(library, part, context);
    return {
      name: library.name,
      version: library.version,
      origin: { type: "index", url: `bundle:${this.id}${this.tag === null ? "" : `@${this.tag}`}` },
      dependencies: library.dependencies.map((name) => ({ type: "name", name, specifier: "" })),
      files: files.map(({ path, content }) => ({
        path,
        url: lockedUrl(part, `lib/${path}`),
        hash: null,
        content,
        immutable: true,
      })),
    };
  }

  #checkVersion({ name, version }: IndexedLibrary, requirements: readonly NamedRequirement[]): void {
    const specifiers = requirements.map(({ specifier }) => specifier).filter((specifier) => specifier !== "");
    if (specifiers.length === 0 || (version !== null && pickVersion([version], specifiers) !== null)) return;
    const has = version === null ? "it does not say which version it has" : `it has ${version}`;
    throw new UpyError(
      "version-conflict",
      `no version of ${name} in the ${this.name} satisfies ${[...new Set(specifiers)].join(" and ")}; ${has}`,
      {
        hint: "A bundle has one version of each library: take the release of the bundle that has yours, or ask for another version.",
      },
    );
  }

  /** The library in the best variant for the board. */
  async #fitting(
    library: IndexedLibrary,
    context: SourceContext,
  ): Promise<{ part: BundlePart; files: BundleFile[] }> {
    const { environment, signal } = context;
    for (const variant of fittingVariants(this.variants, environment)) {
      const found = await this.#read(library, variant, { signal });
      if (found !== null) return found;
    }
    throw this.#nothingFits(library, environment);
  }

  #nothingFits({ name }: IndexedLibrary, { implementation, version, mpy }: Environment): UpyError {
    const wanted = mpy === null ? "sources" : `.mpy files of version ${mpy.version}, or sources`;
    const there = this.variants
      .map((variant) => (variant === "py" ? "sources" : `bytecode for CircuitPython ${variant}`))
      .join(", ");
    return new UpyError(
      "incompatible-mpy",
      `the ${this.name} has nothing of ${name} that the board loads: ${implementation} ${version ?? ""} takes ${wanted}; the bundle is there with ${there || "nothing"}`,
      {
        hint: "Add the archive of the bundle for the board's version of CircuitPython, or the one with sources (-py-).",
      },
    );
  }

  /** A file that the board cannot load is refused before anything is planned. */
  #checkFile(path: string, content: Uint8Array, environment: Environment): void {
    if (!path.endsWith(".mpy")) return;
    const answer = checkCompatibility(content, environment);
    if (answer.loadable) return;
    throw new UpyError(
      "incompatible-mpy",
      `the ${this.name}: the board does not load ${path}: ${answer.message}`,
      { hint: answer.hint },
    );
  }

  #warnOf({ name, externalDependencies }: IndexedLibrary, part: BundlePart, context: SourceContext): void {
    const { mpy, implementation } = context.environment;
    if (part.variant === "py" && mpy !== null && implementation === "circuitpython") {
      this.#tell(context, {
        type: "no-bytecode",
        bundle: this.id,
        library: name,
        message: `the ${this.name} has no bytecode of ${name} for this board; sources are installed`,
      });
    }
    for (const requirement of externalDependencies) {
      this.#tell(context, {
        type: "external-dependency",
        bundle: this.id,
        library: name,
        requirement,
        message: `${name} needs ${requirement} of PyPI, which the ${this.name} does not have`,
      });
    }
  }

  /** A library is asked for again when a requirement on it comes up; the caller hears of it once in each resolve. */
  #tell(context: SourceContext, warning: BundleWarning): void {
    const heard = this.#told.get(context) ?? new Set<string>();
    this.#told.set(context, heard);
    if (!heard.has(warning.message)) this.#warn(warning);
    heard.add(warning.message);
  }

  async readLibrary(
    name: string,
    variant: BundleVariant,
    options: BundleCallOptions = {},
  ): Promise<readonly BundleFile[] | null> {
    const library = this.#names.find(name);
    return library === null ? null : ((await this.#read(library, variant, options))?.files ?? null);
  }

  async #read(
    library: IndexedLibrary,
    variant: BundleVariant,
    options: BundleCallOptions,
  ): Promise<{ part: BundlePart; files: BundleFile[] } | null> {
    for (const part of this.#parts.filter((one) => one.variant === variant)) {
      const tree = await this.#trees.get(part, options);
      const paths = tree === null ? [] : libraryFiles(tree, library);
      if (tree === null || paths.length === 0) continue;
      for (const path of paths) checkPackagePath(path, `${this.name}, ${library.name}`);
      const contents = await Promise.all(
        paths.map((path) => tree.archive.read(`${tree.root}lib/${path}`, options)),
      );
      const files = paths.map((path, index) => ({ path, content: contents[index] ?? new Uint8Array(0) }));
      return { part, files: files.sort((a, b) => compareText(a.path, b.path)) };
    }
    return null;
  }

  async listExamples(library?: string, options: BundleCallOptions = {}): Promise<readonly BundleExample[]> {
    const examples = examplesIn(await this.#exampleTree(options));
    if (library === undefined) return examples;
    const found = this.#names.find(library);
    return found === null ? [] : examplesOf(examples, found);
  }

  async readExample(path: string, options: BundleCallOptions = {}): Promise<Uint8Array> {
    const tree = await this.#exampleTree(options);
    if (tree?.examples.includes(path) !== true)
      throw new UpyError("file-not-found", `the ${this.name} has no example ${path}`);
    return tree.archive.read(`${tree.root}examples/${path}`, options);
  }

  /** Every archive has the examples; the one that is open already is the cheapest. */
  async #exampleTree(options: BundleCallOptions): Promise<BundleTree | null> {
    for (const part of this.#trees.byReadiness(this.#parts)) {
      const tree = await this.#trees.get(part, options);
      if (tree !== null && tree.examples.length > 0) return tree;
    }
    return null;
  }

  async readLocked(url: string, options: BundleCallOptions = {}): Promise<Uint8Array | null> {
    for (const part of this.#parts) {
      const path = lockedPath(part, url);
      const tree = path === null ? null : await this.#trees.get(part, options);
      if (path === null || tree === null) continue;
      if (!tree.archive.entries.some((entry) => entry.path === tree.root + path)) return null;
      return tree.archive.read(tree.root + path, options);
    }
    return null;
  }

  close(): Promise<void> {
    return this.#trees.close();
  }
}

function isNamed(requirement: Requirement): requirement is NamedRequirement {
  return requirement.type === "name";
}
