// A folder with a manifest.py as a package: the files the manifest names, and what it requires as dependencies.

import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { UpyError } from "../errors.js";
import { evaluateManifest } from "../manifest/evaluate-manifest.js";
import type { ManifestFile } from "../manifest/manifest-result.js";
import { versionSpecifier, type AnsweredPackage, type PackageRequest } from "../manifest/packages.js";
import { readManifestFiles } from "../manifest/read-files.js";
import type { ReleaseFile } from "../sources/source.js";
import type { Requirement } from "../specs/requirement.js";
import { nodeFileSystem, toNativePath, toPosixPath } from "./file-system.js";

/** What a manifest says of its package. */
export interface LocalManifest {
  readonly version: string | null;
  readonly dependencies: readonly Requirement[];
  readonly files: readonly ReleaseFile[];
}

/**
 * Evaluates `folder/manifest.py` for installing. The manifest may read below its folder and beside it, as a
 * package.json may; what it requires is left to the other sources, but for `require(…, library=…)`.
 * @throws ManifestError; `unsupported` for C modules; `too-large`
 */
export async function readLocalManifest(folder: string, maxFileSize: number): Promise<LocalManifest> {
  const fileSystem = nodeFileSystem([folder, dirname(folder)]);
  const dependencies: Requirement[] = [];
  const result = await evaluateManifest(toPosixPath(join(folder, "manifest.py")), {
    fileSystem,
    packages: (request) => Promise.resolve(later(request, dependencies)),
  });
  if (result.cModules.length > 0) {
    throw new UpyError("unsupported", `${folder} has C modules, which cannot be installed on a board`, {
      hint: "Build a firmware with them.",
    });
  }
  const contents = await readManifestFiles(result, { fileSystem });
  const files = result.files.map((file, i) =>
    releaseFile(file, contents[i]?.content ?? new Uint8Array(), maxFileSize),
  );
  return { version: result.metadata.version, dependencies, files };
}

/** Takes a requirement of the manifest as a dependency, to be resolved with all others. */
function later(
  { name, version, library }: PackageRequest,
  dependencies: Requirement[],
): AnsweredPackage | null {
  if (library !== null) return null;
  const specifier = versionSpecifier(name, version);
  const isNew = !dependencies.some(
    (each) => each.type === "name" && each.name === name && each.specifier === specifier,
  );
  if (isNew) dependencies.push({ type: "name", name, specifier });
  return { name, version, isVersionChecked: true, files: [], dependencies: [] };
}

function releaseFile(file: ManifestFile, content: Uint8Array, maxFileSize: number): ReleaseFile {
  if (content.length > maxFileSize) {
    throw new UpyError("too-large", `${file.source} is larger than ${maxFileSize} bytes`, {
      hint: "Raise maxFileSize.",
    });
  }
  return { path: file.target, url: pathToFileURL(toNativePath(file.source)).href, hash: null, content };
}
