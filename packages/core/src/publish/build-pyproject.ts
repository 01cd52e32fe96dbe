// A manifest.py to a project that CPython's pip can install: pyproject.toml, README.md and the sources with their version.
// Source: tools/makepyproject.py of micropython-lib 1.28; what it writes is written here byte for byte.

import { UpyError } from "../errors.js";
import { evaluateManifest, type EvaluateManifestOptions } from "../manifest/evaluate-manifest.js";
import type { ManifestMetadata, ManifestResult } from "../manifest/manifest-result.js";
import { readManifestFiles } from "../manifest/read-files.js";
import { encodeText } from "../mpy/text.js";
import { parseAddress } from "./parse-address.js";
import { tagVersion } from "../mpy/tag-version.js";

/** What {@link buildPyproject} takes besides the manifest. */
export interface BuildPyprojectOptions extends Omit<EvaluateManifestOptions, "mode"> {
  /** The name on PyPI, where the manifest's metadata() has no `pypi_publish`. */
  readonly name?: string | undefined;
}

/** A file of the project, below its folder. */
export interface PyprojectFile {
  readonly path: string;
  readonly content: Uint8Array;
}

const defaultAuthor = "micropython-lib <contact@micropython.org>";
const defaultLicense = "MIT";

/**
 * The files of a project for `python -m build`. Packages that the manifest requires with `pypi=` become dependencies.
 * `manifest` is the path of a manifest.py or of its folder; give MPY_LIB_DIR in `variables` for what it requires.
 * @throws `invalid-manifest` without a name for PyPI, version or description; `unsupported` for a module in no
 * package and for two packages; ManifestError
 */
export async function buildPyproject(
  manifest: string,
  options: BuildPyprojectOptions,
): Promise<PyprojectFile[]> {
  const path = manifest.endsWith(".py") ? manifest : `${manifest.replace(/\/$/, "")}/manifest.py`;
  const result = await evaluateManifest(path, { ...options, mode: "pyproject" });
  const about = checkMetadata(result.metadata, path, options.name);
  const folder = topLevel(result, path);
  const sources = await readManifestFiles(result, options);
  const files = new Map<string, Uint8Array>();
  for (const [index, { target, metadata }] of result.files.entries())
    files.set(target, encodeText(tagVersion(sources[index]?.content ?? "", metadata.version)));
  const readme = await readReadme(path, options);
  if (readme !== null) files.set("README.md", readme);
  const toml = formatToml({
    ...about,
    folder,
    dependencies: result.pypiDependencies,
    hasReadme: readme !== null,
  });
  files.set("pyproject.toml", new TextEncoder().encode(toml));
  return [...files].map(([target, content]) => ({ path: target, content }));
}

interface About {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly license: string;
}

function checkMetadata(metadata: ManifestMetadata, path: string, given: string | undefined): About {
  const { version, description, author, license, pypiPublish } = metadata;
  const name = given ?? pypiPublish;
  const missing = !name ? "pypi_publish" : !version ? "version" : !description ? "description" : null;
  if (missing !== null || !name || !version || !description) {
    throw new UpyError("invalid-manifest", `the metadata() of ${path} has no ${missing ?? ""}`, {
      hint:
        missing === "pypi_publish" ? "Name it, or pass `name`." : `Add ${missing ?? ""}="…" to metadata().`,
    });
  }
  return { name, version, description, author: author || defaultAuthor, license: license || defaultLicense };
}

/** The one package that all files are in: the folder that has them, or the one that has their folders. */
function topLevel({ files }: ManifestResult, path: string): string {
  const folders = [
    ...new Set(files.map(({ target }) => target.slice(0, Math.max(target.lastIndexOf("/"), 0)))),
  ];
  const single = files.find(({ target }) => !target.includes("/"));
  if (single !== undefined) {
    throw new UpyError("unsupported", `${path}: ${single.target} is a module in no package`, {
      hint: "Put it in a package, or publish it with buildSdist or buildPackageJson.",
    });
  }
  const [only, ...more] =
    folders.length > 1 ? [...new Set(folders.map((one) => one.split("/")[0] ?? ""))] : folders;
  if (only === undefined) throw new UpyError("unsupported", `${path} names no files`);
  if (more.length === 0) return only;
  throw new UpyError("unsupported", `${path} has more than one package: ${[only, ...more].join(", ")}`, {
    hint: 'Require the others with pypi="…", so that they become dependencies.',
  });
}

async function readReadme(manifest: string, options: BuildPyprojectOptions): Promise<Uint8Array | null> {
  const path = manifest.replace(/[^/]*$/, "README.md");
  const [entry] = await options.fileSystem.stat([path], { signal: options.signal });
  return entry?.type === "file" ? options.fileSystem.readFile(path, { signal: options.signal }) : null;
}

interface TomlFacts extends About {
  readonly folder: string;
  readonly dependencies: readonly string[];
  readonly hasReadme: boolean;
}

/** Its blank lines are those of makepyproject.py, so that a published project does not change with the tool. */
function formatToml(facts: TomlFacts): string {
  const { name, email } = parseAddress(facts.author);
  return `# Generated by makepyproject.py

[build-system]
requires = [
    "hatchling"
]
build-backend = "hatchling.build"


[project]
name = ${quote(facts.name)}
description = ${quote(facts.description)}
authors = [ { name = ${quote(name)}${email === "" ? " " : `, email = ${quote(email)}`}} ]
license = { text = ${quote(facts.license)} }
version = ${quote(facts.version)}
dependencies = [${facts.dependencies.map(quote).join(", ")}]
urls = { Homepage = "https://github.com/micropython/micropython-lib" }
${facts.hasReadme ? 'readme = "README.md"' : ""}


[tool.hatch.build]
packages = [${quote(facts.folder)}]

`;
}

/** A TOML string. Upstream leaves backslashes and line ends as they are, which is no TOML. */
function quote(text: string): string {
  const escaped = text.replace(/[\\"]|\p{Cc}/gu, (found) =>
    found === '"' || found === "\\"
      ? `\\${found}`
      : `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}
