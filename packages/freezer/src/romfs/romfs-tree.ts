// A list of paths as a tree, each folder sorted as mpremote sorts it, with all that is wrong about the paths told.

import { UpyError } from "@upykit/core/errors";
import { placed } from "../files/placed-error.js";
import { romfsLimits } from "./record.js";
import { isDirectory, type RomfsEntry } from "./romfs-entry.js";

/** An entry on its way into a tree. */
export type PlacedEntry = RomfsEntry & {
  /** The name in the image, where it is not the last part of the path: that of a compiled source. */
  readonly storedName?: string;
};

/** A file of the tree. */
export interface RomfsLeaf {
  readonly name: string;
  readonly content: Uint8Array;
}

/** A folder of the tree; its items are sorted by the names they had before compiling, as mpremote leaves them. */
export interface RomfsFolder {
  readonly name: string;
  readonly items: Map<string, RomfsFolder | RomfsLeaf>;
}

/** @throws `invalid-path`, `conflict` */
export function treeOf(entries: readonly PlacedEntry[]): RomfsFolder {
  const root: RomfsFolder = { name: "", items: new Map() };
  for (const entry of entries) {
    const place = isDirectory(entry) ? undefined : entry.place;
    placed({ place }, () => {
      insert(root, entry);
    });
  }
  return sorted(root, "");
}

function insert(root: RomfsFolder, entry: PlacedEntry): void {
  const parts = entry.path.split("/");
  checkParts(entry.path, parts);
  checkLimits(entry, parts);
  const name = parts.pop() ?? "";
  const parent = parts.reduce((folder, part) => openFolder(folder, part, entry.path), root);
  if (isDirectory(entry)) {
    openFolder(parent, name, entry.path);
    return;
  }
  if (parent.items.has(name)) throw duplicate(entry.path);
  parent.items.set(name, { name: entry.storedName ?? name, content: entry.content });
}

function openFolder(parent: RomfsFolder, name: string, path: string): RomfsFolder {
  const existing = parent.items.get(name);
  if (existing !== undefined && "content" in existing) throw duplicate(path);
  if (existing !== undefined) return existing;
  const folder: RomfsFolder = { name, items: new Map() };
  parent.items.set(name, folder);
  return folder;
}

function checkParts(path: string, parts: readonly string[]): void {
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    throw new UpyError("invalid-path", `${JSON.stringify(path)} is not a plain relative path.`, {
      hint: 'Give paths below the root of the image, like "lib/module.py".',
    });
  }
  if (!/^[\x20-\x5b\x5d-\x7e]+$/.test(path)) {
    throw new UpyError(
      "invalid-path",
      `${JSON.stringify(path)} has a backslash, or characters that are not printable ASCII.`,
      {
        hint: "Names in a ROMFS image are ASCII: give the file another name.",
      },
    );
  }
}

function checkLimits(entry: PlacedEntry, parts: readonly string[]): void {
  const folders = isDirectory(entry) ? parts.length : parts.length - 1;
  const names = [...parts, entry.storedName ?? ""];
  if (folders <= romfsLimits.depth && names.every(({ length }) => length <= romfsLimits.name)) return;
  throw new UpyError("invalid-path", `${JSON.stringify(entry.path)} is too long, or too deep.`, {
    hint: `A name has up to ${romfsLimits.name} characters, a path up to ${romfsLimits.depth} folders.`,
  });
}

function duplicate(path: string): UpyError {
  return new UpyError("conflict", `Something else in the image has the path ${path}, or a part of it.`, {
    hint: "Keep one of the two.",
  });
}

function sorted(folder: RomfsFolder, parent: string): RomfsFolder {
  const items = [...folder.items].sort(([a], [b]) => (a < b ? -1 : 1));
  const taken = new Set<string>();
  for (const [, { name }] of items) {
    // A compiled source has the name that a folder beside it has.
    if (taken.has(name)) throw duplicate(parent + name);
    taken.add(name);
  }
  return {
    ...folder,
    items: new Map(
      items.map(([name, item]) => [name, "items" in item ? sorted(item, `${parent}${name}/`) : item]),
    ),
  };
}
