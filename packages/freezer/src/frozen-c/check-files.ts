// What is wrong with a set of files before any C is written: names, duplicates, architectures, missing modules.

import { UpyError } from "@upykit/core/errors";
import type { FreezeFile, TextFile } from "../files/freeze-file.js";
import type { FrozenModule } from "./frozen-module.js";
import { placed, placedError } from "../files/placed-error.js";

/** What a check tells of a file. */
type Named = Pick<FreezeFile, "path" | "place">;

/** @throws `invalid-path` for a path that cannot be frozen */
export function checkFreezeFiles(files: readonly FreezeFile[]): void {
  for (const file of files) {
    if (file.kind === "mpy") continue;
    checkName(file.path, file);
    if (file.kind === "py" && !file.path.endsWith(".py")) {
      throw invalidName(file.path, file, "does not end in .py, so that no import would find it");
    }
  }
}

/**
 * Checks the names under which modules are found, and that their machine code is for one architecture.
 * @throws `invalid-path`, `conflict`, `incompatible-mpy`
 */
export function checkNames(
  modules: readonly FrozenModule[],
  texts: readonly TextFile[],
  target: "micropython" | "circuitpython",
): void {
  const owners = new Map<string, Named>();
  for (const module of modules) checkName(module.sourceName, module);
  for (const text of texts) claim(owners, text.path, text);
  for (const module of modules) claim(owners, module.sourceName, module);
  for (const module of modules)
    placed(module, () => {
      checkTarget(module, target);
    });
  checkArchitectures(modules);
}

/** @throws `not-found` when a required module is not among the frozen ones */
export function checkRequired(
  modules: readonly FrozenModule[],
  texts: readonly TextFile[],
  required: readonly string[],
): void {
  const present = new Set([...modules.map((module) => module.sourceName), ...texts.map((text) => text.path)]);
  const missing = required.filter((name) => {
    const path = name.replaceAll(".", "/");
    return !present.has(`${path}.py`) && !present.has(`${path}/__init__.py`);
  });
  if (missing.length === 0) return;
  throw new UpyError("not-found", `Not among the files to freeze: ${missing.join(", ")}.`, {
    hint: "Add the files, or take the names from the required modules.",
  });
}

function claim(owners: Map<string, Named>, name: string, file: Named): void {
  const owner = owners.get(name);
  if (owner === undefined) {
    owners.set(name, file);
    return;
  }
  const message = `${described(owner)} and ${described(file)} would both be frozen as ${name}.`;
  const hint = "Freeze one of them; an import would only ever find the first.";
  throw placedError(file, new UpyError("conflict", message, { hint }));
}

function described({ path, place }: Named): string {
  return place === undefined ? path : `${path} (line ${place.line} of ${place.file})`;
}

function checkName(name: string, file: Named): void {
  if (!/^[\x20-\x7e]+$/.test(name))
    throw invalidName(name, file, "has characters that are not printable ASCII");
  if (/["\\]|\?\?/.test(name)) throw invalidName(name, file, "has quotes, backslashes or ??");
  if (name.split("/").some((part) => part === "" || part === "." || part === "..")) {
    throw invalidName(name, file, "is not a plain relative path");
  }
}

function invalidName(name: string, file: Named, what: string): UpyError {
  const where = name === file.path ? "" : ` (of ${file.path})`;
  const message = `The frozen name ${JSON.stringify(name)}${where} ${what}.`;
  return placedError(file, new UpyError("invalid-path", message, { hint: "Give the file another name." }));
}

function checkTarget(module: FrozenModule, target: string): void {
  if (module.file.header.implementation === target) return;
  const message = `${module.path} is for ${module.file.header.implementation}, the firmware is ${target}.`;
  throw new UpyError("incompatible-mpy", message, { hint: `Compile the source for ${target}.` });
}

function checkArchitectures(modules: readonly FrozenModule[]): void {
  const native = modules.filter((module) => module.file.header.architecture !== "none");
  const [first] = native;
  for (const module of native) {
    const { architecture, subVersion } = module.file.header;
    if (subVersion !== 3) throw placedError(module, wrongSubVersion(module.path, subVersion));
    if (first === undefined || architecture === first.file.header.architecture) continue;
    const message = `${first.path} has machine code for ${first.file.header.architecture}, ${module.path} for ${architecture}.`;
    const hint = "Compile all files for the firmware's architecture.";
    throw placedError(module, new UpyError("incompatible-mpy", message, { hint }));
  }
}

function wrongSubVersion(path: string, subVersion: number): UpyError {
  return new UpyError(
    "incompatible-mpy",
    `${path} has machine code for .mpy 6.${subVersion}; 6.3 can be frozen.`,
    {
      hint: "Compile the source again, with MicroPython 1.23 or later.",
    },
  );
}
