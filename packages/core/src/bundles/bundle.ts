// A CircuitPython library bundle: what is in it, under which names, and how to get one library's files out of it.

import type { PackageSource } from "../sources/source.js";

/** One library of a bundle, as its JSON describes it. */
export interface BundleLibrary {
  /** The name it is imported and locked under: "adafruit_bus_device", "neopixel". */
  readonly name: string;
  /** Its name at PyPI, "adafruit-circuitpython-busdevice"; null when the bundle does not say. */
  readonly pypiName: string | null;
  /** As the bundle says it; null when it does not. */
  readonly version: string | null;
  /** Its repository's web address; null when the bundle does not say. */
  readonly repository: string | null;
  /** True for a folder, false for one file. */
  readonly isPackage: boolean;
  /** Names of libraries of this bundle or, where this one lacks them, of another one. */
  readonly dependencies: readonly string[];
  /** PyPI requirements of what no bundle has. */
  readonly externalDependencies: readonly string[];
}

/** One example of a bundle: a file, or a folder of files. */
export interface BundleExample {
  /** Below `examples/`, without suffix: "neopixel_simpletest". */
  readonly name: string;
  /** Below `examples/`, sorted. */
  readonly files: readonly string[];
}

/** A bundle as a source of packages; `resolve` takes it like any other. */
export interface CircuitPythonBundle extends PackageSource {
  /** Like "adafruit-circuitpython-bundle". */
  readonly id: string;
  /** The tag of the release, "20260101"; null when unknown. */
  readonly tag: string | null;
  /** Sorted by name. */
  readonly libraries: readonly BundleLibrary[];
  /** Which bytecode it has: CircuitPython's major versions, like 9 and 10, and "py". */
  readonly variants: readonly (number | "py")[];
  /** A library by any name people write: module, package, PyPI name, in any case, with `-`, `_` or `.`; null when it has none. */
  findLibrary(name: string): BundleLibrary | null;
  /** Sorted by name. With `library`: only those that are named after it. */
  listExamples(library?: string): readonly BundleExample[];
  /** A file of an example, by its path below `examples/`. @throws `file-not-found`, `network` */
  readExample(path: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array>;
  /** A library's files in one variant, below the install root, for telling which version an installed file is of; null when the bundle lacks it. */
  readLibrary(
    name: string,
    variant: number | "py",
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<readonly { readonly path: string; readonly content: Uint8Array }[] | null>;
  /** Closes the archives. Idempotent. */
  close(): Promise<void>;
}
