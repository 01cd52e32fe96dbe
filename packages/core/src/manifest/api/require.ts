// How a requirement is answered: by `packages`, else by the first library that has the package, and never by a version
// that was not asked for (upstream ignores `version`).

import { satisfiesVersion } from "./version.js";
import { basename, dirname } from "../library/posix-path.js";
import { wait } from "../library/file-tree.js";
import type { AnsweredPackage, PackageRequest } from "../packages.js";
import { isTrue } from "../value/compare.js";
import { raised, Refused } from "../value/exceptions.js";
import type { Run, Value } from "../value/values.js";
import { checkedTarget, kindOf } from "./files.js";
import { PackageMetadata } from "./metadata.js";
import type { Session } from "./session.js";

/** Answers require(). `includeManifest` evaluates the manifest of a package that a library has. */
export function* requirePackage(
  session: Session,
  request: PackageRequest,
  keywords: ReadonlyMap<string, Value>,
  includeManifest: (folder: string) => Run<void>,
): Run<void> {
  const answer = yield* askPackages(session, request);
  if (answer !== null) {
    if (answer.isVersionChecked !== true) checkVersion(request, answer.version, "the package source");
    note(session, request, "packages");
    if (session.mode !== "list-c-modules") addAnswer(session, answer);
    return;
  }
  const folder = yield* findInLibraries(session, request, isTrue(keywords.get("unix_ffi") ?? false));
  yield* includeManifest(folder);
  const manifest = `${folder === "/" ? "" : folder}/manifest.py`;
  note(session, request, manifest);
  const metadata = session.visited.get(manifest);
  const found = metadata?.finished().version ?? null;
  // In mode pyproject a package may have made way for one of PyPI before it said its version.
  if (found !== null || session.mode !== "pyproject") checkVersion(request, found, manifest);
}

function note(session: Session, { name, version, library }: PackageRequest, answer: string): void {
  session.required.push({ name, version, library, answer });
}

function* askPackages(session: Session, request: PackageRequest): Run<AnsweredPackage | null> {
  const { packages } = session.options;
  return packages === undefined ? null : yield* wait(() => packages(request));
}

function* findInLibraries(
  session: Session,
  { name, library }: PackageRequest,
  unixFfi: boolean,
): Run<string> {
  if (library !== null) {
    const known = session.libraries.get(library);
    if (known === undefined) {
      throw raised(
        "ValueError",
        `Unknown library '${library}' for require('${name}').`,
        "not-found",
        "Call add_library() first.",
      );
    }
    const folder = yield* known.find(name, session.tree);
    if (folder !== null) return folder;
    throw raised(
      "ValueError",
      `Package '${name}' not found in external library '${library}' (${known.path}).`,
      "not-found",
    );
  }
  for (const each of session.searched) {
    const folder = yield* each.find(name, session.tree);
    if (folder !== null) return folder;
  }
  // unix_ffi=True was an argument of its own up to MicroPython 1.22; 1.28 hands it on as an option.
  const ffi = unixFfi && session.options.variables.has("MPY_LIB_DIR");
  const folder = ffi
    ? yield* session.tree.seen.library(session.resolve("$(MPY_LIB_DIR)/unix-ffi")).find(name, session.tree)
    : null;
  if (folder !== null) return folder;
  throw raised(
    "ValueError",
    `Package '${name}' not found in any known library.`,
    "not-found",
    missingHint(session),
  );
}

function missingHint(session: Session): string {
  if (session.searched.length === 0) return "Pass MPY_LIB_DIR in `variables`, or answer it with `packages`.";
  return `Searched: ${session.searched.map(({ path }) => path).join(", ")}.`;
}

function checkVersion({ name, version }: PackageRequest, found: string | null, where: string): void {
  if (version === null || satisfiesVersion(version, found)) return;
  const has = found === null ? "has no version" : `is ${found}`;
  const hint = `Ask for the version that ${where === "the package source" ? where : basename(dirname(where))} has, or provide the one asked for.`;
  throw new Refused(
    "version-conflict",
    `require("${name}", version="${version}"): the one in ${where} ${has}`,
    hint,
  );
}

/** Adds the files of a package and, before them, those of its dependencies. */
function addAnswer(session: Session, answer: AnsweredPackage): void {
  if (session.answered.has(answer.name)) return;
  session.answered.add(answer.name);
  for (const dependency of answer.dependencies) addAnswer(session, dependency);
  const metadata = answeredMetadata(answer);
  const { file: manifest, line } = session.place();
  for (const { path, content, source, opt = null } of answer.files) {
    const kind = kindOf(session, path, "auto");
    const target = checkedTarget(path);
    if (isAnswered(session, target, content)) continue;
    session.files.push({ source, target, kind, opt, metadata, manifest, line, content });
  }
}

/** Packages of a mip index have the files of what they require in them: each is taken once, as installing does. */
function isAnswered(session: Session, target: string, content: Uint8Array): boolean {
  return session.files.some((file) => {
    return file.target === target && file.content !== undefined && isSame(file.content, content);
  });
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function answeredMetadata(answer: AnsweredPackage): PackageMetadata {
  const metadata = new PackageMetadata("freeze", false);
  metadata.update(
    new Map<string, Value>([
      ["version", answer.version],
      ["description", answer.description ?? null],
    ]),
  );
  return metadata;
}
