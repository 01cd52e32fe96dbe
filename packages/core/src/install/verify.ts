// Compares what is on the target with what the record says should be there.

import type { Target, TargetCallOptions } from "../targets/target.js";
import type { RootOptions } from "./options.js";
import { joinPath } from "./paths.js";
import { recordPlace } from "./places.js";
import type { InstallRecord, RecordedFile } from "./record.js";
import { surveyTarget } from "./survey.js";

/** One file that is not as recorded. */
export interface VerifyProblem {
  /** Absolute. */
  readonly path: string;
  /** `missing` or `changed`: not what its packages installed. */
  readonly type: "missing" | "changed";
  readonly packages: readonly string[];
}

/** What {@link verify} found. */
export interface VerifyReport {
  readonly root: string;
  /** Whether every recorded file is there as it was installed; unknown files do not count. */
  readonly ok: boolean;
  readonly problems: readonly VerifyProblem[];
  /** Files below the root that belong to no package, absolute. */
  readonly unknown: readonly string[];
}

/** Checks every recorded file by its hash; three or four round trips. @throws `interrupted-install`, `invalid-record` */
export async function verify(target: Target, options: RootOptions = {}): Promise<VerifyReport> {
  const { root, record } = await surveyTarget(target, options);
  const { signal } = options;
  const problems = await recordedProblems(target, { root, record }, { signal });
  const recorded = record.packages.flatMap((one) => one.files.map((file) => joinPath(root, file.path)));
  const known = new Set([...recorded, recordPlace(root, target.fs.hasDirectories).path]);
  const entries = await target.fs.walk(root, { signal });
  const unknown = entries.filter((entry) => entry.type === "file" && !known.has(entry.path));
  return { root, ok: problems.length === 0, problems, unknown: unknown.map((entry) => entry.path) };
}

/** The recorded files that are missing or changed; one call. */
export async function recordedProblems(
  target: Target,
  { root, record }: { root: string; record: InstallRecord },
  options: TargetCallOptions,
): Promise<VerifyProblem[]> {
  const files = recordedFiles(record);
  const paths = [...files.keys()].map((path) => joinPath(root, path));
  const hashes = paths.length === 0 ? [] : await target.fs.hashFiles(paths, options);
  return [...files.values()].flatMap((owners, index) => problemOf(root, owners, hashes[index] ?? null));
}

interface OwnedFile {
  readonly package: string;
  readonly file: RecordedFile;
}

function recordedFiles(record: InstallRecord): Map<string, OwnedFile[]> {
  const files = new Map<string, OwnedFile[]>();
  for (const one of record.packages) {
    for (const file of one.files) {
      files.set(file.path, [...(files.get(file.path) ?? []), { package: one.name, file }]);
    }
  }
  return files;
}

function problemOf(root: string, owners: readonly OwnedFile[], hash: string | null): VerifyProblem[] {
  const disappointed = owners.filter(({ file }) => file.sha256 !== hash);
  const [first] = disappointed;
  if (!first) return [];
  const packages = disappointed.map((owner) => owner.package);
  return [{ path: joinPath(root, first.file.path), type: hash === null ? "missing" : "changed", packages }];
}
