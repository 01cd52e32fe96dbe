// The install record: a file on the target that says which package owns which file. It is read as hostile: anyone
// who can write the board can write it. This file knows its shape and text, not what an install does with it.

import * as z from "zod/mini";
import { UpyError } from "../errors.js";
import type { PackageOrigin, RequestedPackage } from "../resolve/resolution.js";
import { directoryPath, headerText, originSchema, packagePath, sha256Text, sizeNumber } from "./schemas.js";

/** One file of a recorded package. */
export interface RecordedFile {
  /** Below the root. */
  readonly path: string;
  readonly size: number;
  /** Of the file on the target, 64 hex digits. */
  readonly sha256: string;
  /** SHA-256 of the locked file that it was made from, where that is another one: compiled on install, or adopted. */
  readonly source?: string | undefined;
  /** How an .mpy file starts, in hex digits: which boards load it. Absent where it was adopted. */
  readonly header?: string | undefined;
}

/** One package as it is installed. */
export interface RecordedPackage {
  readonly name: string;
  readonly version: string | null;
  readonly origin: PackageOrigin;
  /** Names of packages it needs. */
  readonly dependencies: readonly string[];
  /** Sorted by path. */
  readonly files: readonly RecordedFile[];
}

/** Which package owns which file below one root of a target. */
export interface InstallRecord {
  readonly version: 1;
  /** Sorted by package. */
  readonly roots: readonly RequestedPackage[];
  /** Sorted by name. */
  readonly packages: readonly RecordedPackage[];
  /** Directories that installs made, below the root ("" is the root itself), sorted: removed when they become empty. */
  readonly directories: readonly string[];
}

/** The record of a root nothing is installed in. */
export const emptyRecord: InstallRecord = { version: 1, roots: [], packages: [], directories: [] };

/** More bytes than this are no record. */
const maxRecordSize = 4 << 20;

const fileSchema = z.strictObject({
  path: packagePath,
  size: sizeNumber,
  sha256: sha256Text,
  source: z.optional(sha256Text),
  header: z.optional(headerText),
});

const packageSchema = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(1000)),
  version: z.nullable(z.string()),
  origin: originSchema,
  dependencies: z.array(z.string()),
  files: z.array(fileSchema),
});

/** The shape of a record, checked. */
export const recordSchema: z.ZodMiniType<InstallRecord> = z
  .strictObject({
    version: z.literal(1),
    roots: z.array(z.strictObject({ package: z.string(), requirements: z.array(z.string()) })),
    packages: z.array(packageSchema),
    directories: z.array(directoryPath),
  })
  .check(
    z.refine((record) => hasNoDuplicates(record.packages.map((one) => one.name)), "a package is there twice"),
  );

function hasNoDuplicates(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** The record as text: the same record gives the same bytes. */
export function formatRecord(record: InstallRecord): string {
  return JSON.stringify({
    version: 1,
    roots: sorted(record.roots, (root) => root.package).map((root) => ({
      package: root.package,
      requirements: [...root.requirements].sort(),
    })),
    packages: sorted(record.packages, (one) => one.name).map(formatPackage),
    directories: [...record.directories].sort(),
  });
}

function formatPackage(one: RecordedPackage): RecordedPackage {
  return {
    name: one.name,
    version: one.version,
    origin: one.origin,
    dependencies: [...one.dependencies].sort(),
    // As text, what is undefined is left out.
    files: sorted(one.files, (file) => file.path).map(({ path, size, sha256, source, header }) => ({
      path,
      size,
      sha256,
      source,
      header,
    })),
  };
}

function sorted<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** The record in a file, checked. `path` is for the message. @throws `invalid-record` */
export function parseRecord(content: Uint8Array, path: string): InstallRecord {
  if (content.length > maxRecordSize) throw invalidRecord(path, "is too large");
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch (cause) {
    throw invalidRecord(path, "is not JSON", cause);
  }
  const result = recordSchema.safeParse(json);
  if (result.success) return result.data;
  throw invalidRecord(path, describeIssue(result.error), result.error);
}

/** The first thing wrong, with its place: "packages.0.files.2.path: leaves the root". */
export function describeIssue(error: z.core.$ZodError): string {
  const issue = error.issues[0];
  return issue
    ? `has a wrong value at ${issue.path.join(".") || "its top"}: ${issue.message}`
    : "has a wrong shape";
}

function invalidRecord(path: string, reason: string, cause?: unknown): UpyError {
  return new UpyError("invalid-record", `The install record ${path} ${reason}.`, {
    hint: "Remove that file, then adopt the installed files again with adopt().",
    cause,
  });
}
