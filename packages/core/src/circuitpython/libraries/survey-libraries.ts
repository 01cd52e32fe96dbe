// A full look at the libraries of a target: found, read, compared with record and bundles. Touches nothing.

import type { CircuitPythonBundle } from "../../bundles/bundle.js";
import { majorVersion } from "../../bundles/choose-variant.js";
import type { Environment } from "../../environment.js";
import { exclusively } from "../../install/exclusive-target.js";
import { joinPath } from "../../install/paths.js";
import type { InstallRecord, RecordedPackage } from "../../install/record.js";
import { surveyTarget } from "../../install/survey.js";
import { recordedProblems, type VerifyProblem } from "../../install/verify.js";
import type { Target } from "../../targets/target.js";
import { realVersion, versionStep } from "../versions/compare-versions.js";
import { fileVersion } from "./file-version.js";
import { findLibraries, type FoundLibrary, isOfForm } from "./find-libraries.js";
import type { InstalledLibrary, LibraryProblem, LibraryStatus, SurveyedLibrary } from "./library.js";
import { type BundleMatch, matchBundle, offeredLibrary, type OfferedLibrary } from "./match-bundle.js";
import { readLibraries, type ReadProgress } from "./read-libraries.js";

/** What every call of this room takes. */
export interface LibraryOptions {
  /** Asked in this order; the first that has a library counts. */
  readonly bundles: readonly CircuitPythonBundle[];
  /** Where libraries are. Default: the first entry of `sys.path` that ends in "/lib". */
  readonly root?: string | undefined;
  /** With true, an interrupted install is recovered first. Default false: it is an error. */
  readonly recover?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a look at the libraries found. */
export interface LibrarySurvey {
  readonly root: string;
  readonly environment: Environment;
  readonly record: InstallRecord;
  /** Sorted by name. */
  readonly libraries: readonly SurveyedLibrary[];
}

/** Looks at the libraries of a target. @throws `interrupted-install`, `invalid-record`, and what target and bundles throw */
export function surveyLibraries(
  on: Target,
  options: LibraryOptions & { readonly onProgress?: ((progress: ReadProgress) => void) | undefined },
): Promise<LibrarySurvey> {
  return exclusively(on, options, async (target) => {
    const { signal, onProgress } = options;
    const environment = await target.environment({ signal });
    const { root, record } = await surveyTarget(target, options);
    const found = findLibraries(await target.fs.walk(root, { signal }), root, environment);
    const verified = await recordedProblems(target, { root, record }, { signal });
    const changed = new Set(verified.map((problem) => problem.path));
    const contents = await readLibraries(target, found, { root, record, changed, signal, onProgress });
    const context = { ...options, root, environment, record, contents, verified };
    const libraries: SurveyedLibrary[] = [];
    for (const one of found) libraries.push(await surveyLibrary(one, context));
    return { root, environment, record, libraries };
  });
}

interface Context extends LibraryOptions {
  readonly root: string;
  readonly environment: Environment;
  readonly record: InstallRecord;
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly verified: readonly VerifyProblem[];
}

async function surveyLibrary(found: FoundLibrary, context: Context): Promise<SurveyedLibrary> {
  const { root, contents } = context;
  const record = recordOf(found, context.record);
  const offered = offeredLibrary(found.name, context.bundles);
  const read = fileVersion(found, contents, context);
  let known: Promise<BundleMatch> | undefined;
  const match = () =>
    (known ??= record === null ? matchOf(found, offered, context) : Promise.resolve(noMatch));
  const isKnown = read.version !== null || record !== null;
  const problems = [...read.problems, ...recordProblems(record, context), ...hiddenForms(found, root)];
  const isRelease = !isKnown && (await match()).isRelease;
  const isChanged = problems.some(({ type }) => type === "changed");
  const version =
    versionOf(read, isChanged ? null : record, isRelease ? offered : null) ??
    versionOf(noVersion, record, null) ??
    noVersion;
  return {
    name: found.name,
    form: found.form,
    forms: found.forms,
    ...version,
    recorded: record !== null,
    files: found.files.map((file) => joinPath(root, file.path)),
    size: found.files.reduce((sum, file) => sum + file.size, 0),
    status: statusOf(version.version, offered, problems),
    offer: offered && {
      version: offered.library.version,
      bundle: offered.bundle.id,
      tag: offered.bundle.tag,
      library: offered.library,
    },
    problems,
    found,
    record,
    bundle: offered?.bundle ?? null,
    contents: new Map([...contents].filter(([path]) => found.files.some((file) => file.path === path))),
    match,
  };
}

type VersionFound = Pick<InstalledLibrary, "version" | "versionSource">;

/** The package that owns the file which is loaded. */
function recordOf(found: FoundLibrary, record: InstallRecord): RecordedPackage | null {
  const loaded = found.files.filter((file) => isOfForm(file.path, found.form));
  const paths = new Set(loaded.map((file) => file.path));
  const owners = record.packages.filter((one) => one.files.some((file) => paths.has(file.path)));
  return owners.find((one) => one.name === found.name) ?? owners[0] ?? null;
}

const noMatch: BundleMatch = { matching: new Set(), isRelease: false };

function matchOf(
  found: FoundLibrary,
  offered: OfferedLibrary | null,
  { contents, environment, signal }: Context,
): Promise<BundleMatch> {
  if (offered === null) return Promise.resolve(noMatch);
  return matchBundle(found, contents, { ...offered, preferred: majorVersion(environment), signal });
}

const noVersion: VersionFound = { version: null, versionSource: null };

/** What tells the version, best first; null when nothing does. */
function versionOf(
  read: VersionFound,
  record: RecordedPackage | null,
  match: OfferedLibrary | null,
): VersionFound | null {
  const recorded = realVersion(record?.version ?? null);
  if (recorded !== null) return { version: recorded, versionSource: "record" };
  if (read.version !== null) return { version: read.version, versionSource: read.versionSource };
  const offered = realVersion(match?.library.version ?? null);
  return offered === null ? null : { version: offered, versionSource: "bundle" };
}

function recordProblems(record: RecordedPackage | null, { root, verified }: Context): LibraryProblem[] {
  const paths = new Set(record?.files.map((file) => joinPath(root, file.path)));
  return verified
    .filter((problem) => paths.has(problem.path))
    .map(({ type, path }) => ({
      type,
      path,
      message: type === "missing" ? `${path} is gone.` : `${path} was changed since it was installed.`,
    }));
}

/** Second copies that `import` does not reach. */
function hiddenForms({ name, form, forms, files }: FoundLibrary, root: string): LibraryProblem[] {
  const loaded = form === "package" ? `${name}/` : `${name}.${form}`;
  return forms
    .filter((other) => other !== form)
    .flatMap((other) => {
      const first = other === "package" ? `${name}/` : `${name}.${other}`;
      const file = files.find(({ path }) => (other === "package" ? path.startsWith(first) : path === first));
      const path = joinPath(root, file?.path ?? first);
      return { type: "hidden", path, message: `${joinPath(root, loaded)} is loaded in place of ${path}.` };
    });
}

function statusOf(
  version: string | null,
  offered: OfferedLibrary | null,
  problems: readonly LibraryProblem[],
): LibraryStatus {
  if (problems.some(({ type }) => type === "damaged" || type === "missing")) return "damaged";
  if (problems.some(({ type }) => type === "incompatible")) return "incompatible";
  if (offered === null) return "not-in-bundle";
  const step = versionStep(version, offered.library.version);
  if (step === "unknown") return "unknown-version";
  if (step === "major") return "major-update";
  return step === "minor" ? "update" : "current";
}
