// pyproject.toml to a project. Formats: PEP 621; where files are is read from the settings of setuptools, hatch and flit.

import type { TomlTable } from "smol-toml";
import * as z from "zod/mini";
import { UpyError } from "../errors.js";
import { moduleFiles, noVersion, readVersion } from "./dynamic-version.js";
import {
  findFiles,
  packageOf,
  whereOf,
  type FileSettings,
  type PackageFolder,
  type ProjectFolder,
} from "./find-files.js";
import type { ProjectReader } from "./read-project.js";
import { decode, parseToml } from "./texts.js";

const text = z.optional(z.string());
const texts = z.optional(z.array(z.string()));
const person = z.object({ name: text, email: text });
const projectShape = z.object({
  name: z.string(),
  version: text,
  description: text,
  authors: z.optional(z.array(person)),
  license: z.optional(z.union([z.string(), z.object({ text, file: text })])),
  urls: z.optional(z.record(z.string(), z.string())),
  dependencies: texts,
});
const find = z.optional(z.object({ where: texts, exclude: texts }));
const hatchFiles = z.optional(z.object({ packages: texts }));
const toolShape = z.object({
  setuptools: z.optional(
    z.object({
      packages: z.optional(z.union([z.array(z.string()), z.object({ find })])),
      "py-modules": texts,
      "package-dir": z.optional(z.record(z.string(), z.string())),
      dynamic: z.optional(
        z.object({
          version: z.optional(
            z.object({ attr: text, file: z.optional(z.union([z.string(), z.array(z.string())])) }),
          ),
        }),
      ),
    }),
  ),
  hatch: z.optional(
    z.object({
      version: z.optional(z.object({ path: text })),
      build: z.optional(
        z.object({
          packages: texts,
          targets: z.optional(z.object({ wheel: hatchFiles, sdist: hatchFiles })),
        }),
      ),
    }),
  ),
  flit: z.optional(z.object({ module: z.optional(z.object({ name: text })) })),
});

type Tools = z.infer<typeof toolShape>;

/** Reads a pyproject.toml; null when it has no [project]. */
export const pyprojectProject: ProjectReader = async (content, folder, options) => {
  const what = `${folder.path}/pyproject.toml`;
  const table = parseToml(decode(content, what), what);
  if (table["project"] === undefined) return null;
  const project = checked(projectShape, table["project"], `${what}, [project]`);
  const tools = checked(toolShape, table["tool"] ?? {}, `${what}, [tool]`);
  const [author] = project.authors ?? [];
  const { license } = project;
  return {
    name: options.name ?? project.name,
    version: options.version ?? project.version ?? (await dynamicVersion(tools, project.name, folder)),
    description: project.description,
    author: author?.name,
    authorEmail: author?.email,
    license: typeof license === "string" ? license : license?.text,
    homepage: homepageOf(project.urls ?? {}),
    dependencies: project.dependencies ?? [],
    files: await findFiles(folder, fileSettings(tools)),
  };
};

function checked<T>(shape: z.ZodMiniType<T>, value: TomlTable[string], what: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.map(String).join(".") ?? "";
  throw new UpyError("invalid-package", `${what}: ${place || "it"} is missing, or not what belongs there`);
}

function homepageOf(urls: Readonly<Record<string, string>>): string | undefined {
  const [name] = Object.keys(urls).sort((a, b) => rank(a) - rank(b));
  return name === undefined ? undefined : urls[name];
}

function rank(name: string): number {
  return /^home-?page$/i.test(name) ? 0 : 1;
}

function dynamicVersion(tools: Tools, name: string, folder: ProjectFolder): Promise<string> {
  const folders = ["", "src/"];
  const said = tools.setuptools?.dynamic?.version;
  const file = typeof said?.file === "string" ? said.file : said?.file?.[0];
  if (file !== undefined) return readVersion({ type: "file", path: file }, folder);
  if (said?.attr !== undefined) {
    const dot = said.attr.lastIndexOf(".");
    const paths = moduleFiles(said.attr.slice(0, Math.max(dot, 0)), folders);
    return readVersion({ type: "module", paths, name: said.attr.slice(dot + 1) }, folder);
  }
  const path = tools.hatch?.version?.path;
  const flit = tools.flit?.module?.name ?? (tools.flit === undefined ? undefined : name.replaceAll("-", "_"));
  if (path === undefined && flit === undefined) throw noVersion("pyproject.toml");
  const paths = path === undefined ? moduleFiles(flit ?? "", folders) : [path];
  return readVersion({ type: "module", paths, name: "__version__" }, folder);
}

function fileSettings({ setuptools, hatch, flit }: Tools): FileSettings {
  const modules = setuptools?.["py-modules"];
  const base = setuptools?.["package-dir"]?.[""] ?? null;
  const named = setuptools?.packages;
  const hatched =
    hatch?.build?.targets?.wheel?.packages ??
    hatch?.build?.targets?.sdist?.packages ??
    hatch?.build?.packages;
  const flat = flit?.module?.name;
  const finder = named === undefined || Array.isArray(named) ? undefined : named.find;
  return {
    packages: Array.isArray(named)
      ? named.map((dotted) => packageOf(dotted, base))
      : hatched !== undefined
        ? hatched.map(hatchFolder)
        : flat !== undefined
          ? [{ folder: flat.replaceAll(".", "/"), target: flat.replaceAll(".", "/"), deep: true }]
          : null,
    modules: modules?.map((name) => `${base === null || base === "." ? "" : `${base}/`}${name}.py`) ?? null,
    where: whereOf(finder?.where?.[0] ?? base),
    exclude: finder?.exclude ?? [],
  };
}

function hatchFolder(path: string): PackageFolder {
  const folder = path.replace(/^\.?\//, "").replace(/\/$/, "");
  // hatch takes "src/" off; other folders keep their place.
  return { folder, target: folder.replace(/^src\//, ""), deep: true };
}
