// The memory that compiling a source takes and leaves to the next one: see core's scratch.ts.

import { ByteWriter } from "@upykit/core/mpy";
import { LARGEST_KEPT, Scratch, type NameTable } from "@upykit/core/python";
import { ByteCode } from "./emit/byte-code.js";
import { Layout } from "./emit/layout.js";
import { startingNames } from "./names.js";

/** A source with more bytes than this leaves no objects behind. */
const LARGEST_ALIVE = 1 << 16;

/** Arrays and tables for one compilation at a time. */
export class Workspace extends Scratch {
  readonly recorded: ByteCode = new ByteCode(16);
  readonly finished: ByteCode = new ByteCode(16);
  readonly data: ByteWriter = new ByteWriter(16);
  readonly layout: Layout = new Layout();
  readonly writer: ByteWriter = new ByteWriter(16);
  /** The index of each name in the module's table, from 1; 0 for none. */
  nameIndexes: Int32Array<ArrayBuffer> = new Int32Array(16);
  /**
   * The objects that the source before was compiled with. The engine throws optimised code away when the last object that
   * it was made for is collected: without this, all of the parser's whenever it collects while the passes run.
   */
  previous: readonly object[] = [];
  private readonly tables = new Map<string, NameTable>();

  keepAlive(sourceLength: number, objects: readonly object[]): void {
    if (sourceLength <= LARGEST_ALIVE) this.previous = objects;
  }

  /** The names that a source starts with. */
  names(target: "micropython" | "circuitpython", version: 5 | 6): NameTable {
    const key = `${target} ${version}`;
    const known = this.tables.get(key);
    known?.reset();
    const table = known ?? startingNames(target, version);
    this.tables.set(key, table);
    return table;
  }
}

let spare: Workspace | undefined;

/** Runs `work` in a workspace: the one used before, unless work is going on in that. */
export function inWorkspace<T>(sourceLength: number, work: (workspace: Workspace) => T): T {
  const workspace = spare ?? new Workspace();
  spare = undefined;
  try {
    return work(workspace);
  } finally {
    if (sourceLength <= LARGEST_KEPT) spare = workspace;
  }
}
