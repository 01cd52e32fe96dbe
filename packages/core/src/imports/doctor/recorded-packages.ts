// What install records on the target say is installed, for a caller who does not say it. Only names, versions, what each
// needs and its files are read; a record that is none tells nothing here: listInstalled says what is wrong with it.

import * as z from "zod/mini";
import { isUpyError } from "../../errors.js";
import type { Target } from "../../targets/target.js";
import { type InstalledPackage, searchedDirectories, type Situation } from "./situation.js";

/** More bytes than this are no record. */
const maxRecordSize = 4 << 20;

const recordSchema = z.object({
  version: z.literal(1),
  packages: z.array(
    z.object({
      name: z.string(),
      version: z.nullable(z.string()),
      dependencies: z.array(z.string()),
      files: z.array(z.object({ path: z.string() })),
    }),
  ),
});

/** Packages by the records of all directories of `sys.path`. */
export async function recordedPackages(
  target: Target,
  situation: Pick<Situation, "environment" | "index">,
  signal: AbortSignal | undefined,
): Promise<InstalledPackage[]> {
  const packages: InstalledPackage[] = [];
  for (const { root, path } of recordPlaces(situation)) {
    if ((situation.index.at(path)?.size ?? 0) > maxRecordSize) continue;
    packages.push(...parsePackages(await readOrNothing(target, path, signal), root));
  }
  return packages;
}

function recordPlaces(
  situation: Pick<Situation, "environment" | "index">,
): { readonly root: string; readonly path: string }[] {
  const { index } = situation;
  const roots = [...new Set(searchedDirectories(situation).map((root) => root.replace(/\/$/u, "")))];
  const inFolders = roots
    .filter((root) => index.lookup(`${root}/.upykit`) === "directory")
    .map((root) => ({ root, path: `${root}/.upykit/record.json` }));
  // Where a file system has no directories.
  const flat = "/.upykit-record";
  return index.lookup(flat) === "file" ? [...inFolders, { root: "", path: flat }] : inFolders;
}

async function readOrNothing(
  target: Target,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  try {
    return await target.fs.readFile(path, { signal });
  } catch (error) {
    if (isUpyError(error, "file-not-found")) return new Uint8Array(0);
    throw error;
  }
}

function parsePackages(content: Uint8Array, root: string): InstalledPackage[] {
  const result = recordSchema.safeParse(jsonOf(content));
  if (!result.success) return [];
  return result.data.packages.map(({ files, ...one }) => ({
    ...one,
    files: files.map(({ path }) => (path.startsWith("/") ? path : `${root}/${path}`)),
  }));
}

function jsonOf(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(content));
  } catch {
    return null;
  }
}
