// A resolution may have been read from a stranger's lockfile: what would harm a target is refused before it is looked at.

import * as z from "zod/mini";
import { UpyError } from "../errors.js";
import type { Resolution } from "../resolve/resolution.js";
import { checkPathCollisions } from "../specs/package-path.js";
import { checkInstallPath, relativeToRoot } from "./paths.js";
import { describeIssue } from "./record.js";
import { originSchema, sha256Text, sizeNumber } from "./schemas.js";

const resolutionSchema = z.object({
  roots: z.array(z.object({ package: z.string(), requirements: z.array(z.string()) })),
  packages: z.array(
    z.object({
      name: z.string().check(z.minLength(1)),
      version: z.nullable(z.string()),
      origin: originSchema,
      dependencies: z.array(z.string()),
      files: z.array(z.object({ path: z.string(), sha256: sha256Text, size: sizeNumber, url: z.string() })),
    }),
  ),
});

/** The resolution with its paths as they are written below `root`: with the root "/", none is outside of it. */
export function placeIn(root: string, resolution: Resolution): Resolution {
  const packages = resolution.packages.map((one) => ({
    ...one,
    files: one.files.map((file) => ({ ...file, path: relativeToRoot(root, file.path) })),
  }));
  return { ...resolution, packages };
}

/** Refuses a resolution that cannot be installed anywhere, or not here. @throws `invalid-lockfile`, `invalid-path`, `unsupported` */
export function checkResolution(resolution: Resolution, hasDirectories: boolean): void {
  const result = resolutionSchema.safeParse(resolution);
  if (!result.success) throw invalid(`The resolution ${describeIssue(result.error)}.`);
  const names = resolution.packages.map((one) => one.name);
  if (new Set(names).size !== names.length) throw invalid("The resolution has a package twice.");
  const paths = resolution.packages.flatMap((one) => one.files.map((file) => checkInstallPath(file.path)));
  checkPathCollisions(paths, "resolution");
  const nested = hasDirectories ? undefined : paths.find((path) => path.lastIndexOf("/") > 0);
  if (nested !== undefined) {
    throw new UpyError("unsupported", `${nested} is in a directory, and this file system has none.`, {
      hint: "Only packages of single modules can be installed on this board.",
    });
  }
}

function invalid(message: string): UpyError {
  return new UpyError("invalid-lockfile", message, { hint: "Resolve again, and write a new lockfile." });
}
