// include(), require(), add_library(), c_module(), metadata(): the rest of what a manifest can call.
// Follows tools/manifestfile.py, MicroPython 1.28; c_module() is of 1.29.

import { parse } from "../../python/parse.js";
import { UpyError } from "../../errors.js";
import { bindArguments, pathArgument, textArgument, type Signature } from "../value/arguments.js";
import { isTrue } from "../value/compare.js";
import { exceptionType, osError, Raised, raised, Refused } from "../value/exceptions.js";
import { toItems } from "../value/iterate.js";
import { reportText, toText } from "../value/repr.js";
import { PyBuiltin, PyException, type Arguments, type Run, type Value } from "../value/values.js";
import type { Module } from "../../python/ast.js";
import { dirname, join } from "../library/posix-path.js";
import { fileFunctions } from "./files.js";
import { PackageMetadata } from "./metadata.js";
import { includeOptions } from "./options.js";
import { requirePackage } from "./require.js";
import type { Session } from "./session.js";

type Keywords = ReadonlyMap<string, Value>;

/** The names a manifest finds besides Python's. */
function manifestGlobals(session: Session, keywords: Keywords): Map<string, Value> {
  session.functions ??= manifestFunctions(session);
  const globals = new Map<string, Value>([["options", includeOptions(keywords)]]);
  for (const each of session.functions) globals.set(each.name, each);
  return globals;
}

function manifestFunctions(session: Session): readonly PyBuiltin[] {
  return [
    new PyBuiltin("metadata", (args) => metadata(session, args)),
    new PyBuiltin("include", (args) => callInclude(session, args)),
    new PyBuiltin("require", (args) => callRequire(session, args)),
    new PyBuiltin("add_library", (args) => addLibrary(session, args)),
    new PyBuiltin("c_module", (args) => cModule(session, args)),
    ...fileFunctions(session),
  ];
}

// eslint-disable-next-line require-yield -- it has nothing to wait for
function* metadata(session: Session, args: Arguments): Run<Value> {
  bindArguments(
    { name: "ManifestFile.metadata", parameters: [], required: 0, extra: true, method: true },
    args,
  );
  if (args.keywords.size > 0) session.current.update(args.keywords);
  return session.current.asValue();
}

const includeSignature: Signature = {
  name: "ManifestFile.include",
  parameters: ["manifest_path", "is_require"],
  required: 1,
  extra: true,
  method: true,
};

function* callInclude(session: Session, args: Arguments): Run<Value> {
  const { named, extra } = bindArguments(includeSignature, args);
  yield* includeAny(
    session,
    named.get("manifest_path") ?? null,
    isTrue(named.get("is_require") ?? false),
    extra,
  );
  return null;
}

function* includeAny(session: Session, path: Value, isRequired: boolean, keywords: Keywords): Run<void> {
  if (isRequired) session.current.checkInitialised();
  if (typeof path === "string") return yield* include(session, path, isRequired, keywords);
  for (const item of yield* toItems(session.options.meter, path))
    yield* includeAny(session, item, false, keywords);
}

/** Evaluates another manifest: a file, or the manifest.py of a folder. Each is evaluated once. */
export function* include(session: Session, path: string, isRequired: boolean, keywords: Keywords): Run<void> {
  let manifest = session.resolve(pathArgument(path));
  if (yield* session.tree.isDirectory(manifest)) manifest = join(manifest, "manifest.py");
  if (!isRequired && session.open.includes(manifest)) throw recursion(session, manifest);
  if (session.visited.has(manifest)) return;
  const pushed = isRequired ? new PackageMetadata(session.mode, true) : null;
  if (pushed !== null) session.metadata.push(pushed);
  session.visited.set(manifest, session.current);
  try {
    yield* evaluate(session, manifest, keywords);
  } finally {
    if (pushed !== null) session.metadata.pop();
  }
}

function recursion(session: Session, manifest: string): Error {
  const chain = [...session.open.slice(session.open.indexOf(manifest)), manifest].join(" → ");
  return new Refused("invalid-manifest", `the manifest includes itself: ${chain}`, "Take the include() out.");
}

function* evaluate(session: Session, manifest: string, keywords: Keywords): Run<void> {
  const cwd = session.cwd;
  session.open.push(manifest);
  try {
    const module = yield* readManifest(session, manifest);
    session.cwd = dirname(manifest);
    yield* session.run(module, manifest, manifestGlobals(session, keywords));
  } catch (error) {
    if (!isReplacement(session, error)) throw wrapped(session, manifest, error);
  } finally {
    session.open.pop();
    session.cwd = cwd;
  }
}

/** True where the manifest said that a package of PyPI takes its place, or none; that ends it, and is no error. */
function isReplacement(session: Session, error: unknown): boolean {
  if (!(error instanceof Raised)) return false;
  const { type, args } = error.exception;
  if (type === exceptionType("ManifestUsePyPIException"))
    session.pypiDependencies.push(toText(args[0] ?? null));
  else if (type !== exceptionType("ManifestIgnoreException")) return false;
  return true;
}

/** What an error that leaves a manifest becomes. */
function wrapped(session: Session, manifest: string, error: unknown): unknown {
  if (!(error instanceof Raised) || !error.exception.type.isA(exceptionType("Exception"))) return error;
  const message = `Error in manifest file: ${manifest}: ${reportText(error.exception)}`;
  const exception = new PyException(exceptionType("ManifestFileError"), [message]);
  const outer = new Raised(exception, error.code, error.hint, { cause: error });
  const places = error.trace.length > 0 ? error.trace : session.interpreter.trace();
  outer.trace = places.length > 0 ? places : [{ file: manifest, line: 0 }];
  return outer;
}

function* readManifest(session: Session, manifest: string): Run<Module> {
  const entry = yield* session.tree.stat(manifest);
  if (entry === null) throw osError("FileNotFoundError", manifest);
  if (entry.type === "directory") throw osError("IsADirectoryError", manifest);
  const known = session.tree.seen.modules.get(manifest);
  if (known !== undefined) return known;
  const source = yield* session.tree.read(manifest);
  try {
    const module = parse(source, { filename: manifest });
    session.tree.seen.modules.set(manifest, module);
    return module;
  } catch (error) {
    throw syntaxError(session, manifest, error);
  }
}

/** A manifest that does not parse. It cannot be caught: CPython's grammar is larger than the one it was read with. */
function syntaxError(session: Session, manifest: string, error: unknown): unknown {
  if (!(error instanceof UpyError)) return error;
  const line = "line" in error && typeof error.line === "number" ? error.line : 0;
  const hint = "Manifests are read with MicroPython's grammar: write what both Pythons know.";
  const refused = new Refused(error.code, `${error.message} (line ${line})`, hint, { cause: error });
  refused.trace = [{ file: manifest, line }, ...session.interpreter.trace()];
  return refused;
}

const requireSignature: Signature = {
  name: "ManifestFile.require",
  parameters: ["name", "version", "pypi", "library"],
  required: 1,
  extra: true,
  method: true,
};

function* callRequire(session: Session, args: Arguments): Run<Value> {
  const { named, extra } = bindArguments(requireSignature, args);
  session.current.checkInitialised();
  const pypi = named.get("pypi") ?? null;
  const name = textArgument(named.get("name"), "the name of a package");
  if (session.mode === "pyproject" && isTrue(pypi)) {
    session.pypiDependencies.push(toText(pypi));
    session.required.push({ name, version: null, library: null, answer: "pypi" });
    return null;
  }
  const optional = (key: string): string | null => {
    const value = named.get(key) ?? null;
    return value === null ? null : textArgument(value, key);
  };
  const request = {
    name,
    version: optional("version"),
    library: optional("library"),
    signal: session.options.signal,
  };
  yield* requirePackage(session, request, extra, (path) => include(session, path, true, extra));
  return null;
}

// eslint-disable-next-line require-yield -- it has nothing to wait for
function* addLibrary(session: Session, args: Arguments): Run<Value> {
  const parameters = ["library", "library_path", "prepend"];
  const { named } = bindArguments(
    { name: "ManifestFile.add_library", parameters, required: 2, method: true },
    args,
  );
  const name = textArgument(named.get("library"), "the name of a library");
  session.addLibrary(name, pathArgument(named.get("library_path")), isTrue(named.get("prepend") ?? false));
  return null;
}

function* cModule(session: Session, args: Arguments): Run<Value> {
  const { named } = bindArguments(
    { name: "ManifestFile.c_module", parameters: ["module_path"], required: 1, method: true },
    args,
  );
  if (!session.freezes) return null;
  const path = session.resolve(pathArgument(named.get("module_path")));
  const [variable] = /\$\([^)]+\)/.exec(path) ?? [];
  const fail = (message: string, hint?: string): Raised =>
    raised("ManifestFileError", message, undefined, hint);
  if (variable !== undefined) {
    throw fail(`Unresolved variable in c_module() path: ${variable}`, "Pass it in `variables`.");
  }
  const entry = yield* session.tree.stat(path);
  if (entry === null)
    throw raised("ManifestFileError", `C module path does not exist: ${path}`, "file-not-found");
  if (entry.type !== "directory") throw fail(`C module path must be a directory: ${path}`);
  const hasMake = yield* session.tree.isFile(join(path, "micropython.mk"));
  if (!hasMake && !(yield* session.tree.isFile(join(path, "micropython.cmake")))) {
    throw fail(`C module directory must contain micropython.mk or micropython.cmake: ${path}`);
  }
  session.cModules.push(path);
  return null;
}
