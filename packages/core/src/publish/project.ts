// A project as it is published: what it is called, what it needs, and its files. How it is read from a folder is in
// read-project.ts; it can as well be made by hand.

import { UpyError } from "../errors.js";
import { checkPackagePath, checkPathCollisions } from "../specs/package-path.js";
import { isVersion } from "../specs/specifier.js";

/** A file of a project. */
export interface ProjectFile {
  /** Where it is imported from: "demo/__init__.py". What does not end in .py is a resource. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Where it lies below the folder of the project: "src/demo/__init__.py". Default: `path`. */
  readonly source?: string | undefined;
}

/** Something to publish. */
export interface Project {
  /** The name of the distribution: "micropython-demo". */
  readonly name: string;
  /** By PEP 440. */
  readonly version: string;
  readonly description?: string | undefined;
  readonly author?: string | undefined;
  readonly authorEmail?: string | undefined;
  readonly license?: string | undefined;
  readonly homepage?: string | undefined;
  /** As pip takes them: "micropython-units>=1.0". */
  readonly dependencies: readonly string[];
  readonly files: readonly ProjectFile[];
}

/** Refuses a project that nobody could install. @throws `invalid-argument`, `invalid-path`, `conflict`, `invalid-package` */
export function checkProject({ name, version, files }: Project): void {
  if (!/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name)) {
    throw new UpyError("invalid-argument", `${JSON.stringify(name)} cannot be the name of a distribution`);
  }
  if (!isVersion(version)) {
    throw new UpyError("invalid-argument", `${JSON.stringify(version)} is no version that indexes take`, {
      hint: "Versions are written as PEP 440 has them: 1.0, 1.0.post1, 2.0a1.",
    });
  }
  const paths = files.map(({ path }) => checkPackagePath(path, name));
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new UpyError("conflict", `${name} has the file ${twice} twice`);
  checkPathCollisions(paths, name);
  if (paths.some((path) => path.endsWith(".py"))) return;
  throw new UpyError("invalid-package", `${name} has no modules`, {
    hint: "Is the folder the right one? Modules are .py files beside pyproject.toml, or in packages there.",
  });
}
