// module(), package(), freeze() and its relatives. Follows tools/manifestfile.py, MicroPython 1.28.

import type { ManifestFileKind } from "../manifest-result.js";
import { basename, dirname, join, normalize, relative, splitExtension } from "../library/posix-path.js";
import { Walk, type WalkStep } from "../library/file-tree.js";
import { bindArguments, pathArgument, type Signature } from "../value/arguments.js";
import { osError, raised, Refused, typeError } from "../value/exceptions.js";
import { toItems } from "../value/iterate.js";
import { typeName } from "../value/types.js";
import { PyBuiltin, type Run, type Value } from "../value/values.js";
import type { Session } from "./session.js";

/** What is asked for a file; which kind it gets depends on its name and the mode. */
export type RequestedKind = "auto" | "freeze-auto" | "freeze-as-str" | "freeze-as-mpy" | "freeze-mpy";

interface Search {
  readonly base: string;
  /** The folder below `base` to take; null for all of it. */
  readonly folder: string | null;
  /** Just these files; null for every one with an extension of `extensions`. */
  readonly files: readonly Value[] | null;
  readonly extensions: readonly string[];
  readonly kind: RequestedKind;
  readonly opt: number | null;
}

/** The functions of the manifest that add files. */
export function fileFunctions(session: Session): PyBuiltin[] {
  const make = (signature: Signature, run: (named: ReadonlyMap<string, Value>) => Run<void>): PyBuiltin =>
    new PyBuiltin(signature.name.replace("ManifestFile.", ""), function* (args) {
      yield* run(bindArguments(signature, args).named);
      return null;
    });
  const always = [
    make(method("package", ["package_path", "files", "base_path", "opt"]), (named) =>
      addPackage(session, named),
    ),
    make(method("module", ["module_path", "base_path", "opt"]), (named) => addModule(session, named)),
  ];
  if (!session.freezes) return always;
  return [
    ...always,
    make(method("freeze", ["path", "script", "opt"]), (named) =>
      freeze(session, named, "freeze-auto", [".py", ".mpy"]),
    ),
    make(method("freeze_as_str", ["path"]), (named) => freeze(session, named, "freeze-as-str", [".py"])),
    make(method("freeze_as_mpy", ["path", "script", "opt"]), (named) =>
      freeze(session, named, "freeze-as-mpy", [".py"]),
    ),
    make(method("freeze_mpy", ["path", "script", "opt"]), (named) =>
      freeze(session, named, "freeze-mpy", [".mpy"]),
    ),
  ];
}

/** The signature of a method of ManifestFile of which only the first parameter has no default. */
function method(name: string, parameters: readonly string[]): Signature {
  return { name: `ManifestFile.${name}`, parameters, required: 1, method: true };
}

function level(value: Value): number | null {
  if (value === null) return null;
  if (typeof value === "bigint" && value >= 0n && value <= 255n) return Number(value);
  throw typeError(
    `opt must be an optimisation level, like 0 or 3, not ${typeName(value) === "int" ? "this" : typeName(value)}`,
  );
}

function* addPackage(session: Session, named: ReadonlyMap<string, Value>): Run<void> {
  session.current.checkInitialised();
  if (session.mode === "list-c-modules") return;
  const files = named.get("files") ?? null;
  const items = files === null ? null : yield* toItems(session.options.meter, files);
  const folder = pathArgument(named.get("package_path"));
  const base = pathArgument(named.get("base_path") ?? ".");
  const opt = level(named.get("opt") ?? null);
  yield* search(session, { base, folder, files: items, extensions: [".py"], kind: "auto", opt });
}

function* addModule(session: Session, named: ReadonlyMap<string, Value>): Run<void> {
  session.current.checkInitialised();
  if (session.mode === "list-c-modules") return;
  const path = pathArgument(named.get("module_path"));
  const base = session.resolve(pathArgument(named.get("base_path") ?? "."));
  if (splitExtension(path)[1].toLowerCase() !== ".py")
    throw raised("ManifestFileError", "module must be .py file");
  yield* addFile(session, join(base, path), path, "auto", level(named.get("opt") ?? null));
}

function* freeze(
  session: Session,
  named: ReadonlyMap<string, Value>,
  kind: RequestedKind,
  extensions: readonly string[],
): Run<void> {
  if (session.mode === "list-c-modules") return;
  const base = pathArgument(named.get("path"));
  const script = named.get("script") ?? null;
  const common = { base, extensions, kind, opt: level(named.get("opt") ?? null) };
  if (script === null) return yield* search(session, { ...common, folder: null, files: null });
  if (typeof script !== "string") {
    const files = yield* toItems(session.options.meter, script);
    return yield* search(session, { ...common, folder: null, files });
  }
  // Upstream forgets to put in variables here, and then adds the folder as if it were a file.
  const isFolder = yield* session.tree.isDirectory(join(session.resolve(base), script));
  yield* search(session, { ...common, folder: isFolder ? script : null, files: isFolder ? null : [script] });
}

function* search(session: Session, wanted: Search): Run<void> {
  const base = session.resolve(wanted.base);
  if (wanted.files === null) return yield* searchFolder(session, base, wanted);
  for (const item of wanted.files) {
    const file = pathArgument(item);
    const target = wanted.folder === null || wanted.folder === "" ? file : join(wanted.folder, file);
    yield* addFile(session, join(base, target), target, wanted.kind, wanted.opt);
  }
}

function* searchFolder(session: Session, base: string, wanted: Search): Run<void> {
  const entry = yield* session.tree.stat(base);
  if (entry?.type !== "directory")
    throw osError(entry === null ? "FileNotFoundError" : "NotADirectoryError", base);
  const top = normalize(join(base, wanted.folder ?? "."));
  if (!(yield* session.tree.isDirectory(top))) {
    throw raised(
      "ManifestFileError",
      `Cannot stat ${top}`,
      "file-not-found",
      "There is no folder of that name.",
    );
  }
  const before = session.files.length;
  const walk = new Walk(top, true);
  const next = (): Run<WalkStep | null> => walk.next(session.tree);
  for (let step = yield* next(); step !== null; step = yield* next()) {
    for (const name of step.files) {
      const target = relative(join(step.path, name), base);
      if (!wanted.extensions.includes(splitExtension(name)[1].toLowerCase())) continue;
      yield* addFile(session, join(base, target), target, wanted.kind, wanted.opt);
    }
  }
  if (session.files.length === before) session.warn(`No ${wanted.extensions.join(" or ")} file in ${top}`);
}

/** Adds one file. @throws Raised ManifestFileError when it is not there or cannot be of that kind */
export function* addFile(
  session: Session,
  source: string,
  target: string,
  kind: RequestedKind,
  opt: number | null,
): Run<void> {
  const entry = yield* session.tree.stat(source);
  if (entry === null)
    throw raised("ManifestFileError", `Cannot stat ${source}`, "file-not-found", "There is no such file.");
  const known = kindOf(session, source, kind);
  if (entry.type === "directory") {
    throw raised(
      "ManifestFileError",
      `${source} is a folder`,
      "is-directory",
      "Name a file, or use package().",
    );
  }
  const { file: manifest, line } = session.place();
  session.files.push({
    source,
    target: checkedTarget(target),
    kind: known,
    opt,
    metadata: session.current,
    manifest,
    line,
  });
}

/** The kind of a file by its name. @throws Raised ManifestFileError */
export function kindOf(session: Session, source: string, kind: RequestedKind): ManifestFileKind {
  const extension = splitExtension(source)[1].toLowerCase();
  if (!session.freezes) {
    if (kind !== "auto") throw raised("ManifestFileError", "Not in freeze mode");
    if (extension !== ".py") throw raised("ManifestFileError", "Expected .py file");
    return "compile-as-mpy";
  }
  const isAuto = kind === "auto" || kind === "freeze-auto";
  const natural = extension === ".py" ? "freeze-as-mpy" : extension === ".mpy" ? "freeze-mpy" : null;
  if (natural === null || (!isAuto && (kind === "freeze-mpy") !== (natural === "freeze-mpy"))) {
    const expected = isAuto ? ".py or .mpy" : kind === "freeze-mpy" ? ".mpy" : ".py";
    throw raised("ManifestFileError", `Expected ${expected} file: ${source}`);
  }
  return isAuto ? natural : kind;
}

/** A target path as the board will see it. @throws Refused `invalid-path` */
export function checkedTarget(target: string): string {
  const normal = normalize(target);
  if (normal.startsWith("/") || normal === ".." || normal.startsWith("../") || normal.includes("\\")) {
    const hint = `Put the folder in base_path: module("${basename(target)}", base_path="${dirname(target)}").`;
    throw new Refused("invalid-path", `'${target}' would be frozen outside the root of imports`, hint);
  }
  return normal;
}
