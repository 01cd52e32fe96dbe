// The byte counts that stand at the end of a frozen C file. Source: freeze_mpy of tools/mpy-tool.py, MicroPython 1.28.

/** What was frozen as bytecode, in bytes where it does not say a count. As in mpy-tool.py, machine code is in none of them. */
export interface FrozenSizes {
  /** Count of the qstrs that the firmware does not have. */
  uniqueQstrs: number;
  /** Their texts, lengths and hashes. */
  qstrs: number;
  bytecode: number;
  /** Texts of string and bytes constants. */
  strings: number;
  /** Digits of large integers. */
  integers: number;
  /** Records of constants. */
  objects: number;
  /** Count of the entries of all constant tables. */
  tableEntries: number;
  /** Count of functions, class bodies and modules. */
  rawCodes: number;
  /** The list of module names. */
  names: number;
  /** Count of modules. */
  modules: number;
}

/** Sizes before anything was frozen. */
export function noSizes(): FrozenSizes {
  return {
    uniqueQstrs: 0,
    qstrs: 0,
    bytecode: 0,
    strings: 0,
    integers: 0,
    objects: 0,
    tableEntries: 0,
    rawCodes: 0,
    names: 0,
    modules: 0,
  };
}

/** All bytes, as mpy-tool.py adds them up for a 32-bit board. */
export function totalSize(sizes: FrozenSizes): number {
  const content = sizes.qstrs + sizes.bytecode + sizes.strings + sizes.integers + sizes.objects;
  return content + sizes.tableEntries * 4 + sizes.rawCodes * 16 + sizes.names + sizes.modules * 4;
}

/** The comment that tells the sizes. */
export function emitSizes(out: string[], sizes: FrozenSizes): void {
  out.push(
    "",
    "/*",
    "byte sizes:",
    `qstr content: ${sizes.uniqueQstrs} unique, ${sizes.qstrs} bytes`,
    `bc content: ${sizes.bytecode}`,
    `const str content: ${sizes.strings}`,
    `const int content: ${sizes.integers}`,
    `const obj content: ${sizes.objects}`,
    "const table qstr content: 0 entries, 0 bytes",
    `const table ptr content: ${sizes.tableEntries} entries, ${sizes.tableEntries * 4} bytes`,
    `raw code content: ${sizes.rawCodes} * 4 = ${sizes.rawCodes * 16}`,
    `mp_frozen_mpy_names_content: ${sizes.names}`,
    `mp_frozen_mpy_content_size: ${sizes.modules * 4}`,
    `total: ${totalSize(sizes)}`,
    "*/",
  );
}
