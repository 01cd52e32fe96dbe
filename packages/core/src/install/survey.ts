// A look at the target before a plan is made, in as few calls as can be: what is where, and the record.

import { sha256 } from "../sha256.js";
import type { FileEntry, Target, TargetCallOptions } from "../targets/target.js";
import type { RootOptions } from "./options.js";
import { directoriesOf, joinPath, parentsOf } from "./paths.js";
import {
  existingBase,
  findRoot,
  interruptedInstall,
  pendingPaths,
  possibleBases,
  recordPlace,
} from "./places.js";
import { emptyRecord, type InstallRecord, parseRecord } from "./record.js";
import { recover } from "./recover.js";
import { exclusively, whileLocked } from "./exclusive-target.js";

/** What a look at the target found. */
export interface Survey {
  readonly root: string;
  /** The nearest existing directory at or above the root. */
  readonly base: string;
  readonly record: InstallRecord;
  readonly recordSha256: string | null;
  /** What is at an absolute path; null too for a path that was not asked. */
  readonly at: (path: string) => FileEntry | null;
}

/** What to look at, besides upykit's own files. */
export interface SurveyRequest {
  /** Paths below the root. */
  readonly files: readonly string[];
  /** Absolute paths elsewhere. */
  readonly others: readonly string[];
}

const nothing: SurveyRequest = { files: [], others: [] };

/**
 * Looks at the target: one call when nothing is there yet, else up to three.
 * @throws `interrupted-install`, `invalid-record`
 */
export function surveyTarget(
  on: Target,
  options: RootOptions,
  request?: (root: string) => SurveyRequest,
): Promise<Survey> {
  return exclusively(on, options, (target) => survey(target, options, request));
}

async function survey(
  target: Target,
  options: RootOptions,
  request: ((root: string) => SurveyRequest) | undefined,
): Promise<Survey> {
  const root = await findRoot(target, options.root, options);
  if (options.recover === true) await recover(target, { root, signal: options.signal });
  const looker = new Looker(target, options);
  const wanted = request?.(root) ?? nothing;
  const paths = firstPaths(target, root, wanted);
  const record = recordPlace(root, target.fs.hasDirectories).path;
  // Whoever asks for files of packages will ask for the space too.
  const together = { stat: paths, readFile: record, ...(request && { space: root }) };
  await target.fs.look?.(together, { signal: options.signal });
  await looker.look(paths);
  await refusePending(target, root, looker);
  await looker.look(deepPaths(root, wanted.files, looker));
  const bases = possibleBases(root);
  const base = existingBase(bases, bases.map(looker.at));
  return { root, base, at: looker.at, ...(await surveyRecord(target, { root, looker }, options)) };
}

class Looker {
  readonly #entries = new Map<string, FileEntry | null>();
  readonly #target: Target;
  readonly #options: TargetCallOptions;

  constructor(target: Target, { signal }: TargetCallOptions) {
    this.#target = target;
    this.#options = { signal };
  }

  readonly at = (path: string): FileEntry | null => this.#entries.get(path) ?? null;

  async look(paths: readonly string[]): Promise<void> {
    const unknown = [...new Set(paths)].filter((path) => !this.#entries.has(path));
    if (unknown.length === 0) return;
    const entries = await this.#target.fs.stat(unknown, this.#options);
    unknown.forEach((path, index) => this.#entries.set(path, entries[index] ?? null));
  }
}

/** Upykit's own files, the directories of packages, and the files right in the root. */
function firstPaths(target: Target, root: string, { files, others }: SurveyRequest): string[] {
  const { hasDirectories } = target.fs;
  const directories = hasDirectories ? directoriesOf(files) : [];
  const shallow = files.filter((path) => !path.includes("/"));
  return [
    ...possibleBases(root),
    ...pendingPaths(root, hasDirectories),
    recordPlace(root, hasDirectories).path,
    ...[...directories, ...shallow].map((path) => joinPath(root, path)),
    ...others,
  ];
}

/** The files in directories that are there: in those that are not, there can be none. */
function deepPaths(root: string, files: readonly string[], { at }: Looker): string[] {
  const isThere = (path: string) =>
    parentsOf(path).every((parent) => at(joinPath(root, parent))?.type === "directory");
  return files.filter((path) => path.includes("/") && isThere(path)).map((path) => joinPath(root, path));
}

/** What a transaction left may be of one that is under way: then the lock is held. */
async function refusePending(target: Target, root: string, { at }: Looker): Promise<void> {
  const pending = pendingPaths(root, target.fs.hasDirectories).find((path) => at(path) !== null);
  if (pending === undefined) return;
  await whileLocked(target, {}, () => Promise.reject(interruptedInstall(target.name, pending)));
}

async function surveyRecord(
  target: Target,
  { root, looker }: { root: string; looker: Looker },
  { signal }: TargetCallOptions,
): Promise<Pick<Survey, "record" | "recordSha256">> {
  const { path } = recordPlace(root, target.fs.hasDirectories);
  if (looker.at(path) === null) return { record: emptyRecord, recordSha256: null };
  const content = await target.fs.readFile(path, { signal });
  return { record: parseRecord(content, path), recordSha256: await sha256(content) };
}
