// After an unplug or a crash: finishes a transaction that was committed, takes away what one that was not has left.
// Can itself be interrupted anywhere and called again.

import { UpyError } from "../errors.js";
import type { Target, TargetCallOptions, TreeChange } from "../targets/target.js";
import { exclusively, whileLocked } from "./exclusive-target.js";
import { type Journal, journalChanges, parseJournal } from "./journal.js";
import { joinPath } from "./paths.js";
import {
  findRoot,
  pendingPaths,
  possibleBases,
  stagedPath,
  transactionPlace,
  type TransactionPlace,
} from "./places.js";

/** What {@link recover} takes. */
export interface RecoverOptions extends TargetCallOptions {
  /** The install root; default: as for an install. */
  readonly root?: string | undefined;
  /** With true, nothing is finished: staged files and journal are thrown away, and the tree stays as it is. Default false. */
  readonly discard?: boolean | undefined;
}

/** What {@link recover} did. */
export interface RecoverReport {
  /**
   * `nothing`: no install was interrupted. `finished`: the new state is there, whole. `undone`: the old one is.
   * `discarded`: as asked; the tree may be a mixture, which `verify` shows.
   */
  readonly outcome: "nothing" | "finished" | "undone" | "discarded";
  readonly root: string;
  /** Files that were put in place, as absolute paths; those that were there before the interruption too. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
  /** Files that are not what the install promised, though all was done: somebody changed them since. */
  readonly damaged: readonly string[];
}

/**
 * Finishes or undoes an install that was interrupted. Harmless when none was.
 * @throws `interrupted-install` when the interrupted one is of another root; `invalid-record` when its journal is not ours;
 * `link-busy` when it is not interrupted but under way in another process
 */
export function recover(on: Target, options: RecoverOptions = {}): Promise<RecoverReport> {
  return exclusively(on, options, (target) =>
    whileLocked(target, options, () => recoverAll(target, options)),
  );
}

async function recoverAll(target: Target, options: RecoverOptions): Promise<RecoverReport> {
  const root = await findRoot(target, options.root, options);
  let report: RecoverReport = { outcome: "nothing", root, written: [], removed: [], damaged: [] };
  for (const place of await pendingPlaces(target, root, options)) {
    report = { ...report, ...(await recoverPlace(target, { place, root }, options)) };
  }
  return report;
}

/** The places where something of a transaction is left. */
async function pendingPlaces(
  target: Target,
  root: string,
  options: TargetCallOptions,
): Promise<TransactionPlace[]> {
  const { hasDirectories } = target.fs;
  const places = possibleBases(root).map((base) => transactionPlace(base, hasDirectories));
  if (!hasDirectories) return places;
  const entries = await target.fs.stat(pendingPaths(root, true), options);
  return places.filter((_, index) => entries[index]?.type === "directory");
}

type Outcome = Partial<RecoverReport>;

async function recoverPlace(
  target: Target,
  { place, root }: { place: TransactionPlace; root: string },
  options: RecoverOptions,
): Promise<Outcome> {
  const left = await leftovers(target, place, options);
  if (left.files.length === 0 && place.directory === null) return {};
  const journal = options.discard === true ? null : await readJournal(target, { place, left }, options);
  if (journal === null) {
    await removeLeftovers(target, { place, left }, options);
    return { outcome: options.discard === true ? "discarded" : "undone" };
  }
  // What is no install is finished whichever root was asked for.
  if (journal.root !== root && journal.record !== "keep") throw otherRoot(target, journal.root);
  return finish(target, { place, left, journal }, options);
}

interface Leftovers {
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

async function leftovers(
  target: Target,
  place: TransactionPlace,
  options: TargetCallOptions,
): Promise<Leftovers> {
  const entries =
    place.directory === null
      ? (await target.fs.list("/", options)).filter((entry) => entry.path.startsWith(place.prefix))
      : await target.fs.walk(place.directory, options);
  return {
    files: entries.filter((entry) => entry.type === "file").map((entry) => entry.path),
    directories: entries.filter((entry) => entry.type === "directory").map((entry) => entry.path),
  };
}

interface Found {
  readonly place: TransactionPlace;
  readonly left: Leftovers;
}

async function readJournal(
  target: Target,
  { place, left }: Found,
  options: TargetCallOptions,
): Promise<Journal | null> {
  if (!left.files.includes(place.journal)) return null;
  return parseJournal(await target.fs.readFile(place.journal, options), place.journal);
}

async function finish(
  target: Target,
  { place, left, journal }: Found & { journal: Journal },
  options: TargetCallOptions,
): Promise<Outcome> {
  const staged = new Set(left.files);
  const changes = journalChanges(journal, {
    place,
    hasDirectories: target.fs.hasDirectories,
    isStaged: (path) => staged.has(path),
  });
  const used = new Set([
    place.journal,
    place.record,
    ...journal.writes.map((_, index) => stagedPath(place, index)),
  ]);
  const strays = left.files
    .filter((path) => !used.has(path))
    .map((path) => ({ type: "remove", path }) as const);
  await target.fs.change([...strays, ...changes], options);
  const written = journal.writes.map(({ path }) => joinPath(journal.root, path));
  const hashes = written.length === 0 ? [] : await target.fs.hashFiles(written, options);
  return {
    outcome: "finished",
    written,
    removed: journal.removes.map((path) => joinPath(journal.root, path)),
    damaged: written.filter((_, index) => hashes[index] !== journal.writes[index]?.sha256),
  };
}

/** Takes away what an uncommitted transaction left in `place`. */
export async function undoStaging(target: Target, place: TransactionPlace): Promise<void> {
  await removeLeftovers(target, { place, left: await leftovers(target, place, {}) }, {});
}

async function removeLeftovers(
  target: Target,
  { place, left }: Found,
  options: TargetCallOptions,
): Promise<void> {
  const directories = [...left.directories].sort().reverse();
  const changes: TreeChange[] = [
    ...left.files.map((path) => ({ type: "remove", path }) as const),
    ...[...directories, ...(place.directory === null ? [] : [place.directory])].map(
      (path) => ({ type: "rmdir", path }) as const,
    ),
  ];
  if (changes.length > 0) await target.fs.change(changes, options);
}

function otherRoot(target: Target, root: string): UpyError {
  return new UpyError(
    "interrupted-install",
    `The interrupted install on ${target.name} is of the root ${root}.`,
    {
      hint: `Call recover with root: ${JSON.stringify(root)}.`,
    },
  );
}
