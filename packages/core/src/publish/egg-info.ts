// The two files of an egg-info folder that upip's packages keep: PKG-INFO and requires.txt.
// Formats: core metadata 1.1 (PEP 314), and requires.txt of setuptools 68.

import { UpyError } from "../errors.js";
import { parseRequiresTxt } from "../specs/requires-txt.js";
import type { Project } from "./project.js";

/** PKG-INFO of a project. @throws `invalid-argument` for a text of more than one line */
export function formatPkgInfo(project: Project): string {
  const { name, version, description, homepage, author, authorEmail, license } = project;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["Metadata-Version", "1.1"],
    ["Name", name],
    ["Version", version],
    ["Summary", description],
    ["Home-page", homepage],
    ["Author", author],
    ["Author-email", authorEmail],
    ["License", license],
    ["Classifier", "Programming Language :: Python :: Implementation :: MicroPython"],
  ];
  return fields
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([field, value = ""]) => `${field}: ${oneLine(value, field)}\n`)
    .join("");
}

/** requires.txt: plain requirements, then one section for each marker. "" for none. @throws `invalid-requirement` */
export function formatRequires(dependencies: readonly string[]): string {
  const sections = new Map<string, string[]>([["", []]]);
  for (const dependency of dependencies) {
    const [requirement = "", marker = ""] = oneLine(dependency, "a dependency").split(/\s*;\s*/, 2);
    checkRequirement(requirement);
    sections.set(marker, [...(sections.get(marker) ?? []), requirement]);
  }
  const [plain = [], ...marked] = [...sections].map(([marker, list]) =>
    marker === "" ? list : ["", `[:${marker}]`, ...list],
  );
  return [...plain, ...marked.flat()].map((line) => `${line}\n`).join("");
}

function checkRequirement(text: string): void {
  try {
    parseRequiresTxt(text, "dependencies");
  } catch (cause) {
    throw new UpyError("invalid-requirement", `the dependency ${JSON.stringify(text)} is none`, { cause });
  }
}

function oneLine(text: string, what: string): string {
  if (!/\p{Cc}/u.test(text)) return text.trim();
  throw new UpyError("invalid-argument", `${what} is ${JSON.stringify(text)}; it should be one line`);
}
