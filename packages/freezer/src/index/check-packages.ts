// What is wrong with a set of packages before anything is compiled: names that cannot be file names, duplicates.

import { UpyError } from "@upykit/core/errors";
import { placed } from "../frozen-c/placed-error.js";
import type { IndexPackage } from "./index-package.js";

/** Checks one package after the other. `names` are those taken so far. @throws `conflict`, `invalid-path` */
export function checkPackage(item: IndexPackage, names: Set<string>): void {
  checkSegment(item.name, "package name");
  if (item.version) checkSegment(item.version, `version of ${item.name}`);
  if (item.version === "latest") throw invalidPath(item.version, `version of ${item.name}`);
  claim(names, item.name, "packages");
  checkFiles(item);
}

function checkFiles(item: IndexPackage): void {
  const paths = new Set<string>();
  for (const file of item.files) {
    placed(file, () => {
      checkFile(item, file.path, paths);
    });
  }
}

function checkFile(item: IndexPackage, path: string, paths: Set<string>): void {
  const parts = path.split("/");
  const isPlain = parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isPlain || !path.endsWith(".py") || !/^[\x20-\x7e]+$/.test(path) || path.includes("\\")) {
    throw invalidPath(path, `file of ${item.name}`);
  }
  claim(paths, path, `files of ${item.name}`);
}

function checkSegment(text: string, what: string): void {
  if (!/^[\w+~-][\w.+~-]*$/.test(text)) throw invalidPath(text, what);
}

function claim(taken: Set<string>, name: string, what: string): void {
  if (taken.has(name)) {
    throw new UpyError("conflict", `Two ${what} are named ${name}.`, { hint: "Keep one of them." });
  }
  taken.add(name);
}

function invalidPath(text: string, what: string): UpyError {
  return new UpyError("invalid-path", `${JSON.stringify(text)} cannot be a ${what} of an index.`, {
    hint: "Names are ASCII letters, digits and . _ + ~ -; files are plain relative paths that end in .py.",
  });
}
