// What a fix of the doctor would do to a target as it is now. It is carried out by install/apply-fix.ts.

import { UpyError } from "../errors.js";
import type { FileContent, Target, TargetCallOptions } from "../targets/target.js";
import { parentPath } from "../targets/parent-path.js";
import type { Fix, FixChange } from "./finding.js";

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

/** What `applyFix` did, and what `undoFix` needs to take it back. */
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
