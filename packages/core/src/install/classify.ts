// What becomes of each wanted file, given what is on the target and who owns it; and which conflicts there are.
// Pure: the hashes were asked before.

import type { FileEntry } from "../targets/target.js";
import { foldCase } from "../path-clash.js";
import { joinPath, parentsOf } from "./paths.js";
import type {
  ConflictPolicy,
  ConflictType,
  FileState,
  PlanConflict,
  PlannedAction,
  PlannedFile,
} from "./plan.js";
import type { RecordedFile, RecordedPackage } from "./record.js";
import type { WantedFile } from "./wanted.js";

/** What is known when files are classified. */
export interface Situation {
  readonly root: string;
  readonly at: (path: string) => FileEntry | null;
  /** SHA-256 of what is at an absolute path; null for no file. */
  readonly hashAt: (path: string) => string | null;
  /** Packages of the record that stay as they are. */
  readonly staying: readonly RecordedPackage[];
  /** Packages of the record that are replaced or go away. */
  readonly leaving: readonly RecordedPackage[];
  readonly decide: (conflict: PlanConflict) => ConflictPolicy;
}

/** The verdict on one wanted file. */
export interface Verdict {
  readonly file: PlannedFile;
  readonly conflict: PlanConflict | null;
  /** How the record lists it afterwards. */
  readonly recorded: RecordedFile;
}

/** What stands where a file is wanted. */
interface Standing {
  readonly previous: FileState | null;
  readonly owners: readonly Owner[];
  /** A file of a leaving package whose path differs in case only: on FAT it is the same file. */
  readonly variant: string | null;
}

interface Owner {
  readonly package: string;
  readonly file: RecordedFile;
  readonly isStaying: boolean;
}

type Judgement =
  | { readonly action: PlannedAction; readonly recorded?: RecordedFile | undefined }
  | { readonly conflict: ConflictType };

/** What becomes of one wanted file. */
export function classify(wanted: WantedFile, situation: Situation): Verdict {
  const standing = standingAt(wanted, situation);
  const judgement = judge(wanted, standing, situation);
  if ("action" in judgement) {
    const { action, recorded } = judgement;
    return { ...settle(wanted, standing, action), conflict: null, ...(recorded && { recorded }) };
  }
  const conflict = conflictOf(wanted, standing, judgement.conflict);
  const policy = isFinal(conflict.type) ? "refuse" : situation.decide(conflict);
  const action = standing.previous === null ? "new" : policy === "adopt" ? "adopted" : "changed";
  return { ...settle(wanted, standing, action), conflict: { ...conflict, policy } };
}

function judge(wanted: WantedFile, standing: Standing, situation: Situation): Judgement {
  const obstacle = obstacleAt(wanted, situation);
  if (obstacle !== null) return { conflict: obstacle };
  const { previous, owners, variant } = standing;
  if (previous === null) return isClaimed(wanted, owners) ? { conflict: "package-file" } : { action: "new" };
  if (previous.sha256 === wanted.sha256 && variant === null) {
    return { action: owners.length > 0 ? "unchanged" : "adopted" };
  }
  if (owners.some((owner) => owner.isStaying)) return { conflict: "package-file" };
  if (owners.length === 0) return { conflict: "user-file" };
  return judgeOwn(wanted, standing, situation);
}

/** Whether a package that stays has other contents for a file that is gone. */
function isClaimed({ sha256 }: WantedFile, owners: readonly Owner[]): boolean {
  return owners.some((owner) => owner.isStaying && owner.file.sha256 !== sha256);
}

/** A file of the very packages that want it: has the package a newer one, or has the user changed it? */
function judgeOwn(wanted: WantedFile, standing: Standing, situation: Situation): Judgement {
  const { previous, owners, variant } = standing;
  const isPristine = owners.some(({ file }) => file.sha256 === previous?.sha256);
  const same = owners.find(
    (owner) => wanted.packages.includes(owner.package) && sourceOf(owner.file) === wanted.locked.sha256,
  );
  if (same === undefined || variant !== null)
    return isPristine ? { action: "changed" } : { conflict: "modified" };
  if (isPristine) return { action: wanted.outdated ? "changed" : "unchanged" };
  const policy = situation.decide(conflictOf(wanted, standing, "modified"));
  return policy === "overwrite" ? { action: "changed" } : { action: "kept", recorded: same.file };
}

function sourceOf(file: RecordedFile): string {
  return file.source ?? file.sha256;
}

function standingAt({ path }: WantedFile, { root, at, hashAt, staying, leaving }: Situation): Standing {
  const entry = at(joinPath(root, path));
  const sha256 = hashAt(joinPath(root, path));
  const previous = entry?.type === "file" && sha256 !== null ? { size: entry.size, sha256 } : null;
  const owners = [...ownersAt(path, staying, true), ...ownersAt(path, leaving, false)];
  if (owners.length > 0) return { previous, owners, variant: null };
  const variants = leaving.flatMap((one) =>
    one.files
      .filter((file) => file.path !== path && foldCase(file.path) === foldCase(path))
      .map((file) => ({ package: one.name, file, isStaying: false })),
  );
  const pristine = variants.find(({ file }) => file.sha256 === hashAt(joinPath(root, file.path)));
  return { previous, owners: variants, variant: pristine?.file.path ?? null };
}

function ownersAt(path: string, packages: readonly RecordedPackage[], isStaying: boolean): Owner[] {
  return packages.flatMap((one) =>
    one.files.filter((file) => file.path === path).map((file) => ({ package: one.name, file, isStaying })),
  );
}

function obstacleAt(wanted: WantedFile, { root, at }: Situation): ConflictType | null {
  if (wanted.rivals.length > 0) return "two-packages";
  if (at(joinPath(root, wanted.path))?.type === "directory") return "directory";
  const parents = parentsOf(wanted.path).map((parent) => joinPath(root, parent));
  return parents.some((parent) => at(parent)?.type === "file") ? "not-directory" : null;
}

function isFinal(type: ConflictType): boolean {
  return type === "two-packages" || type === "directory" || type === "not-directory";
}

function conflictOf(wanted: WantedFile, { owners }: Standing, type: ConflictType): PlanConflict {
  const { path, packages, rivals } = wanted;
  const others = type === "two-packages" ? rivals : [...new Set(owners.map((owner) => owner.package))].sort();
  return { path, type, packages, owners: others, policy: "refuse" };
}

function settle(
  wanted: WantedFile,
  { previous, owners, variant }: Standing,
  action: PlannedAction,
): Pick<Verdict, "file" | "recorded"> {
  const { path, packages, locked, compiled } = wanted;
  const state = action === "new" || action === "changed" ? wanted : (previous ?? wanted);
  const { size, sha256 } = state;
  const file = { path, action, packages, size, sha256, previous, locked, compiled };
  const isMade = sha256 !== locked.sha256;
  const header = owners.find((owner) => owner.file.sha256 === sha256)?.file.header;
  return {
    file: variant === null ? file : { ...file, replaces: variant },
    recorded: { path, size, sha256, source: isMade ? locked.sha256 : undefined, header },
  };
}
