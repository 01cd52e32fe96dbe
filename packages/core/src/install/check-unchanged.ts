// Whether a target still is what a plan was made for: everything that the plan relies on is looked at again, just
// before the transaction, so that nothing that came since is lost.

import { UpyError } from "../errors.js";
import { sha256 } from "../sha256.js";
import type { FileEntry, Target, TargetCallOptions } from "../targets/target.js";
import { joinPath } from "./paths.js";
import { interruptedInstall, pendingPaths, recordPlace } from "./places.js";
import { isWritten, type Plan } from "./plan.js";
import { formatRecord } from "./record.js";

/** A file that must be as it was: with a hash, or not there. */
interface Expectation {
  readonly path: string;
  readonly sha256: string | null;
}

/** Whether the record will be another one. */
export async function changesRecord(plan: Plan): Promise<boolean> {
  return (await recordHash(plan)) !== plan.basis.recordSha256;
}

/**
 * Checks that the target is as it was planned for, in one call, or two when files are replaced.
 * @throws `conflict`, `interrupted-install`
 */
export async function checkUnchanged(
  plan: Plan,
  target: Target,
  { signal }: TargetCallOptions,
): Promise<void> {
  const { hasDirectories } = target.fs;
  await checkInterpreter(plan, target, signal);
  const pending = pendingPaths(plan.root, hasDirectories);
  const expected = [
    { path: recordPlace(plan.root, hasDirectories).path, sha256: plan.basis.recordSha256 },
    ...expectations(plan),
  ];
  const directories = [
    plan.base,
    ...plan.makes.map((path) => (path === "" ? plan.root : joinPath(plan.root, path))),
  ];
  const paths = [...pending, ...directories, ...expected.map((one) => one.path)];
  const entries = await target.fs.stat(paths, { signal });
  const at = new Map(paths.map((path, index) => [path, entries[index] ?? null]));
  const left = pending.find((path) => at.get(path));
  if (left !== undefined) throw interruptedInstall(target.name, left);
  checkDirectories(plan, directories, at);
  await checkFiles(target, { expected, at }, signal);
}

/** A plan with .mpy files is for one interpreter: on another they might not load. */
async function checkInterpreter(plan: Plan, target: Target, signal: AbortSignal | undefined): Promise<void> {
  if (!plan.files.some((file) => isWritten(file) && file.path.endsWith(".mpy"))) return;
  const { implementation, mpy } = await target.environment({ signal });
  const { environment } = plan.basis;
  if (environment.implementation === implementation && sameValue(environment.mpy, mpy)) return;
  throw new UpyError("conflict", `The plan is for another interpreter than that of ${target.name}.`, {
    hint: "Make the plan again on this target.",
  });
}

function sameValue(a: object | null, b: object | null): boolean {
  const text = (value: object | null) => JSON.stringify(Object.entries(value ?? {}).sort());
  return text(a) === text(b);
}

function checkDirectories(
  plan: Plan,
  directories: readonly string[],
  at: ReadonlyMap<string, FileEntry | null>,
): void {
  if (plan.base !== "/" && at.get(plan.base)?.type !== "directory") throw changed(plan.base);
  const blocked = directories.find((path) => at.get(path)?.type === "file");
  if (blocked !== undefined) throw changed(blocked);
}

function expectations({ root, files, removals }: Plan): Expectation[] {
  return [
    ...files
      .filter(isWritten)
      .map(({ path, previous }) => ({ path: joinPath(root, path), sha256: previous?.sha256 ?? null })),
    ...removals.map(({ path, sha256: hash }) => ({ path: joinPath(root, path), sha256: hash })),
  ];
}

async function checkFiles(
  target: Target,
  { expected, at }: { expected: readonly Expectation[]; at: ReadonlyMap<string, FileEntry | null> },
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { path, sha256: hash } of expected) {
    const type = at.get(path)?.type ?? null;
    if (type !== (hash === null ? null : "file")) throw changed(path);
  }
  const present = expected.filter((one) => one.sha256 !== null);
  if (present.length === 0) return;
  const hashes = await target.fs.hashFiles(
    present.map((one) => one.path),
    { signal },
  );
  const different = present.find((one, index) => hashes[index] !== one.sha256);
  if (different) throw changed(different.path);
}

async function recordHash({ record }: Plan): Promise<string | null> {
  if (record.packages.length === 0 && record.roots.length === 0) return null;
  return sha256(new TextEncoder().encode(formatRecord(record)));
}

function changed(path: string): UpyError {
  return new UpyError("conflict", `${path} changed since the plan was made.`, {
    hint: "Make the plan again.",
  });
}
