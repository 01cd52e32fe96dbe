// What makes a bundle refuse a library that it has: the version, and bytecode that the board does not load.

import type { Environment } from "../environment.js";
import { isUpyError, UpyError } from "../errors.js";
import { checkCompatibility } from "../mpy/compatibility.js";
import { readMpyHeader } from "../mpy/header.js";
import { readMpy } from "../mpy/read-mpy.js";
import type { NamedRequirement } from "../specs/requirement.js";
import { pickVersion } from "../specs/specifier.js";
import { fittingVariants } from "./choose-variant.js";
import type { BundleFile, BundleLibrary, BundleVariant } from "./bundle.js";

/** Refuses a library in a version that was not asked for. @throws `version-conflict` */
export function checkVersion(
  { name, version }: BundleLibrary,
  { bundle, requirements }: { bundle: string; requirements: readonly NamedRequirement[] },
): void {
  const specifiers = [...new Set(requirements.map(({ specifier }) => specifier))].filter(
    (specifier) => specifier !== "",
  );
  if (specifiers.length === 0 || (version !== null && pickVersion([version], specifiers) !== null)) return;
  const has = version === null ? "it does not say which version it has" : `it has ${version}`;
  throw new UpyError(
    "version-conflict",
    `no version of ${name} in the ${bundle} satisfies ${specifiers.join(" and ")}; ${has}`,
    {
      hint: "A bundle has one version of each library: take the release of the bundle that has yours, or ask for another version.",
    },
  );
}

/** Refuses a file that the board does not load, before anything is planned. @throws `incompatible-mpy`, `invalid-mpy` */
export function checkLoads(
  { path, content }: BundleFile,
  { bundle, environment }: { bundle: string; environment: Environment },
): void {
  if (!path.endsWith(".mpy")) return;
  const answer = namingFile(path, bundle, () => checkCompatibility(content, environment));
  if (!answer.loadable) {
    throw new UpyError(
      "incompatible-mpy",
      `the ${bundle}: the board does not load ${path}: ${answer.message}`,
      { hint: answer.hint },
    );
  }
  // Behind its header, too: a board would find out only when it runs what came before the damage.
  if (readMpyHeader(content).version === 6) namingFile(path, bundle, () => readMpy(content));
}

/** What `work` gives; its complaint about a file says which file it is. */
function namingFile<T>(path: string, bundle: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!isUpyError(cause, "invalid-mpy")) throw cause;
    throw new UpyError("invalid-mpy", `the ${bundle}: ${path} is damaged: ${cause.message}`, {
      hint: "Download the bundle again, or take another release of it.",
      cause,
    });
  }
}

/** What was looked for, and where. */
interface Search {
  readonly bundle: string;
  readonly variants: readonly BundleVariant[];
  readonly environment: Environment;
}

/** The error when no variant that fits the board has the library. */
export function nothingFound(library: BundleLibrary, search: Search): UpyError {
  const { bundle, variants, environment } = search;
  if (fittingVariants(variants, environment).length === 0) return nothingFits(library, search);
  return new UpyError(
    "invalid-package",
    `the ${bundle} lists ${library.name}, but has no files of it for this board`,
    {
      hint: "Take another release of the bundle; if it lacks them too, tell its author.",
    },
  );
}

function nothingFits({ name }: BundleLibrary, { bundle, variants, environment }: Search): UpyError {
  const { implementation, version, mpy } = environment;
  const board = `${implementation} ${version ?? ""}`.trim();
  const wanted =
    mpy === null || implementation !== "circuitpython"
      ? "sources"
      : `.mpy files of version ${mpy.version}, or sources`;
  const there = variants.map((variant) =>
    variant === "py" ? "sources" : `bytecode for CircuitPython ${variant}`,
  );
  return new UpyError(
    "incompatible-mpy",
    `the ${bundle} has nothing of ${name} that the board loads: ${board} takes ${wanted}; the bundle has ${there.join(", ") || "nothing"}`,
    {
      hint: "Add the archive of the bundle for the board's version of CircuitPython, or the one with sources (-py-).",
    },
  );
}
