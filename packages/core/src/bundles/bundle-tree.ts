// The files of one archive of a bundle, sorted by what they are: libraries, examples, requirements.
// Layout: circuitpython-build-tools 2.x; everything is in one folder, or (unpacked) in none.

import type { Archive } from "../archive/archive.js";
import { UpyError } from "../errors.js";
import type { BundleCallOptions } from "./bundle.js";

/** An archive of a bundle, looked through. */
export interface BundleTree {
  readonly archive: Archive;
  /** The folder that holds everything, with "/" at its end; "" when there is none. */
  readonly root: string;
  /** Paths below `lib/` by their first name without suffix. */
  readonly libraries: ReadonlyMap<string, readonly string[]>;
  /** Paths below `examples/`. */
  readonly examples: readonly string[];
  /** Paths below the root of everything else. */
  readonly others: readonly string[];
}

/** Looks through an archive. @throws `invalid-package` when it is no bundle */
export function treeOf(archive: Archive): BundleTree {
  const paths = archive.entries.map(({ path }) => path).filter((path) => !isDropping(path));
  const root = rootOf(paths, archive.name);
  const libraries = new Map<string, string[]>();
  const examples: string[] = [];
  const others: string[] = [];
  for (const path of paths) {
    if (!path.startsWith(root)) continue;
    const place = path.slice(root.length);
    if (place.startsWith("examples/")) examples.push(place.slice("examples/".length));
    else if (!place.startsWith("lib/")) others.push(place);
    else addLibraryFile(libraries, place.slice("lib/".length));
  }
  return { archive, root, libraries, examples, others };
}

function addLibraryFile(libraries: Map<string, string[]>, path: string): void {
  const slash = path.indexOf("/");
  const top = slash < 0 ? path.replace(/\.m?py$/, "") : path.slice(0, slash);
  const known = libraries.get(top);
  if (known === undefined) libraries.set(top, [path]);
  else known.push(path);
}

/** The files of a library below `lib/`; empty when it is not there. A folder and a module of one name: `isPackage` decides. */
export function libraryFiles(
  tree: BundleTree,
  library: { readonly path: string; readonly isPackage: boolean },
): string[] {
  const top = library.path.split("/")[0] ?? "";
  const files = tree.libraries.get(top) ?? [];
  const inFolder = files.filter((file) => file.startsWith(`${library.path}/`));
  const modules = files.filter((file) => file === `${library.path}.mpy` || file === `${library.path}.py`);
  const [first, second] = library.isPackage ? [inFolder, modules] : [modules, inFolder];
  return first.length > 0 ? first : second;
}

/** A text below the root of the bundle; "" when it is not there. */
export async function readText(
  { archive, root, others }: BundleTree,
  path: string,
  options?: BundleCallOptions,
): Promise<string> {
  if (!others.includes(path)) return "";
  return new TextDecoder().decode(await archive.read(root + path, options));
}

function rootOf(paths: readonly string[], name: string): string {
  for (const folder of ["lib/", "examples/"]) {
    const roots = rootsOf(paths, folder);
    const [first, ...more] = roots;
    if (first === undefined) continue;
    if (roots.has("")) return "";
    if (more.length === 0) return first;
    const shown = [...roots].slice(0, 5).join(", ");
    throw new UpyError("invalid-package", `${name} holds several bundles: ${shown}`, {
      hint: "Name one of the folders.",
    });
  }
  throw new UpyError("invalid-package", `${name} is no CircuitPython bundle: it has no folder lib`, {
    hint: "A bundle is a zip or folder as circuitpython-build-tools makes it, with its libraries in lib.",
  });
}

/** What stands before `folder`, at the top or one folder below. */
function rootsOf(paths: readonly string[], folder: string): Set<string> {
  const roots = new Set<string>();
  let known: string | undefined;
  for (const path of paths) {
    // What belongs together follows each other.
    if (known !== undefined && path.startsWith(known)) continue;
    const root = path.startsWith(folder) ? "" : path.slice(0, path.indexOf("/") + 1);
    if (!path.startsWith(folder, root.length)) continue;
    roots.add(root);
    known = root + folder;
  }
  return roots;
}

/** What operating systems drop, and hidden files. */
function isDropping(path: string): boolean {
  const isPlain = !path.startsWith(".") && !path.includes("/.") && !path.includes("__");
  return !isPlain && /(^|\/)(\.|__MACOSX\/|__pycache__\/)/.test(path);
}
