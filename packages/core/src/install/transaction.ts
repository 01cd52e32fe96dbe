// The transaction: everything is staged on the target and verified there, then one list of changes commits and switches.
// It does not know packages or plans, only which contents go where. What an interruption leaves is recover.ts's.

import { isUpyError } from "../errors.js";
import type { FileContent, Target, TransferProgress, TreeChange } from "../targets/target.js";
import { formatJournal, type Journal, journalChanges, type JournalWrite } from "./journal.js";
import { stagedPath, transactionPlace, type TransactionPlace } from "./places.js";
import { formatRecord, type InstallRecord } from "./record.js";
import { recover, undoStaging } from "./recover.js";

/** One file to put in place. */
export interface TransactionWrite extends JournalWrite {
  readonly content: Uint8Array;
}

/** What a transaction changes below a root, all of it or nothing. Paths are relative to the root. */
export interface Transaction extends Omit<Journal, "version" | "writes" | "record"> {
  /** The existing directory to stage in. */
  readonly base: string;
  readonly writes: readonly TransactionWrite[];
  /** The record afterwards; null when nothing is installed any more, "keep" when no package has to do with it. */
  readonly record: InstallRecord | "keep" | null;
}

/** What {@link runTransaction} takes. */
export interface TransactionOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onWrite?: ((progress: TransferProgress) => void) | undefined;
  /** Called when all is staged and the switch begins, which cannot be cancelled any more. */
  readonly onCommit?: (() => void) | undefined;
}

/**
 * Makes the changes, whole. When it rejects, the target is as before, or (when the link went away) says
 * `interrupted-install` until `recover` was called.
 */
export async function runTransaction(
  target: Target,
  transaction: Transaction,
  options: TransactionOptions,
): Promise<void> {
  const place = transactionPlace(transaction.base, target.fs.hasDirectories);
  const journal = journalOf(transaction);
  try {
    const staged = await stagedFiles(transaction, journal, place);
    await target.fs.writeFiles(staged, { signal: options.signal, onProgress: options.onWrite });
    options.signal?.throwIfAborted();
  } catch (error) {
    await undoQuietly(target, place);
    throw error;
  }
  options.onCommit?.();
  await commit(target, place, journal);
}

async function commit(target: Target, place: TransactionPlace, journal: Journal): Promise<void> {
  const { hasDirectories } = target.fs;
  const changes: TreeChange[] = [
    { type: "rename", from: place.draft, to: place.journal },
    ...journalChanges(journal, { place, hasDirectories, isStaged: () => true }),
  ];
  try {
    await target.fs.change(changes);
  } catch (error) {
    if (!(await finishes(target, journal.root))) throw error;
  }
}

/** A switch that was cut short, on a target that still answers: what recover says decides. */
async function finishes(target: Target, root: string): Promise<boolean> {
  try {
    const report = await recover(target, { root });
    return report.outcome === "finished" && report.damaged.length === 0;
  } catch {
    return false;
  }
}

function journalOf({ root, writes, removes, makes, unmakes, record }: Transaction): Journal {
  return {
    version: 1,
    root,
    writes: writes.map(({ path, sha256, replaces }) => ({
      path,
      sha256,
      ...(replaces !== undefined && { replaces }),
    })),
    removes,
    makes,
    unmakes,
    record: record === null ? "remove" : record === "keep" ? "keep" : "replace",
  };
}

async function stagedFiles(
  { writes, record }: Transaction,
  journal: Journal,
  place: TransactionPlace,
): Promise<FileContent[]> {
  const text = record === null || record === "keep" ? [] : [new TextEncoder().encode(formatRecord(record))];
  return [
    ...writes.map(({ content }, index) => ({ path: stagedPath(place, index), content })),
    ...text.map((content) => ({ path: place.record, content })),
    { path: place.draft, content: await formatJournal(journal) },
  ];
}

/** Takes staged files away after a failure, as far as the target still answers; the failure itself is what is reported. */
async function undoQuietly(target: Target, place: TransactionPlace): Promise<void> {
  try {
    await undoStaging(target, place);
  } catch (error) {
    if (!isUpyError(error)) throw error;
  }
}
