// The byte counts that stand at the end of a frozen C file. Source: freeze_mpy of tools/mpy-tool.py, MicroPython 1.28.

/** Bytes (and counts) of what was frozen as bytecode or machine code. */
export interface FrozenSizes {
  uniqueQstrs: number;
  qstrs: number;
  bytecode: number;
  strings: number;
  integers: number;
  objects: number;
  /** Entries of all constant tables. */
  tableEntries: number;
  rawCodes: number;
  names: number;
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
