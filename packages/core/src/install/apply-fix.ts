// Carries out a fix of the doctor, and takes it back: each as one transaction, so that a target whose power goes has the
// old state or the new one. What goes away is read first and answered.

import { UpyError } from "../errors.js";
import type { FixPlan, FixReport } from "../imports/fix.js";
import { readFiles } from "../imports/import-graph.js";
import { sha256 } from "../sha256.js";
import { parentPath } from "../targets/parent-path.js";
import type { FileContent, Target, TargetCallOptions } from "../targets/target.js";
import { exclusively, whileLocked } from "./exclusive-target.js";
import { foldCase } from "../path-clash.js";
import { directoriesOf } from "./paths.js";
import { interruptedInstall, pendingPaths } from "./places.js";
import { runTransaction, type TransactionWrite } from "./transaction.js";

/** What {@link applyFix} takes. */
export interface ApplyFixOptions extends TargetCallOptions {
  /** Is given the report before anything is changed, to keep it where it outlives this process: the way back. */
  readonly onBackup?: ((report: FixReport) => Promise<void> | void) | undefined;
}

/** What changes, by absolute paths. */
interface Change {
  readonly writes: readonly FileContent[];
  readonly removes: readonly string[];
  /** Directories that may have become empty, innermost first. */
  readonly emptied: readonly string[];
}

/**
 * Does what the plan says, if the files still are as they were; whole, or (after `link-lost`) when `recover` was called.
 * @throws `conflict` when a file has changed since the plan was made; `interrupted-install`, `link-busy`, and what the target throws
 */
export function applyFix(plan: FixPlan, on: Target, options: ApplyFixOptions = {}): Promise<FixReport> {
  return alone(on, options, async (target) => {
    await checkBasis(plan, target, options);
    const overwritten = plan.writes.map(({ path }) => path).filter((path) => plan.basis[path] !== null);
    const backup = await savedFiles(target, [...plan.removes, ...overwritten], options);
    const moved = await savedFiles(
      target,
      plan.moves.map(({ from }) => from),
      options,
    );
    const report: FixReport = { plan, backup };
    await options.onBackup?.(report);
    const arrivals = plan.moves.map(({ to }, index) => ({ path: to, content: contentAt(moved, index) }));
    const removes = [...plan.removes, ...plan.moves.map(({ from }) => from)];
    await carryOut(
      target,
      { writes: [...plan.writes, ...arrivals], removes, emptied: plan.emptied },
      options,
    );
    return report;
  });
}

/** Puts back what {@link applyFix} took away. Harmless when it was put back already. @throws `file-not-found` when what was moved is gone */
export function undoFix(report: FixReport, on: Target, options: TargetCallOptions = {}): Promise<void> {
  const { plan, backup } = report;
  return alone(on, options, async (target) => {
    const moves = await movesToUndo(plan, target, options);
    const made = plan.writes.map(({ path }) => path).filter((path) => plan.basis[path] === null);
    const writes = [...backup, ...moves.map(({ from, content }) => ({ path: from, content }))];
    const removes = [...made, ...moves.map(({ to }) => to)];
    await carryOut(target, { writes, removes, emptied: [] }, options);
  });
}

/** In turn with other changes, and only on a target that nobody was interrupted on. */
function alone<T>(on: Target, options: TargetCallOptions, work: (target: Target) => Promise<T>): Promise<T> {
  return exclusively(on, options, (target) =>
    whileLocked(target, options, async () => {
      const pending = pendingPaths("/lib", target.fs.hasDirectories);
      const entries = await target.fs.stat(pending, { signal: options.signal });
      const left = pending.find((_, index) => entries[index] != null);
      if (left !== undefined) throw interruptedInstall(target.name, left);
      return work(target);
    }),
  );
}

async function checkBasis({ basis }: FixPlan, target: Target, { signal }: TargetCallOptions): Promise<void> {
  const paths = Object.keys(basis);
  const hashes = await target.fs.hashFiles(paths, { signal });
  const changed = paths.find((path, index) => (basis[path] ?? null) !== (hashes[index] ?? null));
  if (changed === undefined) return;
  throw new UpyError("conflict", `${changed} has changed since the fix was planned.`, {
    hint: "Plan it again.",
  });
}

async function savedFiles(
  target: Target,
  paths: readonly string[],
  { signal }: TargetCallOptions,
): Promise<FileContent[]> {
  const contents = await readFiles(target, paths, signal);
  return paths.map((path, index) => {
    const content = contents[index];
    if (content) return { path, content };
    throw new UpyError(
      "io-error",
      `${path} cannot be read, so it could not be put back; nothing was changed.`,
    );
  });
}

function contentAt(files: readonly FileContent[], index: number): Uint8Array {
  return files[index]?.content ?? new Uint8Array(0);
}

interface MoveBack {
  readonly from: string;
  readonly to: string;
  readonly content: Uint8Array;
}

/** The moves that were not undone yet, with what was moved. */
async function movesToUndo(
  { moves, basis }: FixPlan,
  target: Target,
  { signal }: TargetCallOptions,
): Promise<MoveBack[]> {
  const contents = await readFiles(
    target,
    moves.map(({ to }) => to),
    signal,
  );
  const hashes = await target.fs.hashFiles(
    moves.map(({ from }) => from),
    { signal },
  );
  const names = await namesOf(
    moves.filter(({ from, to }) => foldCase(from) === foldCase(to)).map(({ from }) => from),
    target,
    { signal },
  );
  return moves.flatMap(({ from, to }, index) => {
    const content = contents[index];
    // On FAT, a file answers to its name in every case.
    const isCaseOnly = foldCase(from) === foldCase(to);
    if (hashes[index] === basis[from] && (!isCaseOnly || names.has(from))) return [];
    if (content) return [{ from, to, content }];
    throw new UpyError("file-not-found", `${to} is gone, so that ${from} cannot be put back.`);
  });
}

/** What lies beside these files, as it is written. */
async function namesOf(
  paths: readonly string[],
  target: Target,
  options: TargetCallOptions,
): Promise<Set<string>> {
  const names = new Set<string>();
  for (const directory of new Set(paths.map(parentPath)))
    for (const { path } of await target.fs.list(directory, options)) names.add(path);
  return names;
}

async function carryOut(target: Target, change: Change, { signal }: TargetCallOptions): Promise<void> {
  signal?.throwIfAborted();
  const removes = change.removes.map(relative);
  const writes = await Promise.all(change.writes.map((file) => transactionWrite(file, removes)));
  const replaced = new Set(writes.flatMap(({ path, replaces }) => [path, ...(replaces ? [replaces] : [])]));
  if (writes.length + removes.length === 0) return;
  const { hasDirectories } = target.fs;
  await runTransaction(
    target,
    {
      root: "/",
      base: "/",
      writes,
      removes: removes.filter((path) => !replaced.has(path)),
      makes: hasDirectories ? directoriesOf(writes.map(({ path }) => path)) : [],
      unmakes: hasDirectories ? change.emptied.map(relative) : [],
      record: "keep",
    },
    { signal },
  );
}

/** On FAT, a file of the same name in another case is the same file: it has to go before, not after. */
async function transactionWrite(
  { path, content }: FileContent,
  removes: readonly string[],
): Promise<TransactionWrite> {
  const name = relative(path);
  const replaces = removes.find((one) => one !== name && foldCase(one) === foldCase(name));
  return { path: name, content, sha256: await sha256(content), ...(replaces !== undefined && { replaces }) };
}

function relative(path: string): string {
  return path.slice(1);
}
