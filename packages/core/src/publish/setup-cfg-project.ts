// setup.cfg to a project. Format: declarative configuration of setuptools 68.

import { noVersion, moduleFiles, readVersion } from "./dynamic-version.js";
import { findFiles, packageOf, whereOf, type FileSettings, type ProjectFolder } from "./find-files.js";
import type { ProjectReader } from "./read-project.js";
import { decode, listOf, parseIni } from "./texts.js";

type Section = ReadonlyMap<string, string>;

/** Reads a setup.cfg; null when it has no name in [metadata] (it then belongs to other tools). */
export const setupCfgProject: ProjectReader = async (content, folder, options) => {
  const what = `${folder.path}/setup.cfg`;
  const sections = parseIni(decode(content, what), what);
  const metadata: Section = sections.get("metadata") ?? new Map();
  const name = options.name ?? metadata.get("name");
  if (name === undefined || !metadata.has("name")) return null;
  const settings: Section = sections.get("options") ?? new Map();
  const find: Section = sections.get("options.packages.find") ?? new Map();
  const base = packageDir(settings);
  return {
    name,
    version: options.version ?? (await versionOf(metadata.get("version"), base, folder)),
    description: metadata.get("description") ?? metadata.get("summary"),
    author: metadata.get("author"),
    authorEmail: metadata.get("author_email"),
    license: metadata.get("license"),
    homepage: metadata.get("url") ?? metadata.get("home_page"),
    dependencies: requirementsOf(settings.get("install_requires")),
    files: await findFiles(folder, fileSettings(settings, find, base)),
  };
};

/** One a line, or between semicolons: a comma belongs to a range. */
function requirementsOf(value = ""): string[] {
  const lines = value.includes("\n") ? value.split("\n") : value.split(";");
  return lines.map((one) => one.trim()).filter((one) => one !== "");
}

/** What "package_dir" says of the root: "= src". */
function packageDir(settings: Section): string | null {
  const root = listOf(settings.get("package_dir")).find((one) => one.startsWith("="));
  return root === undefined ? null : whereOf(root.slice(1).trim());
}

async function versionOf(
  text: string | undefined,
  base: string | null,
  folder: ProjectFolder,
): Promise<string> {
  const [, how, rest = ""] = /^(attr|file):\s*(.+)$/s.exec(text ?? "") ?? [];
  if (how === "file") return readVersion({ type: "file", path: rest.trim() }, folder);
  if (how === undefined && text !== undefined && text !== "") return text;
  if (how === undefined) throw noVersion("setup.cfg");
  const dot = rest.lastIndexOf(".");
  const folders = ["", base === null || base === "" ? "src/" : `${base}/`];
  const paths = moduleFiles(rest.slice(0, Math.max(dot, 0)).trim(), folders);
  return readVersion({ type: "module", paths, name: rest.slice(dot + 1).trim() }, folder);
}

function fileSettings(settings: Section, find: Section, base: string | null): FileSettings {
  const packages = settings.get("packages");
  const named =
    packages === undefined || /^find(_namespace)?:/.test(packages.trim()) ? null : listOf(packages);
  const modules = settings.has("py_modules") ? listOf(settings.get("py_modules")) : null;
  return {
    packages: named?.map((dotted) => packageOf(dotted, base)) ?? null,
    modules: modules?.map((name) => `${base === null || base === "" ? "" : `${base}/`}${name}.py`) ?? null,
    where: whereOf(find.get("where") ?? base),
    exclude: listOf(find.get("exclude")),
  };
}
