// Carries a plan out: everything is fetched and checked first, the target is asked whether it still is as it was
// planned for, then one transaction makes the change.

import { UpyError } from "../errors.js";
import { sha256 } from "../sha256.js";
import type { Target } from "../targets/target.js";
import { checkPlan, refuseBlocked } from "./check-plan.js";
import { compileFailure, compileSource, fetchContents } from "./contents.js";
import { exclusively, whileLocked } from "./exclusive-target.js";
import type { ApplyOptions } from "./options.js";
import { joinPath } from "./paths.js";
import {
  isWritten,
  type CompileFallback,
  type Plan,
  type PlannedFile,
  type PlannedPackage,
  type PlannedShadow,
} from "./plan.js";
import { changesRecord, checkUnchanged } from "./check-unchanged.js";
import { runTransaction, type TransactionWrite } from "./transaction.js";

/** What an install, uninstall or adoption did. */
export interface InstallReport {
  readonly root: string;
  readonly packages: readonly PlannedPackage[];
  /** Absolute paths of files written. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
  /** Files that were right already. */
  readonly unchanged: readonly string[];
  /** Files that nobody recorded and that belong to a package now. */
  readonly adopted: readonly string[];
  /** Files that the user changed, and that were left alone. */
  readonly kept: readonly string[];
  /** Bytes of contents written; the record is not counted. */
  readonly bytesWritten: number;
  readonly bytesRemoved: number;
  /** Sources that were to be compiled and were installed as they are. */
  readonly fallbacks: readonly CompileFallback[];
  readonly shadows: readonly PlannedShadow[];
}

/**
 * Carries out a plan, whole or not at all.
 * @throws `link-busy` (another process is at it), `conflict` (files in the way, or the target changed since the plan), `incompatible-mpy`, `no-space`,
 * `interrupted-install`, `hash-mismatch`, and what target and downloads throw. After `link-lost`, call `recover`.
 */
export async function applyPlan(plan: Plan, on: Target, options: ApplyOptions = {}): Promise<InstallReport> {
  checkPlan(plan);
  refuseBlocked(plan);
  options.signal?.throwIfAborted();
  return exclusively(on, options, (target) => apply(plan, target, options));
}

async function apply(plan: Plan, target: Target, options: ApplyOptions): Promise<InstallReport> {
  const contents = await plannedContents(plan, target, options);
  if (contents.length > 0 || plan.removals.length > 0 || (await changesRecord(plan))) {
    await whileLocked(target, options, async () => {
      await checkUnchanged(plan, target, options);
      await carryOut(plan, { target, contents }, options);
    });
  } else await checkUnchanged(plan, target, options);
  return reportOf(plan);
}

async function carryOut(
  plan: Plan,
  { target, contents }: { target: Target; contents: readonly TransactionWrite[] },
  { signal, onProgress }: ApplyOptions,
): Promise<void> {
  const { root, base, makes, unmakes, record } = plan;
  const removes = plan.removals.map((file) => file.path);
  const total = contents.length + removes.length;
  const isEmpty = record.packages.length === 0 && record.roots.length === 0;
  await runTransaction(
    target,
    { root, base, makes, unmakes, removes, writes: contents, record: isEmpty ? null : record },
    {
      signal,
      onWrite: ({ path, done, total: bytes }) => onProgress?.({ type: "write", path, done, total: bytes }),
      onCommit: () => onProgress?.({ type: "commit", done: 0, total }),
    },
  );
  onProgress?.({ type: "commit", done: total, total });
}

async function plannedContents(
  plan: Plan,
  target: Target,
  options: ApplyOptions,
): Promise<TransactionWrite[]> {
  const files = plan.files.filter(isWritten);
  const total = files.reduce((sum, file) => sum + file.locked.size, 0);
  const copies = new Map<string, number>();
  for (const { locked } of files) copies.set(locked.sha256, (copies.get(locked.sha256) ?? 0) + 1);
  let done = 0;
  const contents = await fetchContents(
    files.map((file) => file.locked),
    options,
    ({ path, size, sha256: hash }) => {
      done += size * (copies.get(hash) ?? 0);
      options.onProgress?.({ type: "fetch", path, done, total });
    },
  );
  const writes: TransactionWrite[] = [];
  for (const file of files) {
    const source = contents.get(file.locked.sha256) ?? new Uint8Array(0);
    const content = file.compiled ? await compileAgain(file, source, { target, options }) : source;
    if (!file.compiled && file.sha256 !== file.locked.sha256) throw otherContents(file.path);
    const { path, replaces } = file;
    writes.push({ path, sha256: file.sha256, content, ...(replaces !== undefined && { replaces }) });
  }
  return writes;
}

function otherContents(path: string): UpyError {
  return new UpyError("hash-mismatch", `The plan promises other contents of ${path} than it locks.`, {
    hint: "Make the plan again with planInstall.",
  });
}

/** Compiles a source as the plan did: a compiler that gives something else now is not the one of the plan. */
async function compileAgain(
  { locked, sha256: expected }: PlannedFile,
  source: Uint8Array,
  { target, options }: { target: Target; options: ApplyOptions },
): Promise<Uint8Array> {
  const environment = await target.environment({ signal: options.signal });
  const result = await compileSource(source, { path: locked.path, environment }, options.compile);
  if ("fallback" in result) throw compileFailure(locked.path, result.fallback);
  if ((await sha256(result.content)) === expected) return result.content;
  throw new UpyError(
    "hash-mismatch",
    `${locked.path} compiles to something else than when the plan was made.`,
    {
      hint: "Plan again with this compiler.",
    },
  );
}

function reportOf(plan: Plan): InstallReport {
  const paths = (files: readonly { readonly path: string }[]) =>
    files.map((file) => joinPath(plan.root, file.path));
  const withAction = (action: PlannedFile["action"]) =>
    paths(plan.files.filter((file) => file.action === action));
  return {
    root: plan.root,
    packages: plan.packages,
    written: paths(plan.files.filter(isWritten)),
    removed: paths(plan.removals),
    unchanged: withAction("unchanged"),
    adopted: withAction("adopted"),
    kept: [...withAction("kept"), ...paths(plan.left)],
    bytesWritten: plan.bytes.written,
    bytesRemoved: plan.bytes.removed,
    fallbacks: plan.fallbacks,
    shadows: plan.shadows,
  };
}
