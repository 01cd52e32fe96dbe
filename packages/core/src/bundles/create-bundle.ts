// A bundle from its parts: the one implementation behind every place a bundle can be at.

import { UpyError } from "../errors.js";
import type { PackageRelease, SourceContext } from "../sources/source.js";
import { checkPackagePath } from "../specs/package-path.js";
import type { NamedRequirement, Requirement } from "../specs/requirement.js";
import { compareText } from "../specs/specifier.js";
import type {
  BundleCallOptions,
  BundleExample,
  BundleFile,
  BundleLibrary,
  BundleVariant,
  CircuitPythonBundle,
} from "./bundle.js";
import type { ChainContext } from "./bundle-chain.js";
import { checkLoads, checkVersion, nothingFound } from "./bundle-checks.js";
import { parseBundleIndex, type IndexedLibrary } from "./bundle-index.js";
import { lockedPath, lockedUrl, type BundlePart, type BundleParts } from "./bundle-parts.js";
import { libraryFiles, type BundleTree } from "./bundle-tree.js";
import { BundleTrees } from "./bundle-trees.js";
import type { BundleWarning, OnBundleWarning } from "./bundle-warning.js";
import { fittingVariants } from "./choose-variant.js";
import { circupDependencies } from "./circup-dependencies.js";
import { deriveLibraries } from "./derive-libraries.js";
import { examplesIn, examplesOf } from "./examples.js";
import { LibraryNames } from "./library-names.js";

/** What {@link createBundle} takes besides the parts. */
export interface CreateBundleOptions extends BundleCallOptions {
  /** Told of each thing once in each `resolve`. Default: nobody is told. */
  readonly onWarning?: OnBundleWarning | undefined;
}

/** Puts a bundle together; on failure, what was opened is closed. @throws `not-found`, `invalid-package`, `invalid-path`, `too-large`, `network`, … */
export async function createBundle(
  parts: BundleParts,
  { onWarning = () => undefined, signal }: CreateBundleOptions = {},
): Promise<CircuitPythonBundle> {
  const trees = new BundleTrees(parts.parts);
  try {
    await trees.findVariants({ signal });
    const libraries = await librariesOf(parts, { trees, onWarning, signal });
    return new Bundle(parts, { trees, libraries, onWarning });
  } catch (error) {
    await trees.close();
    throw error;
  }
}

async function librariesOf(
  parts: BundleParts,
  {
    trees,
    onWarning,
    signal,
  }: { trees: BundleTrees; onWarning: OnBundleWarning; signal: AbortSignal | undefined },
): Promise<readonly IndexedLibrary[]> {
  const index = await parts.readIndex({ signal });
  if (index !== null) return parseBundleIndex(index.content, index.name);
  const tree = await trees.any(({ libraries }) => libraries.size > 0, { signal });
  if (tree === null) {
    throw new UpyError("not-found", `nothing is there of the bundle ${parts.id} ${parts.tag ?? ""}`.trim(), {
      hint: "Check the place and the tag.",
    });
  }
  const message = `${parts.id} has no JSON beside it: names, versions and dependencies are taken from its files`;
  onWarning({ type: "no-index", bundle: parts.id, message });
  return deriveLibraries(tree, { signal });
}

interface BundleState {
  readonly trees: BundleTrees;
  readonly libraries: readonly IndexedLibrary[];
  readonly onWarning: OnBundleWarning;
}

/** A library's files, and where they are. */
interface FoundFiles {
  readonly part: BundlePart;
  readonly tree: BundleTree;
  readonly files: readonly BundleFile[];
}

class Bundle implements CircuitPythonBundle {
  readonly id: string;
  readonly tag: string | null;
  readonly name: string;
  readonly libraries: readonly BundleLibrary[];
  readonly #trees: BundleTrees;
  readonly #names: LibraryNames<IndexedLibrary>;
  readonly #public: ReadonlyMap<string, BundleLibrary>;
  readonly #warn: OnBundleWarning;
  readonly #told = new WeakMap<SourceContext, Set<string>>();

  constructor({ id, tag }: BundleParts, { trees, libraries, onWarning }: BundleState) {
    this.id = id;
    this.tag = tag;
    this.name = `bundle ${id}${tag === null ? "" : ` ${tag}`}`;
    this.libraries = libraries.map(withoutPath);
    this.#public = new Map(this.libraries.map((library) => [library.name, library]));
    this.#trees = trees;
    this.#names = new LibraryNames(libraries);
    this.#warn = onWarning;
  }

  get variants(): readonly BundleVariant[] {
    return this.#trees.variants;
  }

  findLibrary(name: string): BundleLibrary | null {
    return this.#public.get(this.#names.find(name)?.name ?? "") ?? null;
  }

  async find(requirements: readonly Requirement[], context: SourceContext): Promise<PackageRelease | null> {
    const named = requirements.filter(isNamed);
    const [first] = named;
    if (first === undefined || named.length < requirements.length) return null;
    const library = this.#names.find(first.name);
    if (library === null) return null;
    checkVersion(library, { bundle: this.name, requirements: named });
    const { part, tree, files } = await this.#fitting(library, context);
    for (const file of files) checkLoads(file, { bundle: this.name, environment: context.environment });
    this.#warnOfSources(library, part, context);
    return {
      name: library.name,
      version: library.version,
      origin: { type: "index", url: `bundle:${this.id}${this.tag === null ? "" : `@${this.tag}`}` },
      dependencies: this.#dependencies(
        library,
        [...library.externalDependencies, ...(await circupDependencies(tree, library, context))],
        context,
      ),
      files: files.map((file) => ({
        ...file,
        url: lockedUrl(part, `lib/${file.path}`),
        hash: null,
        immutable: true,
      })),
    };
  }

  /** The library in the best variant for the board. */
  async #fitting(library: IndexedLibrary, { environment, signal }: SourceContext): Promise<FoundFiles> {
    for (const variant of fittingVariants(this.variants, environment)) {
      const found = await this.#read(library, variant, { signal });
      if (found !== null) return found;
    }
    throw nothingFound(library, { bundle: this.name, variants: this.variants, environment });
  }

  /** What it needs of this bundle, and of the others of the chain; of what nobody has, the caller is told. */
  #dependencies(
    library: IndexedLibrary,
    others: readonly string[],
    context: ChainContext,
  ): NamedRequirement[] {
    const { bundles = [this] } = context;
    const names = new Set(library.dependencies);
    for (const requirement of others) {
      const found = bundles.map((bundle) => bundle.findLibrary(requirement)).find((one) => one !== null);
      if (found !== undefined) names.add(found.name);
      else this.#tell(context, externalWarning(this.id, library.name, requirement));
    }
    return [...names].map((name) => ({ type: "name", name, specifier: "" }));
  }

  #warnOfSources({ name }: IndexedLibrary, part: BundlePart, context: SourceContext): void {
    const { mpy, implementation } = context.environment;
    if (part.variant !== "py" || mpy === null || implementation !== "circuitpython") return;
    const message = `the ${this.name} has no bytecode of ${name} for this board; sources are installed`;
    this.#tell(context, { type: "no-bytecode", bundle: this.id, library: name, message });
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
  ): Promise<FoundFiles | null> {
    for (const part of this.#trees.parts.filter((one) => one.variant === variant)) {
      const tree = await this.#trees.get(part, options);
      const paths = tree === null ? [] : libraryFiles(tree, library);
      if (tree === null || paths.length === 0) continue;
      for (const path of paths) checkPackagePath(path, `${this.name}, ${library.name}`);
      const read = async (path: string): Promise<BundleFile> => ({
        path,
        content: await tree.archive.read(`${tree.root}lib/${path}`, options),
      });
      return {
        part,
        tree,
        files: (await Promise.all(paths.map(read))).sort((a, b) => compareText(a.path, b.path)),
      };
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
    if (tree?.examples.includes(path) === true)
      return tree.archive.read(`${tree.root}examples/${path}`, options);
    throw new UpyError("file-not-found", `the ${this.name} has no example ${path}`, {
      hint: "listExamples() tells which there are.",
    });
  }

  /** Every archive of a release has the examples. */
  #exampleTree(options: BundleCallOptions): Promise<BundleTree | null> {
    return this.#trees.any(({ examples }) => examples.length > 0, options);
  }

  async readLocked(url: string, options: BundleCallOptions = {}): Promise<Uint8Array | null> {
    for (const part of this.#trees.parts) {
      const path = lockedPath(part, url);
      const tree = path === null ? null : await this.#trees.get(part, options);
      if (path === null || tree === null) continue;
      const isThere = tree.archive.entries.some((entry) => entry.path === tree.root + path);
      return isThere ? tree.archive.read(tree.root + path, options) : null;
    }
    return null;
  }

  close(): Promise<void> {
    return this.#trees.close();
  }
}

function withoutPath(library: IndexedLibrary): BundleLibrary {
  const { name, pypiName, version, repository, isPackage, dependencies, externalDependencies } = library;
  return { name, pypiName, version, repository, isPackage, dependencies, externalDependencies };
}

function externalWarning(bundle: string, library: string, requirement: string): BundleWarning {
  const message = `${library} needs ${requirement} of PyPI, which no bundle at hand has`;
  return { type: "external-dependency", bundle, library, requirement, message };
}

function isNamed(requirement: Requirement): requirement is NamedRequirement {
  return requirement.type === "name";
}
