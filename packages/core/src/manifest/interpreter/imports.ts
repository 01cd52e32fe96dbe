// `import` and `from … import`: the few modules a manifest may use, and what to say of others.

import type * as ast from "../../python/ast.js";
import { outside, raised } from "../value/exceptions.js";
import type { PyModule } from "../value/values.js";
import type { Scope } from "./scope.js";

/** Modules by name: "os", "os.path". */
export type Modules = ReadonlyMap<string, PyModule>;

/** `import a.b as c` */
export function importModule(modules: Modules, node: ast.Import, scope: Scope): void {
  for (const { name, alias } of node.names) {
    const module = findModule(modules, name);
    if (alias !== undefined) scope.set(alias, module);
    else {
      const top = name.split(".")[0] ?? name;
      scope.set(top, findModule(modules, top));
    }
  }
}

/** `from a import b as c` */
export function importFrom(modules: Modules, node: ast.ImportFrom, scope: Scope): void {
  if (node.level > 0)
    throw outside("manifests cannot import relatively", "Use include() for another manifest.");
  if (node.module === "__future__") return;
  const { name: from, members } = findModule(modules, node.module);
  if (node.names === "*") {
    for (const [name, value] of members) scope.set(name, value);
    return;
  }
  for (const { name, alias } of node.names) {
    const value = members.get(name);
    if (value === undefined) {
      throw outside(
        `manifests cannot use ${from}.${name}`,
        `Of ${from} they have: ${[...members.keys()].sort().join(", ")}.`,
      );
    }
    scope.set(alias ?? name, value);
  }
}

function findModule(modules: Modules, name: string): PyModule {
  const module = modules.get(name);
  if (module !== undefined) return module;
  const top = name.split(".")[0] ?? name;
  if (standardModules.has(top)) {
    throw outside(
      `manifests cannot import ${name}`,
      `They can import ${[...modules.keys()].sort().join(", ")}.`,
    );
  }
  throw raised("ModuleNotFoundError", `No module named '${name}'`);
}

/**
 * Modules of CPython's standard library (3.11), and of manifestfile.py's folder: there with the real tool, so that
 * leaving them out must not look like a missing module to `except ImportError`.
 */
const standardModules: ReadonlySet<string> = /* @__PURE__ */ new Set(
  (
    "abc aifc argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 " +
    "cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall concurrent " +
    "configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib " +
    "dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions " +
    "ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib " +
    "imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma " +
    "mailbox mailcap makemanifest manifestfile marshal math mimetypes mmap modulefinder mpy_cross msilib multiprocessing " +
    "netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle " +
    "pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr " +
    "pydoc pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors " +
    "shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile ssl stat " +
    "statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib " +
    "tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc " +
    "tty turtle types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound " +
    "wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo"
  ).split(" "),
);
