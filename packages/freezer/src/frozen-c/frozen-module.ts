// A module on its way into C: the .mpy file with a C name for it and for each function in it.
// Names follow tools/mpy-tool.py, MicroPython 1.28, but stay valid and unique where its would not.

import type { ManifestPlace } from "@upykit/core/manifest";
import {
  decodeText,
  type MpyFile,
  type MpyObject,
  type Prelude,
  preludeOf,
  qstrAt,
  type RawCode,
  readMpy,
} from "@upykit/core/mpy";
import type { FrozenNames } from "./frozen-names.js";
import type { GlobalQstrs } from "./global-qstrs.js";
import { escapeQstr } from "./qstr-escape.js";
import { withPath } from "../files/with-path.js";

/** A module to emit. */
export interface FrozenModule {
  readonly file: MpyFile;
  /** The .mpy file, for a comment. */
  readonly path: string;
  /** The name that `import` finds: the source name in the file. */
  readonly sourceName: string;
  /** C name. */
  readonly name: string;
  /** `MP_QSTR_…` of each entry of the file's qstr table. */
  readonly qstrIdents: readonly string[];
  /** The four bytes of the header, for a comment. */
  readonly headerBytes: Uint8Array;
  readonly code: FrozenCode;
  /** Where a manifest names the file. */
  readonly place?: ManifestPlace | undefined;
}

/** A function to emit. */
export interface FrozenCode {
  readonly raw: RawCode;
  /** C name. */
  readonly name: string;
  /** Absent for viper and asm. */
  readonly prelude: Prelude | undefined;
  readonly children: readonly FrozenCode[];
}

/**
 * Reads a module and names all in it; adds its qstrs.
 * @throws `invalid-mpy`, with the path, when the file is damaged; `unsupported` for names that the firmware cannot hold
 */
export function loadModule(
  content: Uint8Array,
  path: string,
  qstrs: GlobalQstrs,
  names: FrozenNames,
): FrozenModule {
  return withPath(path, () => {
    const file = readMpy(content);
    const sourceName = qstrAt(file, 0);
    const qstrIdents = file.qstrs.map((text) => `MP_QSTR_${qstrs.add(text)}`);
    for (const object of file.objects) addStrings(object, qstrs);
    const name = names.module(escapeQstr(sourceName.replaceAll("/", "_").slice(0, -3)));
    const code = nameCode(file, file.code, name, names);
    return { file, path, sourceName, name, qstrIdents, headerBytes: content.subarray(0, 4), code };
  });
}

function addStrings(object: MpyObject, qstrs: GlobalQstrs): void {
  if (object.type === "str") qstrs.addConstant(decodeText(object.value));
  if (object.type === "tuple") for (const item of object.items) addStrings(item, qstrs);
}

function nameCode(file: MpyFile, raw: RawCode, parent: string, names: FrozenNames): FrozenCode {
  const prelude = preludeOf(raw);
  const simpleName = qstrAt(file, prelude?.names[0] ?? 0);
  const name = names.code(`${parent}_${escapeQstr(simpleName)}`);
  const childParent = name.endsWith("_lt_module_gt_") ? parent : name;
  return {
    raw,
    name,
    prelude,
    children: raw.children.map((child) => nameCode(file, child, childParent, names)),
  };
}
