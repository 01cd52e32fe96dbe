// Compares what is on the target with what the record says should be there.

import type { Environment } from "../environment.js";
import type { Target, TargetCallOptions } from "../targets/target.js";
import { mpyComplaint } from "./mpy-check.js";
import type { RootOptions } from "./options.js";
import { joinPath } from "./paths.js";
import { recordPlace } from "./places.js";
import type { InstallRecord, RecordedFile } from "./record.js";
import { surveyTarget } from "./survey.js";

/** One file that is not as recorded. */
export interface VerifyProblem {
  /** Absolute. */
  readonly path: string;
  /**
   * `missing` or `changed`: not what its packages installed. `incompatible`: an .mpy file that the board does not load,
   * as after a change of its firmware; {@link install} and {@link planInstall} put another in its place.
   */
  readonly type: "missing" | "changed" | "incompatible";
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

/** The recorded files that are missing, changed or incompatible; one call, where the environment is known. */
export async function recordedProblems(
  target: Target,
  { root, record }: { root: string; record: InstallRecord },
  options: TargetCallOptions,
): Promise<VerifyProblem[]> {
  const files = recordedFiles(record);
  const paths = [...files.keys()].map((path) => joinPath(root, path));
  const hashes = paths.length === 0 ? [] : await target.fs.hashFiles(paths, options);
  const isMpy = [...files.values()].some((owners) => owners.some(({ file }) => file.header !== undefined));
  const environment = isMpy ? await target.environment(options) : null;
  return [...files.values()].flatMap((owners, index) =>
    problemOf(owners, hashes[index] ?? null, { root, environment }),
  );
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

function problemOf(
  owners: readonly OwnedFile[],
  hash: string | null,
  { root, environment }: { root: string; environment: Environment | null },
): VerifyProblem[] {
  const different = owners.filter(({ file }) => file.sha256 !== hash);
  const strange = owners.filter(({ file }) => environment && mpyComplaint(file.header, environment));
  const packages = (different.length > 0 ? different : strange).map((owner) => owner.package);
  const type = hash === null ? "missing" : different.length > 0 ? "changed" : "incompatible";
  return packages.length > 0 ? [{ path: joinPath(root, owners[0]?.file.path ?? ""), type, packages }] : [];
}
