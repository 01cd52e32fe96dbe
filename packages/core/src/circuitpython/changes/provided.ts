// What need not be installed because it is there: frozen into the firmware, or installed in a version that fits. A
// source answers for it with a package without files, which is taken out of the resolution afterwards.

import type { CircuitPythonBundle } from "../../bundles/bundle.js";
import type { Environment } from "../../environment.js";
import { foldCase } from "../../path-clash.js";
import type { Resolution } from "../../resolve/resolution.js";
import type { PackageRelease, PackageSource } from "../../sources/source.js";
import type { Requirement } from "../../specs/requirement.js";
import { pickVersion } from "../../specs/specifier.js";
import type { SurveyedLibrary } from "../libraries/library.js";
import { isInFirmware } from "../libraries/firmware.js";
import { canonicalName } from "../libraries/requests.js";

/** Something that was needed, and is there. */
export interface ProvidedLibrary {
  readonly name: string;
  /** `firmware`: frozen or built in. `installed`: on the target, recorded or not. */
  readonly by: "firmware" | "installed";
  readonly version: string | null;
}

/** What {@link providedLibraries} takes. */
export interface ProvidedOptions {
  readonly environment: Environment;
  readonly libraries: readonly SurveyedLibrary[];
  readonly bundles: readonly CircuitPythonBundle[];
  /** Names that are to be taken from the sources, installed or not. */
  readonly changing: ReadonlySet<string>;
  /** Names that are to be installed although the firmware has them. */
  readonly asked: ReadonlySet<string>;
}

/** A source of what is there, which remembers what it was asked for. */
export interface ProvidedSource extends PackageSource {
  readonly used: ReadonlyMap<string, ProvidedLibrary>;
}

/** Makes a {@link ProvidedSource}; ask it before all others. */
export function providedLibraries(options: ProvidedOptions): ProvidedSource {
  const used = new Map<string, ProvidedLibrary>();
  return {
    name: "what is installed",
    used,
    find: (requirements) => {
      const [first] = requirements;
      if (first?.type !== "name") return Promise.resolve(null);
      const name = canonicalName(first.name, options.bundles);
      const provided = provide(name, requirements, options);
      if (provided === null) return Promise.resolve(null);
      used.set(name, provided);
      return Promise.resolve(placeholder(provided));
    },
  };
}

function provide(
  name: string,
  requirements: readonly Requirement[],
  { environment, libraries, changing, asked }: ProvidedOptions,
): ProvidedLibrary | null {
  if (changing.has(name)) return null;
  if (!asked.has(name) && isInFirmware(name, environment)) return { name, by: "firmware", version: null };
  const library = libraries.find((one) => libraryKey(one) === foldCase(name));
  if (library === undefined || !isUsable(library) || !fits(library.version, requirements)) return null;
  return { name, by: "installed", version: library.version };
}

/** What a library on a target is known under, in any case of letters. */
export function libraryKey({ name, offer }: Pick<SurveyedLibrary, "name" | "offer">): string {
  return foldCase(offer?.library.name ?? name);
}

function isUsable({ problems }: SurveyedLibrary): boolean {
  return !problems.some(({ type }) => type === "damaged" || type === "incompatible" || type === "missing");
}

function fits(version: string | null, requirements: readonly Requirement[]): boolean {
  const specifiers = requirements
    .flatMap((one) => (one.type === "name" ? [one.specifier] : []))
    .filter((specifier) => specifier !== "");
  return specifiers.length === 0 || (version !== null && pickVersion([version], specifiers) !== null);
}

function placeholder({ name, version, by }: ProvidedLibrary): PackageRelease {
  return { name, version, origin: { type: "local", path: by }, dependencies: [], files: [] };
}

/**
 * The resolution without what is there already. That a package needs an installed one stays in it, so that the
 * installed one is not taken for an orphan.
 */
export function withoutProvided(
  resolution: Resolution,
  { used }: ProvidedSource,
  isRecorded: (name: string) => boolean,
): Resolution {
  const isFirmware = (name: string) => used.get(name)?.by === "firmware";
  return {
    ...resolution,
    roots: resolution.roots.filter((root) => !used.has(root.package) || isRecorded(root.package)),
    packages: resolution.packages
      .filter((one) => !used.has(one.name))
      .map((one) => ({ ...one, dependencies: one.dependencies.filter((name) => !isFirmware(name)) })),
  };
}
