// The checkout of a library's repository as a bundle of one: its files where a bundle has them. Which they are is what
// get_package_info of circuitpython-build-tools 2.x says: pyproject.toml, else what lies at the top.

import type { Archive } from "../archive/archive.js";
import { UpyError } from "../errors.js";
import { readToml } from "./read-toml.js";

/** What lies at the top of a repository and is no library. */
const notLibraries: ReadonlySet<string> = new Set(["setup.py", "conftest.py", "docs", "examples", "tests"]);

/** The library of a checkout, by the paths of a bundle. @throws `invalid-package` when there is none, or several that may be meant */
export async function checkoutArchive(folder: Archive): Promise<Archive> {
  const paths = folder.entries.map(({ path }) => path);
  const name = (await declaredName(folder, paths)) ?? likelyName(paths, folder.name);
  const places = new Map<string, string>();
  for (const path of paths) {
    const place = placeOf(path, name);
    if (place !== null) places.set(place, path);
  }
  const sizes = new Map(folder.entries.map(({ path, size }) => [path, size]));
  return {
    name: folder.name,
    entries: [...places.keys()]
      .sort()
      .map((path) => ({ path, size: sizes.get(places.get(path) ?? "") ?? 0 })),
    read: (path, options) => folder.read(places.get(path) ?? path, options),
    close: () => folder.close(),
  };
}

/** Where a bundle has a file of the repository; null for what it leaves out. */
function placeOf(path: string, name: string): string | null {
  if (path === `${name}.py` || path.startsWith(`${name}/`)) return `lib/${path}`;
  if (path.startsWith("examples/")) return path;
  return path === "requirements.txt" || path === "pyproject.toml" ? `requirements/${name}/${path}` : null;
}

/** The first of `packages` or `py-modules` of setuptools' table that is there. */
async function declaredName(folder: Archive, paths: readonly string[]): Promise<string | null> {
  if (!paths.includes("pyproject.toml")) return null;
  const text = new TextDecoder().decode(await folder.read("pyproject.toml"));
  for (const key of ["packages", "py-modules"]) {
    const names = await readToml(text, "tool", "setuptools", key);
    const name: unknown = Array.isArray(names) ? names[0] : undefined;
    if (typeof name === "string" && isThere(name, paths)) return name;
  }
  return null;
}

function isThere(name: string, paths: readonly string[]): boolean {
  return (
    /^[A-Za-z_]\w*$/.test(name) && paths.some((path) => path === `${name}.py` || path.startsWith(`${name}/`))
  );
}

function likelyName(paths: readonly string[], what: string): string {
  const names = new Set(paths.flatMap(topName));
  const [first, ...others] = names;
  if (first !== undefined && others.length === 0) return first;
  const found = first === undefined ? "no module" : [...names].join(", ");
  throw new UpyError(
    "invalid-package",
    `${what} is no checkout of one CircuitPython library: it has ${found}`,
    {
      hint: "Name the library in pyproject.toml, with py-modules or packages below [tool.setuptools].",
    },
  );
}

/** The name of the module or package at the top that a file belongs to. */
function topName(path: string): string[] {
  const [top = "", ...below] = path.split("/");
  if (notLibraries.has(top) || !path.endsWith(".py")) return [];
  const name = below.length === 0 ? top.slice(0, -".py".length) : top;
  return /^[A-Za-z_]\w*$/.test(name) ? [name] : [];
}
