// requirements.txt, as pip and circup write it: one requirement a line, comments, -r. Nothing else of pip's is taken for granted:
// an option that would be ignored is refused. Files are read by the caller's reader.

import { UpyError, isUpyError } from "../errors.js";
import { formatRequirement, parseRequirement } from "./parse-requirement.js";
import type { Requirement } from "./requirement.js";

/** What {@link parseRequirementsTxt} takes. */
export interface RequirementsTxtOptions {
  /** The file's own path, for messages and for what its `-r` lines are relative to. Default "requirements.txt". */
  readonly path?: string | undefined;
  /** Reads what a `-r` line names. Default: such lines are refused. */
  readonly readFile?: ((path: string) => Promise<string>) | undefined;
}

/**
 * The requirements of a file and of those that it includes, in their order, each once.
 * @throws `invalid-requirement`, naming file and line; and what the reader throws
 */
export async function parseRequirementsTxt(
  text: string,
  options: RequirementsTxtOptions = {},
): Promise<Requirement[]> {
  const path = options.path ?? "requirements.txt";
  const found = new Map<string, Requirement>();
  await readLines(text, path, { options, found, seen: new Set([path]) });
  return [...found.values()];
}

interface State {
  readonly options: RequirementsTxtOptions;
  readonly found: Map<string, Requirement>;
  readonly seen: Set<string>;
}

async function readLines(text: string, path: string, state: State): Promise<void> {
  for (const { line, number } of logicalLines(text)) {
    const include = /^(?:-r\s*|--requirement(?:\s+|\s*=\s*))(\S.*)$/.exec(line)?.[1];
    if (include !== undefined) await readInclude(include, `${path}, line ${number}`, { path, state });
    else {
      const requirement = parseLine(line, `${path}, line ${number}`);
      state.found.set(formatRequirement(requirement), requirement);
    }
  }
}

async function readInclude(
  name: string,
  where: string,
  { path, state }: { path: string; state: State },
): Promise<void> {
  const read = state.options.readFile;
  if (read === undefined) {
    throw new UpyError(
      "invalid-requirement",
      `${where}: "-r ${name}" names another file, and nothing here can read it`,
      {
        hint: "Pass readFile.",
      },
    );
  }
  const target = /^([/\\]|[a-z]:)/i.test(name) ? name : joinPath(path.replace(/[^/\\]*$/, ""), name);
  if (state.seen.has(target)) return;
  state.seen.add(target);
  await readLines(await read(target), target, state);
}

function parseLine(line: string, where: string): Requirement {
  if (line.startsWith("-")) {
    const option = line.split(/[\s=]/)[0] ?? line;
    throw new UpyError(
      "invalid-requirement",
      `${where}: the option ${option} is pip's and means nothing here`,
      {
        hint: "Only requirements, comments and -r are read.",
      },
    );
  }
  if (/\s--[a-z]/.test(line)) {
    throw new UpyError(
      "invalid-requirement",
      `${where}: options behind a requirement are pip's and mean nothing here`,
    );
  }
  try {
    return parseRequirement(line);
  } catch (error) {
    if (!isUpyError(error)) throw error;
    throw new UpyError(error.code, `${where}: ${error.message}`, { hint: error.hint, cause: error });
  }
}

/** Lines without comments and blank ones; a backslash at the end joins the next one on. Numbered from 1. */
function logicalLines(text: string): { line: string; number: number }[] {
  const lines: { line: string; number: number }[] = [];
  let pending: { line: string; number: number } | null = null;
  for (const [index, raw] of text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\r|\n/)
    .entries()) {
    const uncommented = raw.replace(/(^|\s)#.*$/, "");
    const continued: boolean = uncommented.endsWith("\\");
    const part = continued ? uncommented.slice(0, -1) : uncommented;
    const joined: { line: string; number: number } = {
      line: (pending?.line ?? "") + part,
      number: pending?.number ?? index + 1,
    };
    pending = continued ? joined : null;
    if (!continued) lines.push(joined);
  }
  if (pending !== null) lines.push(pending);
  return lines.map(({ line, number }) => ({ line: line.trim(), number })).filter(({ line }) => line !== "");
}

function joinPath(folder: string, name: string): string {
  const segments: string[] = [];
  const whole = folder + name;
  for (const segment of whole.split(/[/\\]/)) {
    if (segment === "." || (segment === "" && segments.length > 0)) continue;
    if (segment === ".." && segments.length > 0 && segments.at(-1) !== "..") segments.pop();
    else segments.push(segment);
  }
  return segments.join("/");
}
