// What is wrong with a set of packages before anything is compiled: names that cannot be file names, duplicates.

import { UpyError } from "@upykit/core/errors";
import { placed } from "../files/placed-error.js";
import type { IndexBytecode, IndexPackage, IndexPackageFile } from "./index-package.js";

/** What a requirement can ask for, and any disk can store. */
const packageName = /^\w(?:[\w.-]{0,98}\w)?$/;
const versionText = /^(?!latest$)[a-z0-9][\w.+-]{0,99}$/i;

/** Checks one package after the other. `names` are those taken so far. @throws `conflict`, `invalid-path` */
export function checkPackage({ name, version, files }: IndexPackage, names: Set<string>): void {
  if (!packageName.test(name)) throw invalidPath(name, "package name");
  if (version && !versionText.test(version)) throw invalidPath(version, `version of ${name}`);
  // Some disks take names that differ in case for one.
  claim(names, name.toLowerCase(), "packages");
  checkFiles(name, files);
}

/** Checks the folders that bytecode goes into. @throws `conflict`, `invalid-path` */
export function checkBytecode(bytecode: readonly IndexBytecode[]): void {
  const keys = new Set(["py"]);
  for (const { key } of bytecode) {
    if (!packageName.test(key)) throw invalidPath(key, "bytecode key");
    claim(keys, key, "folders");
  }
}

function checkFiles(name: string, files: readonly IndexPackageFile[]): void {
  const paths = new Set<string>();
  for (const file of files) {
    placed(file, () => {
      checkFile(name, file.path, paths);
    });
  }
}

function checkFile(name: string, path: string, paths: Set<string>): void {
  const isPlain = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!isPlain || !path.endsWith(".py") || /[^ -~]|["*:<>?\\|]/.test(path)) {
    throw invalidPath(path, `file of ${name}`);
  }
  claim(paths, path, `files of ${name}`);
}

function claim(taken: Set<string>, name: string, what: string): void {
  if (taken.has(name)) {
    throw new UpyError("conflict", `Two ${what} are named ${name}.`, { hint: "Keep one of them." });
  }
  taken.add(name);
}

function invalidPath(text: string, what: string): UpyError {
  return new UpyError("invalid-path", `${JSON.stringify(text)} cannot be a ${what} of an index.`, {
    hint: "Names are up to 100 ASCII letters, digits and . _ - (versions also +), files plain relative paths that end in .py.",
  });
}
