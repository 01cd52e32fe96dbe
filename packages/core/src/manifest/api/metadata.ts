// What metadata() sets. Follows ManifestPackageMetadata of tools/manifestfile.py, MicroPython 1.28.

import type { ManifestMetadata, ManifestMode } from "../manifest-result.js";
import { bindArguments } from "../value/arguments.js";
import { isTrue } from "../value/compare.js";
import { exceptionType, Raised, raised } from "../value/exceptions.js";
import { toText } from "../value/repr.js";
import { typeName } from "../value/types.js";
import { PyException, PyInstance, type Arguments, type Value } from "../value/values.js";

const signature = {
  name: "ManifestPackageMetadata.update",
  parameters: ["mode", "description", "version", "license", "author", "stdlib", "pypi", "pypi_publish"],
  required: 1,
  method: true,
};

/** Thrown where a package is replaced by one of PyPI, or by nothing; caught by the include that asked for it. */
export function replacedBy(pypi: string | null): Raised {
  const type = pypi === null ? "ManifestIgnoreException" : "ManifestUsePyPIException";
  return new Raised(new PyException(exceptionType(type), pypi === null ? [] : [pypi]));
}

/** The metadata of one package while its manifest runs. */
export class PackageMetadata {
  private initialised = false;
  private values: ReadonlyMap<string, Value> = new Map();
  private snapshot: ManifestMetadata | undefined;

  constructor(
    private readonly mode: ManifestMode,
    private readonly isRequired: boolean,
  ) {}

  /** What metadata(…) does. @throws Raised ManifestFileError when called twice */
  update(keywords: Arguments["keywords"]): void {
    const { named } = bindArguments(signature, { positional: [null], keywords });
    if (this.initialised) throw raised("ManifestFileError", "Duplicate call to metadata().");
    if (this.mode === "pyproject" && this.isRequired) replaceByPyPi(named);
    this.values = named;
    this.initialised = true;
    this.finished();
  }

  /** @throws Raised ManifestFileError where metadata() had to come first */
  checkInitialised(): void {
    const matters = this.mode === "compile" || this.mode === "pyproject";
    if (matters && !this.initialised) {
      throw raised("ManifestFileError", "metadata() must be the first command in a manifest file.");
    }
  }

  /** What metadata() gives back to the manifest. */
  asValue(): Value {
    const attribute = (name: string): Value | undefined => {
      if (name === "stdlib") return false;
      return signature.parameters.includes(name) && name !== "mode"
        ? (this.values.get(name) ?? null)
        : undefined;
    };
    const text = (): string =>
      ["version", "description", "license", "author", "pypi", "pypi_publish"]
        .map((name) => `${name}=${toText(attribute(name) ?? null)}`)
        .join(" ");
    return new PyInstance("ManifestPackageMetadata", attribute, text);
  }

  /** The metadata as plain data: the same object each time, until metadata() is called. */
  finished(): ManifestMetadata {
    const field = (name: string): string | null => textOrNull(name, this.values.get(name) ?? null);
    const current = {
      version: field("version"),
      description: field("description"),
      license: field("license"),
      author: field("author"),
      stdlib: false,
      pypi: field("pypi"),
      pypiPublish: field("pypi_publish"),
    };
    this.snapshot ??= current;
    return Object.assign(this.snapshot, current);
  }
}

function replaceByPyPi(named: ReadonlyMap<string, Value>): void {
  if (isTrue(named.get("stdlib") ?? false)) throw replacedBy(null);
  for (const name of ["pypi_publish", "pypi"]) {
    const replacement = named.get(name) ?? null;
    if (isTrue(replacement)) throw replacedBy(toText(replacement));
  }
}

function textOrNull(name: string, value: Value): string | null {
  if (value === null || typeof value === "string") return value;
  if (typeof value !== "object") return toText(value);
  throw raised("TypeError", `metadata(${name}=…) must be str, not ${typeName(value)}`);
}
