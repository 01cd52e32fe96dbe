// The archives of a bundle, each opened once, when it is first needed.

import { UpyError } from "../errors.js";
import { readMpyHeader } from "../mpy/header.js";
import type { BundleCallOptions, BundleVariant } from "./bundle.js";
import type { BundlePart } from "./bundle-parts.js";
import { treeOf, type BundleTree } from "./bundle-tree.js";
import { mpyVersionOf } from "./choose-variant.js";

/** The archives of one bundle. */
export class BundleTrees {
  readonly #open = new Map<BundlePart, Promise<BundleTree | null>>();
  readonly #missing = new Set<BundlePart>();
  #parts: readonly BundlePart[];
  #closed = false;

  constructor(parts: readonly BundlePart[]) {
    this.#parts = parts;
  }

  /** The parts, but for those that turned out not to be there. */
  get parts(): readonly BundlePart[] {
    return this.#parts.filter((part) => !this.#missing.has(part));
  }

  /** The variants, bytecode first, oldest first. */
  get variants(): readonly BundleVariant[] {
    return [...new Set(this.parts.map(({ variant }) => variant))]
      .filter((variant) => variant !== "examples" && variant !== null)
      .sort((a, b) => Number(a === "py") - Number(b === "py") || Number(a) - Number(b));
  }

  /** Looks into the archives whose names do not tell their variant. */
  async findVariants(options: BundleCallOptions): Promise<void> {
    this.#parts = await Promise.all(this.#parts.map((part) => this.#withVariant(part, options)));
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

  /** The tree of a part; null when nothing is there. @throws what opening throws; the next call tries again */
  get(part: BundlePart, options: BundleCallOptions): Promise<BundleTree | null> {
    const known = this.#open.get(part);
    if (known !== undefined) return known;
    const opening = this.#openPart(part, options);
    this.#open.set(part, opening);
    opening.catch(() => this.#open.delete(part));
    return opening;
  }

  async #openPart(part: BundlePart, options: BundleCallOptions): Promise<BundleTree | null> {
    if (this.#closed) throw new UpyError("invalid-argument", "the bundle was closed");
    const archive = await part.open(options);
    if (archive === null) {
      this.#missing.add(part);
      return null;
    }
    try {
      return treeOf(archive);
    } catch (error) {
      await archive.close();
      throw error;
    }
  }

  /** Whichever is there that `wants` takes: what is open already, then sources, for they tell most. */
  async any(wants: (tree: BundleTree) => boolean, options: BundleCallOptions): Promise<BundleTree | null> {
    const rank = (part: BundlePart): number =>
      Number(this.#open.has(part)) * 2 + Number(part.variant === "py");
    for (const part of [...this.parts].sort((a, b) => rank(b) - rank(a))) {
      const tree = await this.get(part, options);
      if (tree !== null && wants(tree)) return tree;
    }
    return null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const trees = await Promise.allSettled(this.#open.values());
    const archives = trees.flatMap((one) => (one.status === "fulfilled" ? (one.value?.archive ?? []) : []));
    await Promise.all(archives.map((archive) => archive.close()));
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
