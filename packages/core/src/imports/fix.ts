// Carries out a fix of the doctor: looks first, keeps what it takes away, and can put it back. Every state on the way is
// one that the doctor can be asked about again: moves come before removals, and each change can be repeated.

import { UpyError } from "../errors.js";
import type { FileContent, Target, TargetCallOptions, TreeChange } from "../targets/target.js";
import { parentPath } from "../targets/parent-path.js";
import type { Fix, FixChange } from "./finding.js";
import { readFiles } from "./import-graph.js";

/** What a fix would do to a target as it is now. Plain data; nothing has been changed. */
export interface FixPlan {
  readonly writes: readonly FileContent[];
  readonly moves: readonly { readonly from: string; readonly to: string }[];
  /** Files, sorted. */
  readonly removes: readonly string[];
  /** Directories that become empty, innermost first. */
  readonly emptied: readonly string[];
  /** Bytes of the files that go away. */
  readonly frees: number;
  /** SHA-256 of each file that is changed, as the plan found it; null for one that is made. */
  readonly basis: Readonly<Record<string, string | null>>;
}

/** What {@link applyFix} did, and what {@link undoFix} needs to take it back. */
export interface FixReport {
  readonly plan: FixPlan;
  /** The contents that were removed or replaced. Keep them for as long as the fix may have to be undone. */
  readonly backup: readonly FileContent[];
}

/**
 * What fixes would do, together.
 * @throws `file-not-found` when a file is gone; `conflict` when something is in the way of a move
 */
export async function planFix(
  fixes: Fix | readonly Fix[],
  target: Target,
  options: TargetCallOptions = {},
): Promise<FixPlan> {
  const changes = unique(
    (Array.isArray(fixes) ? (fixes as readonly Fix[]) : [fixes as Fix]).flatMap((fix) => fix.changes),
  );
  const writes = changes
    .filter((change) => change.type === "write")
    .map(({ path, content }) => ({ path, content }));
  const moves = changes.filter((change) => change.type === "move").map(({ from, to }) => ({ from, to }));
  const removes = changes
    .filter((change) => change.type === "remove")
    .map(({ path }) => path)
    .sort();
  const taken = [...removes, ...moves.map(({ from }) => from)];
  const touched = [...new Set([...taken, ...moves.map(({ to }) => to), ...writes.map(({ path }) => path)])];
  const hashes = await target.fs.hashFiles(touched, options);
  const basis = Object.fromEntries(touched.map((path, index) => [path, hashes[index] ?? null]));
  await checkMoves(moves, taken, target, options);
  for (const path of taken)
    if (basis[path] === null) throw new UpyError("file-not-found", `${path} is not there any more.`);
  const entries = await target.fs.stat(removes, options);
  return {
    writes,
    moves,
    removes,
    emptied: emptiedBy(taken),
    frees: entries.reduce((sum, entry) => sum + (entry?.size ?? 0), 0),
    basis,
  };
}

function unique(changes: readonly FixChange[]): FixChange[] {
  const keys = changes.map((change) => (change.type === "move" ? change.from : change.path));
  return changes.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}

/** A move to the same name in another case is one to itself where case does not count. */
async function checkMoves(
  moves: FixPlan["moves"],
  taken: readonly string[],
  target: Target,
  options: TargetCallOptions,
): Promise<void> {
  const there = await target.fs.stat(
    moves.map(({ to }) => to),
    options,
  );
  for (const [index, { from, to }] of moves.entries()) {
    const isFree = there[index] === null || taken.includes(to) || from.toLowerCase() === to.toLowerCase();
    const isTwice = moves.some((other, at) => at < index && other.to === to);
    if (isFree && !isTwice) continue;
    throw new UpyError("conflict", `${from} cannot be moved: ${to} is there already.`, {
      hint: "Compare the two files and remove one of them.",
    });
  }
}

/** The directories of the files, which go away if nothing else is in them; not those that `sys.path` names by habit. */
function emptiedBy(paths: readonly string[]): string[] {
  const directories = new Set<string>();
  for (const path of paths) {
    for (let at = parentPath(path); at !== "/" && at !== "/lib"; at = parentPath(at)) directories.add(at);
  }
  return [...directories].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

/**
 * Does what the plan says, if the files still are as they were. What goes away is read first and answered.
 * @throws `conflict` when a file has changed since the plan was made
 */
export async function applyFix(
  plan: FixPlan,
  target: Target,
  options: TargetCallOptions = {},
): Promise<FixReport> {
  const { signal } = options;
  const paths = Object.keys(plan.basis);
  const hashes = await target.fs.hashFiles(paths, options);
  const changed = paths.find((path, index) => (plan.basis[path] ?? null) !== (hashes[index] ?? null));
  if (changed !== undefined) {
    throw new UpyError("conflict", `${changed} has changed since the fix was planned.`, {
      hint: "Plan it again.",
    });
  }
  const kept = [
    ...plan.removes,
    ...plan.writes.map(({ path }) => path).filter((path) => plan.basis[path] !== null),
  ];
  const contents = await readFiles(target, kept, signal);
  const backup = kept.map((path, index) => ({ path, content: saved(path, contents[index]) }));
  signal?.throwIfAborted();
  if (plan.writes.length > 0) await target.fs.writeFiles(plan.writes, { signal });
  await target.fs.change(changesOf(plan, target.fs.hasDirectories), { signal });
  return { plan, backup };
}

function saved(path: string, content: Uint8Array | null | undefined): Uint8Array {
  if (content) return content;
  throw new UpyError("io-error", `${path} cannot be read, so it could not be put back; nothing was changed.`);
}

function changesOf({ moves, removes, emptied }: FixPlan, hasDirectories: boolean): TreeChange[] {
  const makes = new Set(moves.map(({ to }) => parentPath(to)).filter((path) => path !== "/"));
  return [
    ...(hasDirectories ? [...makes].map((path) => ({ type: "mkdir", path }) as const) : []),
    ...moves.map(({ from, to }) => ({ type: "rename", from, to }) as const),
    ...removes.map((path) => ({ type: "remove", path }) as const),
    ...(hasDirectories ? emptied.map((path) => ({ type: "rmdir", path }) as const) : []),
  ];
}

/** Puts back what {@link applyFix} took away. Safe to call again when it was cut short. */
export async function undoFix(
  report: FixReport,
  target: Target,
  options: TargetCallOptions = {},
): Promise<void> {
  const { plan, backup } = report;
  const made = plan.writes.map(({ path }) => path).filter((path) => plan.basis[path] === null);
  const directories = [...new Set(plan.moves.map(({ from }) => parentPath(from)))].filter(
    (path) => path !== "/",
  );
  const back = plan.moves.map(({ from, to }) => ({ type: "rename", from: to, to: from }) as const).reverse();
  await target.fs.change(
    [
      ...(target.fs.hasDirectories ? directories.map((path) => ({ type: "mkdir", path }) as const) : []),
      ...back,
      ...made.map((path) => ({ type: "remove", path }) as const),
    ],
    options,
  );
  if (backup.length > 0) await target.fs.writeFiles(backup, options);
}
