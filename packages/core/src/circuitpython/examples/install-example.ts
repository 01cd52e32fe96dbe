// `circup example`: an example of a bundle in the root of a board, with the libraries that it imports, which circup
// leaves to its user. Libraries come first: an example is only written when all that it needs is there.

import type { BundleExample, CircuitPythonBundle } from "../../bundles/bundle.js";
import { isHostPackage } from "../../bundles/host-packages.js";
import { UpyError, isUpyError } from "../../errors.js";
import { parse, scanImports } from "../../python/index.js";
import { createMemoryCache } from "../../sources/memory-cache.js";
import type { FileContent, Target } from "../../targets/target.js";
import type { LibraryReport, ReportProgress } from "../changes/apply-library-plan.js";
import { installLibraries, type LibraryInstallOptions } from "../changes/install-libraries.js";

/** What {@link installExample} takes. */
export interface InstallExampleOptions extends Omit<LibraryInstallOptions, "onProgress">, ReportProgress {
  /** Writes an example of one file as `code.py`, so that the board runs it. Default false: under its own name. */
  readonly asCode?: boolean | undefined;
  /** Replaces files that are there. Default false: they make it reject with `conflict`. */
  readonly overwrite?: boolean | undefined;
}

/** What {@link installExample} did. */
export interface ExampleReport {
  /** The example's name in its bundle. */
  readonly example: string;
  /** What was written of it, absolute, sorted. */
  readonly files: readonly string[];
  /** Libraries of the bundles that it imports, sorted. */
  readonly libraries: readonly string[];
  /** What installing those did; null when it imports none. */
  readonly report: LibraryReport | null;
}

/** An example, and whose it is. */
interface FoundExample {
  readonly bundle: CircuitPythonBundle;
  readonly example: BundleExample;
}

/**
 * Installs an example and the libraries that its files import.
 * @param name - as `listExamples()` has it, its last part where that is enough, with or without ".py"
 * @throws `file-not-found`, `invalid-argument` (several have the name; a folder as `code.py`), `conflict`, and what
 * `installLibraries` throws
 */
export async function installExample(
  target: Target,
  name: string,
  options: InstallExampleOptions,
): Promise<ExampleReport> {
  const { signal, bundles, asCode, overwrite, ...rest } = options;
  const found = await findExample(bundles, name, { signal });
  const files = await readFiles(found, { asCode, signal });
  if (overwrite !== true) await refuseExisting(target, files, { signal });
  const libraries = importedNames(files, bundles);
  const cached = {
    ...rest,
    bundles,
    signal,
    overFirmware: false,
    cache: options.cache ?? createMemoryCache(),
  };
  const report = libraries.length === 0 ? null : await installLibraries(target, libraries, cached);
  await target.fs.writeFiles(files, { signal });
  return { example: found.example.name, files: files.map(({ path }) => path), libraries, report };
}

type Call = { readonly signal: AbortSignal | undefined };

async function findExample(
  bundles: readonly CircuitPythonBundle[],
  name: string,
  call: Call,
): Promise<FoundExample> {
  const wanted = name.replace(/\.py$/, "");
  const all: FoundExample[] = [];
  for (const bundle of bundles) {
    for (const example of await bundle.listExamples(undefined, call)) all.push({ bundle, example });
  }
  const exact = all.find(
    ({ example }) => example.name === wanted || example.name === wanted.replace(/^adafruit_/, ""),
  );
  if (exact !== undefined) return exact;
  const [first, ...others] = all.filter(({ example }) => example.name.endsWith(`/${wanted}`));
  if (first === undefined) {
    throw new UpyError("file-not-found", `no bundle has the example ${name}`, {
      hint: "listExamples() tells which there are.",
    });
  }
  if (others.length === 0) return first;
  const names = [first, ...others].map(({ example }) => example.name);
  throw new UpyError(
    "invalid-argument",
    `several examples are called ${name}: ${names.slice(0, 10).join(", ")}`,
    {
      hint: "Write the whole name.",
    },
  );
}

async function readFiles(
  { bundle, example }: FoundExample,
  { asCode, signal }: Call & Pick<InstallExampleOptions, "asCode">,
): Promise<FileContent[]> {
  const isFolder = example.files.some((file) => file.startsWith(`${example.name}/`));
  if (asCode === true && isFolder) {
    throw new UpyError(
      "invalid-argument",
      `${example.name} is a folder of files, which cannot become code.py`,
    );
  }
  const read = async (file: string): Promise<FileContent> => {
    const own = isFolder ? file.slice(example.name.length + 1) : file.replace(/^.*\//, "");
    const path = asCode === true && own.endsWith(".py") ? "code.py" : own;
    return { path: `/${path}`, content: await bundle.readExample(file, { signal }) };
  };
  return Promise.all(example.files.map(read));
}

async function refuseExisting(target: Target, files: readonly FileContent[], call: Call): Promise<void> {
  const paths = files.map(({ path }) => path);
  const there = await target.fs.stat(paths, call);
  const existing = paths.filter((_, index) => there[index] !== null);
  if (existing.length === 0) return;
  throw new UpyError("conflict", `${existing.join(", ")} is on ${target.name} already`, {
    hint: "Move it away, or pass overwrite: true.",
  });
}

/** Libraries that the sources import, but for modules of the example itself. */
function importedNames(files: readonly FileContent[], bundles: readonly CircuitPythonBundle[]): string[] {
  const own = new Set(files.map(({ path }) => path.replace(/^\/|\.m?py$/g, "").split("/")[0] ?? ""));
  const names = new Set<string>();
  for (const { path, content } of files.filter((file) => file.path.endsWith(".py"))) {
    for (const name of modulesIn(path, content)) {
      // Only by the very name that is imported: another library of a like name would not help.
      const library = bundles.map((bundle) => bundle.findLibrary(name)).find((one) => one?.name === name);
      if (library && !own.has(name) && !isHostPackage(name)) names.add(name);
    }
  }
  return [...names].sort();
}

function modulesIn(path: string, content: Uint8Array): string[] {
  try {
    const imports = scanImports(parse(content, { filename: path }));
    return imports.filter(({ level }) => level === 0).map(({ module }) => module.split(".")[0] ?? "");
  } catch (error) {
    if (isUpyError(error, "syntax-error")) return [];
    throw error;
  }
}
