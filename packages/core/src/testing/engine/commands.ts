// What the host asks of the board past its link: its files and its conditions. A frame in the panel's command ring is
// two lengths (little endian), JSON and bytes; the answer is a message. Served whenever the board reads, writes or waits.

import type { ByteRing } from "./byte-ring.js";
import type { Conditions } from "./conditions.js";
import type { FileTree, TreeEntry } from "./file-tree.js";
import type { Machine } from "./machine.js";

/** What can be asked. */
export type Command =
  | { readonly type: "walk"; readonly path: string }
  | { readonly type: "read"; readonly path: string }
  | { readonly type: "write"; readonly path: string }
  | { readonly type: "mkdir"; readonly path: string }
  | { readonly type: "remove"; readonly path: string }
  | { readonly type: "has"; readonly path: string }
  | { readonly type: "space" }
  | { readonly type: "snapshot" }
  | { readonly type: "restore"; readonly entries: readonly SnapshotEntry[] }
  | { readonly type: "limit-free"; readonly bytes: number }
  | { readonly type: "conditions"; readonly conditions: Partial<Conditions> };

/** One entry of a tree that is put back: a file's size in the payload, or null for a directory. */
export interface SnapshotEntry {
  readonly path: string;
  readonly size: number | null;
}

/** A whole tree: contents by path, null for a directory. */
export type TreeSnapshot = ReadonlyMap<string, Uint8Array | null>;

/** A command with what goes along. */
export interface CommandFrame {
  readonly id: number;
  readonly command: Command;
  readonly payload: Uint8Array;
}

/** What a command gives back. */
export type CommandResult =
  undefined | boolean | Uint8Array | TreeEntry[] | TreeSnapshot | { free: number; total: number };

/** The answer to the command with this id; the error is MicroPython's number where there is one. */
export type CommandAnswer =
  | { readonly id: number; readonly result: CommandResult }
  | { readonly id: number; readonly error: number | string };

const headerSize = 8;

/** The bytes of a frame. JSON has no infinity; null stands for it. */
export function encodeFrame(frame: CommandFrame): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ id: frame.id, command: frame.command }));
  const bytes = new Uint8Array(headerSize + text.length + frame.payload.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, text.length, true);
  header.setUint32(4, frame.payload.length, true);
  bytes.set(text, headerSize);
  bytes.set(frame.payload, headerSize + text.length);
  return bytes;
}

/** Takes a frame off the ring; `more` waits until the other side has pushed more of it. */
export function readFrame(ring: ByteRing, more: () => void): CommandFrame {
  const header = new DataView(take(ring, headerSize, more).buffer);
  const text = new TextDecoder().decode(take(ring, header.getUint32(0, true), more));
  const payload = take(ring, header.getUint32(4, true), more);
  return { ...(JSON.parse(text) as Pick<CommandFrame, "id" | "command">), payload };
}

function take(ring: ByteRing, size: number, more: () => void): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = ring.pull(bytes); at < size; at += ring.pull(bytes.subarray(at))) more();
  return bytes;
}

/** Does what a frame asks. */
export function execute(machine: Machine, frame: CommandFrame): CommandAnswer {
  try {
    return { id: frame.id, result: perform(machine, frame) };
  } catch (error) {
    const number = (error as { errno?: unknown }).errno;
    return { id: frame.id, error: typeof number === "number" ? number : String(error) };
  }
}

function perform(machine: Machine, { command, payload }: CommandFrame): CommandResult {
  const { files, disk } = machine;
  switch (command.type) {
    case "walk":
      return files.walk(command.path);
    case "read":
      return files.read(command.path);
    case "has":
      return files.has(command.path);
    case "space":
      return { free: disk.freeBlocks * disk.blockSize, total: disk.totalBlocks * disk.blockSize };
    case "snapshot":
      return new Map(
        files.walk("/").map(({ path, type }) => [path, type === "file" ? files.read(path) : null]),
      );
    case "restore":
      restore(files, command.entries, payload);
      disk.changed();
      return undefined;
    case "conditions":
      configure(machine.conditions, command.conditions);
      return undefined;
    case "limit-free":
      disk.limitFree(command.bytes);
      return undefined;
    default:
      files[command.type](command.path, payload);
      disk.changed();
      return undefined;
  }
}

function restore(files: FileTree, entries: readonly SnapshotEntry[], contents: Uint8Array): void {
  files.remove("/");
  let at = 0;
  for (const { path, size } of entries) {
    if (size === null) files.mkdir(path);
    else files.write(path, contents.slice(at, at + size));
    at += size ?? 0;
  }
}

function configure(conditions: Conditions, changes: Partial<Conditions>): void {
  const finite = Object.entries(changes).map(([key, value]) => [key, (value as unknown) ?? Infinity]);
  Object.assign(conditions, Object.fromEntries(finite));
}
