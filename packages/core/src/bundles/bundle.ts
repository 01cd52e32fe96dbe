// A CircuitPython library bundle: what is in it, under which names, and how to get one library's files out of it.

import type { PackageSource } from "../sources/source.js";

/** What every call on a bundle takes. */
export interface BundleCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** CircuitPython's major version that bytecode was compiled for, or "py" for sources. */
export type BundleVariant = number | "py";

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
  /** Names at PyPI of what this bundle does not have. */
  readonly externalDependencies: readonly string[];
}

/** One example of a bundle: a file, or a folder of files. */
export interface BundleExample {
  /** Below `examples/`, without suffix: "neopixel/neopixel_simpletest". */
  readonly name: string;
  /** Below `examples/`, sorted. */
  readonly files: readonly string[];
}

/** A file of a library. */
export interface BundleFile {
  /** Below the install root: "adafruit_bus_device/i2c_device.mpy". */
  readonly path: string;
  readonly content: Uint8Array;
}

/** A bundle as a source of packages; `resolve` takes it like any other. */
export interface CircuitPythonBundle extends PackageSource {
  /** Like "adafruit-circuitpython-bundle". */
  readonly id: string;
  /** The tag of the release, "20260101"; null when unknown. */
  readonly tag: string | null;
  /** Sorted by name. */
  readonly libraries: readonly BundleLibrary[];
  /** What it is there for: CircuitPython's major versions, like 9 and 10, and "py". Of a release at a URL: what there may be. */
  readonly variants: readonly BundleVariant[];
  /**
   * A library by any name people write: module, package, PyPI name, repository, in any case, with `-`, `_`, `.` or none
   * of them; null when it has none. @throws `invalid-requirement` when the name may mean several
   */
  findLibrary(name: string): BundleLibrary | null;
  /** Sorted by name. With `library`: only those that are named after it, or lie in its folder. */
  listExamples(library?: string, options?: BundleCallOptions): Promise<readonly BundleExample[]>;
  /** A file of an example, by its path below `examples/`. @throws `file-not-found`, `network` */
  readExample(path: string, options?: BundleCallOptions): Promise<Uint8Array>;
  /** A library's files in one variant, sorted by path; null when the bundle does not have it so. */
  readLibrary(
    name: string,
    variant: BundleVariant,
    options?: BundleCallOptions,
  ): Promise<readonly BundleFile[] | null>;
  /** A file of an archive of this bundle, by the address it has in a lockfile; null when it is of another bundle or not there. */
  readLocked(url: string, options?: BundleCallOptions): Promise<Uint8Array | null>;
  /** Closes the archives. Idempotent. */
  close(): Promise<void>;
}
