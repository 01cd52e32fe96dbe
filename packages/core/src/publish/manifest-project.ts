// manifest.py to a project: its own files, and what it requires as dependencies by their PyPI names.

import { evaluateManifest } from "../manifest/evaluate-manifest.js";
import { readManifestFiles } from "../manifest/read-files.js";
import type { ManifestResult } from "../manifest/manifest-result.js";
import type { PackageRequest } from "../manifest/packages.js";
import { compareText, exactSpecifier, normalizeSpecifier } from "../specs/specifier.js";
import { parseAddress } from "./parse-address.js";
import { findFiles, type ProjectFolder } from "./find-files.js";
import { noVersion } from "./dynamic-version.js";
import type { ProjectFile } from "./project.js";
import type { ProjectReader } from "./read-project.js";

/** Evaluates a manifest.py, whatever is required left as a dependency. */
export const manifestProject: ProjectReader = async (_, folder, options) => {
  const required: PackageRequest[] = [];
  const { fileSystem, variables, signal } = options;
  const result = await evaluateManifest(`${folder.path}/manifest.py`, {
    fileSystem,
    mode: "compile",
    variables,
    signal,
    packages: (request) => {
      required.push(request);
      const version = request.version?.replace(/^=+/, "") ?? null;
      return Promise.resolve({ name: request.name, version, files: [], dependencies: [] });
    },
  });
  const { metadata } = result;
  const version = options.version ?? metadata.version;
  if (version === null) throw noVersion(`the metadata() of ${folder.path}/manifest.py`);
  const { name: author, email } = parseAddress(metadata.author ?? "");
  return {
    name:
      options.name ??
      metadata.pypiPublish ??
      `micropython-${folder.path.slice(folder.path.lastIndexOf("/") + 1)}`,
    version,
    description: metadata.description ?? undefined,
    author: author === "" ? undefined : author,
    authorEmail: email === "" ? undefined : email,
    license: metadata.license ?? undefined,
    dependencies: [...new Set(required.map(dependencyOf))],
    files: await filesOf(result, folder),
  };
};

/** "micropython-foo==1.0" of `require("foo", version="1.0")`. */
function dependencyOf({ name, version }: PackageRequest): string {
  const distribution = name.startsWith("micropython-") ? name : `micropython-${name}`;
  if (version === null || version === "" || version === "latest") return distribution;
  const specifier = /^[=!~<>]/.test(version) ? normalizeSpecifier(version) : exactSpecifier(version);
  return distribution + (specifier ?? "");
}

/** What the manifest names, and the data files of its packages. */
async function filesOf(result: ManifestResult, folder: ProjectFolder): Promise<ProjectFile[]> {
  const contents = await readManifestFiles(result, folder);
  const files = new Map<string, ProjectFile>();
  const packages = new Map<string, string>();
  for (const [index, { target, source }] of result.files.entries()) {
    const below = relative(source, folder.path);
    files.set(target, { path: target, content: contents[index]?.content ?? new Uint8Array(), source: below });
    const [top = ""] = target.split("/");
    if (top !== target && below.endsWith(target)) packages.set(top, below.slice(0, -target.length) + top);
  }
  const places = [...packages].map(([target, path]) => ({ folder: path, target, deep: true }));
  const settings = { packages: places, modules: [], where: null, exclude: [] };
  const inside = places.every((place) => !place.folder.startsWith(".."));
  const found = folder.resources && inside ? await findFiles(folder, settings) : [];
  for (const file of found) if (!file.path.endsWith(".py")) files.set(file.path, file);
  return [...files.values()].sort((a, b) => compareText(a.path, b.path));
}

function relative(path: string, start: string): string {
  return path.startsWith(`${start}/`) ? path.slice(start.length + 1) : `../${path}`;
}
