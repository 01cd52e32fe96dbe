// Builds a bundle of the libraries in ./libraries the way Adafruit's build tools do: one folder a variant, the release's
// version put where the sources say "0.0.0+auto.0", and the JSON that tells what is in it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compile } from "@upykit/compiler";

const id = "garden-circuitpython-bundle";
const sources = new URL("libraries/", import.meta.url).pathname;
const dependencies = { garden_probe: ["garden_scale"] };

/** Writes the release `tag` into `folder`. `versions`: of each library, by name. */
export function buildBundle(folder, { tag, versions }) {
  for (const [variant, build] of [
    ["py", (path, source) => [path, source]],
    ["10.x-mpy", (path, source) => [path.replace(/\.py$/, ".mpy"), bytecode(path, source)]],
  ]) {
    for (const path of readdirSync(sources, { recursive: true }).filter((name) => name.endsWith(".py"))) {
      const version = versions[libraryOf(path)];
      if (version === undefined) continue;
      const source = readFileSync(join(sources, path), "utf8").replaceAll("0.0.0+auto.0", version);
      const [name, content] = build(path, source);
      write(join(folder, `${id}-${variant}-${tag}`, "lib", name), content);
    }
  }
  write(join(folder, `${id}-${tag}.json`), JSON.stringify(indexOf(versions)));
  return folder;
}

/** The files of one library as a person copies them from the bundle to a drive. */
export function copyByHand(folder, { tag, library }, drive) {
  const lib = join(folder, `${id}-10.x-mpy-${tag}`, "lib");
  for (const path of readdirSync(lib, { recursive: true }).filter((name) => name.endsWith("py"))) {
    if (libraryOf(path) === library) write(join(drive, "lib", path), readFileSync(join(lib, path)));
  }
}

function indexOf(versions) {
  const isPackage = (name) => readdirSync(sources).includes(name);
  const entry = ([name, version]) => [
    name,
    {
      dependencies: dependencies[name] ?? [],
      external_dependencies: [],
      package: isPackage(name),
      path: `lib/${name}`,
      pypi_name: `garden-circuitpython-${name.replace("garden_", "")}`,
      repo: `https://github.com/garden/${name}`,
      version,
    },
  ];
  return Object.fromEntries(Object.entries(versions).map(entry));
}

function bytecode(path, source) {
  return compile(source, { filename: path, target: "circuitpython" }).mpy;
}

function libraryOf(path) {
  return path.split(/[/\\.]/)[0];
}

function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
