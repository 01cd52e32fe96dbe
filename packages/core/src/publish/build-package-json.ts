// A project to the package.json that mip installs from a web address or a repository.
// Format: micropython-lib v1.28.0, mip/__init__.py: "urls" are relative to the file, addresses, or on a forge.

import { UpyError } from "../errors.js";
import { rawFileUrl } from "../specs/forge.js";
import { formatRequirement, parseRequirement } from "../specs/parse-requirement.js";
import { compareText, exactVersion } from "../specs/specifier.js";
import { checkProject, type Project, type ProjectFile } from "./project.js";

/** What {@link buildPackageJson} takes besides the project. */
export interface BuildPackageJsonOptions {
  /**
   * Where the folder of the project is: `github:org/repo/path` (mip then fetches the ref that the user asks for), the same
   * with `@ref` (then always that one), or an https address. Default: beside the package.json.
   */
  readonly base?: string | undefined;
  /** Whether data files are listed. Default true. */
  readonly resources?: boolean | undefined;
}

/**
 * The text of a package.json. A dependency `micropython-foo` is written as mip's index has it: `foo`.
 * @throws `unsupported` for a dependency that mip cannot express, `invalid-path`, `invalid-argument`, `invalid-requirement`
 */
export function buildPackageJson(project: Project, options: BuildPackageJsonOptions = {}): string {
  checkProject(project);
  const address = addresses(options.base);
  const isListed = ({ path }: ProjectFile): boolean => options.resources !== false || path.endsWith(".py");
  const urls = project.files
    .filter(isListed)
    .map((file): [string, string] => [file.path, address(sourceOf(file))])
    .sort(([a], [b]) => compareText(a, b));
  const deps = project.dependencies.map(dependencyOf);
  return `${JSON.stringify({ urls, deps, version: project.version }, null, 2)}\n`;
}

function sourceOf({ path, source = path }: ProjectFile): string {
  if (!source.split("/").includes("..") && !/[%#?\\]/.test(source)) return source;
  throw new UpyError("invalid-path", `${source} cannot be fetched from the folder of the project`, {
    hint: "mip joins paths as texts: no file may be outside the folder, nor have %, # or ? in its name.",
  });
}

/** From a path below the project's folder to what stands in "urls". */
function addresses(base: string | undefined): (path: string) => string {
  if (base === undefined) return (path) => path;
  if (/^https?:\/\//.test(base) && URL.canParse(base)) {
    const folder = base.endsWith("/") ? base : `${base}/`;
    return (path) => new URL(path.split("/").map(encodeURIComponent).join("/"), folder).href;
  }
  const place = /^(github|gitlab|codeberg):/.test(base) ? parseRequirement(base) : null;
  if (place?.type !== "git") {
    throw new UpyError("invalid-argument", `${JSON.stringify(base)} is neither an address nor a repository`);
  }
  const inside = (path: string): string => (place.path === "" ? path : `${place.path}/${path}`);
  if (place.ref !== null) return (path) => rawFileUrl({ ...place, path: inside(path) });
  return (path) => formatRequirement({ ...place, path: inside(path) });
}

function dependencyOf(text: string): [string, string] {
  const requirement = parseRequirement(text.replace(/^micropython-(?=.)/, ""));
  if (requirement.type === "git") {
    return [formatRequirement({ ...requirement, ref: null }), requirement.ref ?? "latest"];
  }
  if (requirement.type === "url") return [requirement.url, "latest"];
  const version =
    requirement.type === "name" && requirement.specifier !== ""
      ? exactVersion(requirement.specifier)
      : "latest";
  if (requirement.type === "name" && version !== null) return [requirement.name, version];
  throw new UpyError("unsupported", `mip cannot express the dependency ${text}`, {
    hint: "mip takes one version, or the latest: no range, and no path.",
  });
}
