// The JSON of a bundle: text to libraries, checked. Format: build_bundle_json of circuitpython-build-tools 2.x.

import * as z from "zod/mini";
import { UpyError } from "../errors.js";
import { parseJson } from "../specs/json-text.js";
import { isPackagePath } from "../specs/package-path.js";
import { compareText } from "../specs/specifier.js";
import type { BundleLibrary } from "./bundle.js";
import { withoutHostPackages } from "./host-packages.js";

/** A library, and where it is in the archives. */
export interface IndexedLibrary extends BundleLibrary {
  /** Below `lib/`, without suffix. */
  readonly path: string;
}

/** What a module, a package or a distribution can be called. */
const name = z.string().check(z.regex(/^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9_])?$/));
const text = z.string().check(z.maxLength(2000));
const names = z.array(name);
const entry = z.object({
  path: z.optional(text),
  package: z.optional(z.boolean()),
  pypi_name: z.optional(z.nullable(text)),
  version: z.optional(z.nullable(text)),
  repo: z.optional(z.nullable(text)),
  dependencies: z.optional(names),
  external_dependencies: z.optional(names),
});
const schema = z.record(name, entry);

const maxLibraries = 20_000;

/** The libraries of an index, sorted by name. `what` starts every message. @throws `invalid-package`, `invalid-path`, `too-large` */
export function parseBundleIndex(content: string | Uint8Array, what: string): IndexedLibrary[] {
  const value = parseJson(content, what);
  const result = schema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UpyError(
      "invalid-package",
      `${what}: ${issue?.path.map(String).join(".") || "it"} is not what belongs there`,
      {
        hint: "This is not the index of a CircuitPython bundle.",
      },
    );
  }
  const entries = Object.entries(result.data);
  if (entries.length > maxLibraries)
    throw new UpyError("too-large", `${what} has more than ${maxLibraries} libraries`);
  return entries.map(([name, one]) => libraryOf(name, one, what)).sort((a, b) => compareText(a.name, b.name));
}

function libraryOf(name: string, one: z.infer<typeof entry>, what: string): IndexedLibrary {
  const path = (one.path ?? `lib/${name}`).replace(/^lib\//, "").replace(/\.m?py$/, "");
  if (!isPackagePath(path)) {
    throw new UpyError(
      "invalid-path",
      `${what}: ${JSON.stringify(name)} is at ${JSON.stringify(one.path ?? name)}, which no library can be`,
    );
  }
  return {
    name,
    path,
    pypiName: one.pypi_name ?? null,
    version: one.version ?? null,
    repository: one.repo ?? null,
    isPackage: one.package ?? false,
    dependencies: [...new Set(one.dependencies ?? [])].sort(compareText),
    externalDependencies: withoutHostPackages(one.external_dependencies ?? []).sort(compareText),
  };
}
