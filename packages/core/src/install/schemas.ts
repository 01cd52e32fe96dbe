// The parts that the shapes of record, journal and plan share. All three come from outside and are checked with these.

import * as z from "zod/mini";
import type { PackageOrigin } from "../resolve/resolution.js";
import { isInstallDirectory, isInstallPath, isRoot, isTreePath } from "./paths.js";

/** The path of a file of a package. */
export const packagePath: z.ZodMiniType<string> = z
  .string()
  .check(z.refine(isInstallPath, "not a path that a package may have"));

/** A directory of a package, or "" for the root itself. */
export const directoryPath: z.ZodMiniType<string> = z
  .string()
  .check(z.refine(isInstallDirectory, "not a directory that a package may have"));

/** Any file or directory below a root but upykit's own: what a person made has names that a package may not have. */
export const treePath: z.ZodMiniType<string> = z
  .string()
  .check(z.refine(isTreePath, "not a path below the root"));

/** An absolute install root. */
export const rootPath: z.ZodMiniType<string> = z.string().check(z.refine(isRoot, "not an install root"));

/** 64 hex digits. */
export const sha256Text: z.ZodMiniType<string> = z.string().check(z.regex(/^[0-9a-f]{64}$/u));

/** The start of an .mpy file, in hex digits. */
export const headerText: z.ZodMiniType<string> = z.string().check(z.regex(/^(?:[0-9a-f]{2}){0,9}$/u));

/** Bytes. */
export const sizeNumber: z.ZodMiniType<number> = z.int().check(z.nonnegative());

/** Where a package came from. */
export const originSchema: z.ZodMiniType<PackageOrigin> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("index"), url: z.string() }),
  z.object({
    type: z.literal("git"),
    forge: z.enum(["github", "gitlab", "codeberg"]),
    repository: z.string(),
    ref: z.string(),
    commit: z.nullable(z.string()),
  }),
  z.object({ type: z.literal("url"), url: z.string() }),
  z.object({ type: z.literal("local"), path: z.string() }),
]);
