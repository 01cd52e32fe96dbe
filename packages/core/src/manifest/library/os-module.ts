// `import os`, `os.path`, `glob`, `sys`: the functions that manifests take from them, over the manifest's files.

import { positional, pathArgument, textArgument } from "../value/arguments.js";
import { isTrue } from "../value/compare.js";
import { dictGet, dictOf } from "../value/dict.js";
import { exceptionType, osError, outside, Raised, valueError } from "../value/exceptions.js";
import { toItems } from "../value/iterate.js";
import { toText } from "../value/repr.js";
import type { Runtime } from "../value/runtime.js";
import {
  exhausted,
  native,
  PyBuiltin,
  PyException,
  PyIterator,
  PyList,
  PyModule,
  PyTuple,
  type Arguments,
  type Run,
  type Value,
} from "../value/values.js";
import { Walk, type FileTree, type WalkStep } from "./file-tree.js";
import { globPaths, matchName } from "./glob.js";
import * as posix from "./posix-path.js";

/** What the modules see of the evaluation. */
export interface Surroundings {
  readonly tree: FileTree;
  /** The folder of the manifest at hand. */
  cwd(): string;
  /** What os.environ holds. */
  readonly environment: Readonly<Record<string, string>>;
  /** What sys.platform is. */
  readonly platform: string;
}

/** The modules that manifests can import. */
export function manifestModules(rt: () => Runtime, around: Surroundings): Map<string, PyModule> {
  const path = new PyModule("os.path", pathMembers(rt, around));
  const modules = [
    path,
    new PyModule("os", osMembers(rt, around, path)),
    new PyModule("sys", sysMembers(around)),
    new PyModule("glob", globMembers(rt, around)),
    new PyModule("fnmatch", fnmatchMembers(rt)),
    new PyModule("typing", new Map<string, Value>([["TYPE_CHECKING", false]])),
  ];
  return new Map(modules.map((module) => [module.name, module]));
}

function resolve(around: Surroundings, path: string): string {
  return posix.normalize(posix.join(around.cwd(), path));
}

/** A function of one path that asks the files, of which none has an empty path. */
function asking(name: string, around: Surroundings, ask: (path: string) => Run<boolean>): PyBuiltin {
  return new PyBuiltin(name, function* (args) {
    const path = pathArgument(positional(name, args, 1, 1)[0]);
    return path !== "" && (yield* ask(resolve(around, path)));
  });
}

/** A function of one path that only looks at its text. */
function textual(name: string, change: (path: string) => Value): PyBuiltin {
  return native(name, (args) => change(pathArgument(positional(name, args, 1, 1)[0])));
}

function pathMembers(rt: () => Runtime, around: Surroundings): Map<string, Value> {
  const { tree } = around;
  const functions = [
    asking("exists", around, function* (path) {
      return (yield* tree.stat(path)) !== null;
    }),
    asking("lexists", around, function* (path) {
      return (yield* tree.stat(path)) !== null;
    }),
    asking("isdir", around, (path) => tree.isDirectory(path)),
    asking("isfile", around, (path) => tree.isFile(path)),
    new PyBuiltin("getsize", function* (args) {
      const path = pathArgument(positional("getsize", args, 1, 1)[0]);
      const size = path === "" ? null : yield* tree.size(resolve(around, path));
      if (size === null) throw osError("FileNotFoundError", path);
      return BigInt(size);
    }),
    textual("abspath", (path) => resolve(around, path)),
    textual("realpath", (path) => resolve(around, path)),
    textual("normpath", posix.normalize),
    textual("normcase", (path) => path),
    textual("basename", posix.basename),
    textual("dirname", posix.dirname),
    textual("isabs", (path) => path.startsWith("/")),
    textual("split", (path) => new PyTuple(posix.split(path))),
    textual("splitext", (path) => new PyTuple(posix.splitExtension(path))),
    native("join", (args) => joined(rt(), args)),
    native("relpath", (args) => relativePath(around, args)),
    new PyBuiltin("commonprefix", (args) => commonPrefix(rt(), args)),
  ];
  return new Map<string, Value>([["sep", "/"], ...functions.map((each) => [each.name, each] as const)]);
}

function joined(rt: Runtime, args: Arguments): Value {
  const [first = "", ...rest] = positional("join", args, 1, 1000).map(pathArgument);
  return rt.meter.text(posix.join(first, ...rest));
}

function relativePath(around: Surroundings, args: Arguments): Value {
  const [path, start = "."] = positional("relpath", args, 1, 2, ["start"]);
  const from = args.keywords.get("start") ?? start;
  if (path === "") throw valueError("no path specified");
  return posix.relative(resolve(around, pathArgument(path)), resolve(around, pathArgument(from)));
}

function* commonPrefix(rt: Runtime, args: Arguments): Run<Value> {
  const texts = (yield* toItems(rt.meter, positional("commonprefix", args, 1, 1)[0] ?? null)).map(
    pathArgument,
  );
  const [first = ""] = texts;
  let shared = first.length;
  for (const text of texts) {
    let same = 0;
    while (same < shared && text.charAt(same) === first.charAt(same)) same++;
    rt.meter.spend(same);
    shared = same;
  }
  return first.slice(0, shared);
}

function osMembers(rt: () => Runtime, around: Surroundings, path: PyModule): Map<string, Value> {
  const environ = dictOf(rt().meter, Object.entries(around.environment));
  const members: [string, Value][] = [
    ["path", path],
    ["sep", "/"],
    ["linesep", "\n"],
    ["name", "posix"],
    ["curdir", "."],
    ["pardir", ".."],
    ["environ", environ],
    ["getcwd", native("getcwd", () => around.cwd())],
    ["listdir", new PyBuiltin("listdir", (args) => listDirectory(around, args))],
    ["walk", native("walk", (args) => walk(rt(), around, args))],
    [
      "getenv",
      native("getenv", (args) => {
        const [key = null, otherwise = null] = positional("getenv", args, 1, 2, ["default"]);
        return (
          dictGet(rt().meter, environ, textArgument(key, "key")) ?? args.keywords.get("default") ?? otherwise
        );
      }),
    ],
    ["fspath", textual("fspath", (text) => text)],
  ];
  return new Map(members);
}

function* listDirectory(around: Surroundings, args: Arguments): Run<Value> {
  const [given = "."] = positional("listdir", args, 0, 1);
  const path = pathArgument(given);
  if (path === "") throw osError("FileNotFoundError", path);
  const place = resolve(around, path);
  const entries = yield* around.tree.list(place);
  if (entries !== null) return new PyList(entries.map((entry) => posix.basename(entry.path)));
  throw osError((yield* around.tree.stat(place)) === null ? "FileNotFoundError" : "NotADirectoryError", path);
}

function walk(rt: Runtime, around: Surroundings, args: Arguments): Value {
  const [top, topDown, , follow] = positional("walk", args, 1, 4, ["topdown", "onerror", "followlinks"]);
  if (!isTrue(args.keywords.get("topdown") ?? topDown ?? true)) {
    throw outside("manifests cannot walk bottom up", "Walk top down and reverse the list.");
  }
  const path = pathArgument(top);
  const followLinks = isTrue(args.keywords.get("followlinks") ?? follow ?? false);
  const steps = new Walk(resolve(around, path), followLinks);
  return new PyIterator("generator", function* () {
    rt.meter.step();
    const step = yield* steps.next(around.tree);
    return step === null ? exhausted : walkTuple(step, resolve(around, path), path);
  });
}

function walkTuple(step: WalkStep, start: string, top: string): Value {
  const below = posix.relative(step.path, start);
  const shown = below === "." ? top : posix.join(top, below);
  return new PyTuple([shown, new PyList(step.directories), new PyList([...step.files])]);
}

function sysMembers(around: Surroundings): Map<string, Value> {
  const version = new PyTuple(
    [3n, 11n, 0n, "final", 0n],
    ["major", "minor", "micro", "releaselevel", "serial"],
  );
  const exit = native("exit", (args): Value => {
    const [status = null] = positional("exit", args, 0, 1);
    throw new Raised(new PyException(exceptionType("SystemExit"), [`sys.exit(${toText(status)})`]));
  });
  return new Map<string, Value>([
    ["platform", around.platform],
    ["version_info", version],
    ["maxsize", 0x7fffffffffffffffn],
    ["byteorder", "little"],
    ["exit", exit],
  ]);
}

function globMembers(rt: () => Runtime, around: Surroundings): Map<string, Value> {
  const glob = (name: string, finish: (paths: string[]) => Value): PyBuiltin =>
    new PyBuiltin(name, function* (args) {
      return finish(yield* globbed(rt(), around, name, args));
    });
  return new Map<string, Value>([
    ["glob", glob("glob", (paths) => new PyList(paths))],
    ["iglob", glob("iglob", (paths) => new PyList(paths))],
    ["escape", textual("escape", (path) => path.replace(/[*?[]/g, "[$&]"))],
    ["has_magic", textual("has_magic", (path) => /[*?[]/.test(path))],
  ]);
}

function* globbed(rt: Runtime, around: Surroundings, name: string, args: Arguments): Run<string[]> {
  const [pattern] = positional(name, args, 1, 1, ["recursive", "root_dir"]);
  const folder = resolve(around, pathArgument(args.keywords.get("root_dir") ?? "."));
  const at = (path: string): string => posix.normalize(posix.join(folder, path));
  const { tree } = around;
  const files = {
    meter: rt.meter,
    list: (path: string) => tree.list(at(path)),
    exists: function* (path: string): Run<boolean> {
      return (yield* tree.stat(at(path))) !== null;
    },
    isDirectory: (path: string) => tree.isDirectory(at(path)),
  };
  return yield* globPaths(files, pathArgument(pattern), isTrue(args.keywords.get("recursive") ?? false));
}

function fnmatchMembers(rt: () => Runtime): Map<string, Value> {
  const match = (name: string): PyBuiltin =>
    native(name, (args) => {
      const [text, pattern] = positional(name, args, 2, 2);
      return matchName(rt().meter, textArgument(text, "name"), textArgument(pattern, "pat"));
    });
  return new Map<string, Value>(["fnmatch", "fnmatchcase"].map((name) => [name, match(name)]));
}
