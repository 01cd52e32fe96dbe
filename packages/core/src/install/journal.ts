// The journal of a transaction: everything that is left to do once it is committed, as data. It stands on the target
// between the commit and the end, so that recover can finish; read as hostile, like the record.

import * as z from "zod/mini";
import { UpyError } from "../errors.js";
import { sha256 } from "../sha256.js";
import type { TreeChange } from "../targets/target.js";
import { joinPath } from "./paths.js";
import { recordPlace, stagedPath, type TransactionPlace } from "./places.js";
import { describeIssue } from "./record.js";
import { directoryPath, packagePath, rootPath, sha256Text, treePath } from "./schemas.js";

/** One staged file and where it goes. Its place in the list is its number in the staging directory. */
export interface JournalWrite {
  /** Below the root. */
  readonly path: string;
  readonly sha256: string;
  /** A file of the same name in another case, to remove before: on FAT it is the same file. */
  readonly replaces?: string | undefined;
}

/** What a committed transaction still has to do. All paths are below the root. */
export interface Journal {
  readonly version: 1;
  readonly root: string;
  readonly writes: readonly JournalWrite[];
  readonly removes: readonly string[];
  /** Directories to make, outermost first; "" is the root. */
  readonly makes: readonly string[];
  /** Directories to remove if they are empty, innermost first; "" is the root. */
  readonly unmakes: readonly string[];
  /** Whether a new record is staged, the record goes away, or the change is none of packages and has nothing to do with it. */
  readonly record: "replace" | "remove" | "keep";
}

type PathSchema = z.ZodMiniType<string>;

function shapeOf(path: PathSchema, directory: PathSchema) {
  return {
    version: z.literal(1),
    root: rootPath,
    writes: z.array(z.strictObject({ path, sha256: sha256Text, replaces: z.optional(path) })),
    removes: z.array(path),
    makes: z.array(directory),
    unmakes: z.array(directory),
  };
}

const journalSchema: z.ZodMiniType<Journal> = z.union([
  z.strictObject({ ...shapeOf(packagePath, directoryPath), record: z.enum(["replace", "remove"]) }),
  z.strictObject({ ...shapeOf(treePath, treePath), record: z.literal("keep") }),
]);

/** The journal as bytes: JSON, a line feed, and the SHA-256 of the JSON, so that a torn one is known. */
export async function formatJournal(journal: Journal): Promise<Uint8Array> {
  const json = new TextEncoder().encode(JSON.stringify(journal));
  return new TextEncoder().encode(`${new TextDecoder().decode(json)}\n${await sha256(json)}\n`);
}

/** The journal in `content`; null when it is torn: then nothing of it was ever done. @throws `invalid-record` */
export async function parseJournal(content: Uint8Array, path: string): Promise<Journal | null> {
  const text = new TextDecoder().decode(content);
  const [json = "", sum = ""] = text.split("\n");
  if (sum !== (await sha256(new TextEncoder().encode(json)))) return null;
  const result = journalSchema.safeParse(parseJson(json));
  if (result.success) return result.data;
  throw new UpyError("invalid-record", `The journal ${path} ${describeIssue(result.error)}.`, {
    hint: "It was not written by upykit. Call recover with discard: true to throw the interrupted install away.",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is known of the staging directory when the changes are made out. */
export interface JournalState {
  readonly place: TransactionPlace;
  readonly hasDirectories: boolean;
  /** Whether a staged path still waits to be moved: once it is moved, its place is not to be touched again. */
  readonly isStaged: (path: string) => boolean;
}

/** The changes that finish a committed transaction: can be repeated after a stop at any of them. */
export function journalChanges(journal: Journal, state: JournalState): TreeChange[] {
  const at = (path: string) => (path === "" ? journal.root : joinPath(journal.root, path));
  return [
    ...journal.makes.map((path) => ({ type: "mkdir", path: at(path) }) as const),
    ...journal.writes.flatMap((write, index) =>
      switchFile(write, stagedPath(state.place, index), { state, at }),
    ),
    ...journal.removes.map((path) => ({ type: "remove", path: at(path) }) as const),
    ...recordChanges(journal, state),
    ...journal.unmakes.map((path) => ({ type: "rmdir", path: at(path) }) as const),
    ...closingChanges(state.place),
  ];
}

function switchFile(
  write: JournalWrite,
  from: string,
  { state, at }: { state: JournalState; at: (path: string) => string },
): TreeChange[] {
  if (!state.isStaged(from)) return [];
  const removal: TreeChange[] =
    write.replaces === undefined ? [] : [{ type: "remove", path: at(write.replaces) }];
  return [...removal, { type: "rename", from, to: at(write.path) }];
}

function recordChanges(journal: Journal, { place, hasDirectories, isStaged }: JournalState): TreeChange[] {
  if (journal.record === "keep") return [];
  const { path, directory } = recordPlace(journal.root, hasDirectories);
  if (journal.record === "remove") {
    return [
      { type: "remove", path },
      ...(directory === null ? [] : [{ type: "rmdir", path: directory } as const]),
    ];
  }
  if (!isStaged(place.record)) return [];
  const made: TreeChange[] = directory === null ? [] : [{ type: "mkdir", path: directory }];
  return [...made, { type: "rename", from: place.record, to: path }];
}

function closingChanges({ journal, directory }: TransactionPlace): TreeChange[] {
  const removal: TreeChange = { type: "remove", path: journal };
  return directory === null ? [removal] : [removal, { type: "rmdir", path: directory }];
}
