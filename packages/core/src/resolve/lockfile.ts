// A resolution as text and back: canonical JSON, so that the same resolution gives the same bytes and a diff is readable.
// Lockfile format version 1 is this file's own.

import * as z from "zod/mini";
import { UpyError } from "../errors.js";
import { checkFilePath, checkPathCollisions } from "../specs/package-path.js";
import { compareText } from "../specs/specifier.js";
import type { LockedPackage, RequestedPackage, Resolution } from "./resolution.js";

const lockfileVersion = 1;

const name = z.string().check(z.minLength(1), z.maxLength(2000));
const origin = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("index"), url: z.string() }),
  z.strictObject({ type: z.literal("url"), url: z.string() }),
  z.strictObject({ type: z.literal("local"), path: z.string() }),
  z.strictObject({
    type: z.literal("git"),
    forge: z.enum(["github", "gitlab", "codeberg"]),
    repository: name,
    ref: name,
    commit: z.nullable(z.string().check(z.regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/))),
  }),
]);
const file = z.strictObject({
  path: z.string(),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  size: z.int().check(z.nonnegative()),
  url: z.string().check(z.regex(/^(https?|file):\/\//)),
});
const lockfile = z.strictObject({
  lockfileVersion: z.literal(lockfileVersion),
  environment: z.strictObject({
    implementation: name,
    mpy: z.union([z.literal("py"), z.int().check(z.positive())]),
  }),
  roots: z.array(z.strictObject({ package: name, requirements: z.array(name) })),
  packages: z.array(
    z.strictObject({
      name,
      version: z.nullable(z.string()),
      origin,
      dependencies: z.array(name),
      files: z.array(file),
    }),
  ),
});

/** The lockfile of a resolution: JSON with sorted keys and lists, two blanks of indentation and a line end. */
export function formatLockfile(resolution: Resolution): string {
  return `${JSON.stringify(sortKeys({ ...sorted(resolution), lockfileVersion }), null, 2)}\n`;
}

/** The resolution that a lockfile holds, checked throughout. @throws `invalid-lockfile`, `invalid-path` */
export function parseLockfile(text: string): Resolution {
  const value = parseText(text);
  refuseOtherVersion(value);
  const result = lockfile.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw damaged(`${issue?.path.map(String).join(".") ?? ""} is not what belongs there`);
  }
  const { environment, roots, packages } = result.data;
  packages.forEach(checkPackage);
  checkNames(packages, roots);
  return sorted({ environment, roots, packages });
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    throw damaged("it is not JSON", cause);
  }
}

function refuseOtherVersion(value: unknown): void {
  const version = (value as { lockfileVersion?: unknown } | null)?.lockfileVersion;
  if (typeof version !== "number" || version === lockfileVersion) return;
  throw new UpyError(
    "invalid-lockfile",
    `the lockfile is of format version ${version}; known is ${lockfileVersion}`,
    {
      hint: "Use the upykit that wrote it, or resolve again.",
    },
  );
}

function checkPackage({ name: owner, files }: LockedPackage): void {
  const where = `lockfile, package ${owner}`;
  const paths = files.map(({ path }) => checkFilePath(path, where));
  if (new Set(paths).size < paths.length) throw damaged(`package ${owner} has a file twice`);
  checkPathCollisions(paths, where);
  for (const { url } of files)
    if (!URL.canParse(url)) throw damaged(`package ${owner} has the address ${JSON.stringify(url)}`);
}

function checkNames(packages: readonly LockedPackage[], roots: readonly RequestedPackage[]): void {
  const names = new Set(packages.map((one) => one.name));
  if (names.size < packages.length) throw damaged("a package is in it twice");
  if (new Set(roots.map((root) => root.package)).size < roots.length) throw damaged("a root is in it twice");
  const mentioned = [...roots.map((root) => root.package), ...packages.flatMap((one) => one.dependencies)];
  const missing = mentioned.find((one) => !names.has(one));
  if (missing !== undefined) throw damaged(`the package ${missing} is missing`);
}

function damaged(problem: string, cause?: unknown): UpyError {
  return new UpyError("invalid-lockfile", `the lockfile is damaged: ${problem}`, {
    hint: "Resolve again to write a new one.",
    cause,
  });
}

function sorted({ environment, roots, packages }: Resolution): Resolution {
  return {
    environment,
    roots: roots
      .map((one) => ({ ...one, requirements: [...one.requirements].sort(compareText) }))
      .sort((a, b) => compareText(a.package, b.package)),
    packages: packages
      .map((one) => ({
        ...one,
        dependencies: [...one.dependencies].sort(compareText),
        files: [...one.files].sort((a, b) => compareText(a.path, b.path)),
      }))
      .sort((a, b) => compareText(a.name, b.name)),
  };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
