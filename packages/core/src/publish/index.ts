/**
 * A folder to what can be published: a source distribution, a project for pip, a package.json for mip.
 *
 * @module
 */

export { buildPackageJson, type BuildPackageJsonOptions } from "./build-package-json.js";
export { buildPyproject, type BuildPyprojectOptions, type PyprojectFile } from "./build-pyproject.js";
export { buildSdist, type BuildSdistOptions, type BuiltSdist } from "./build-sdist.js";
export type { Project, ProjectFile } from "./project.js";
export { readProject, type ProjectDescription, type ReadProjectOptions } from "./read-project.js";
