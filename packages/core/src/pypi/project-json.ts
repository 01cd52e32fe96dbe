// INDEX/NAME/json: which versions of a distribution there are, and where its files lie.
// Formats: PyPI's JSON API of 2026, and the four fields that https://micropython.org/pi answers.

import * as z from "zod/mini";
import { UpyError } from "../errors.js";
import { parseJson } from "../specs/json-text.js";

/** One file of a version. */
export interface IndexFile {
  /** As the index has it; may be relative to the JSON. */
  readonly url: string;
  /** "sdist", "bdist_wheel"; null when the index does not say. */
  readonly type: string | null;
  /** 64 hex digits; null when the index does not say. */
  readonly sha256: string | null;
  /** Bytes; null when the index does not say. */
  readonly size: number | null;
  readonly yanked: boolean;
  readonly yankedReason: string | null;
}

/** A distribution as an index knows it. */
export interface IndexProject {
  /** As its author writes it; null when the index does not say. */
  readonly name: string | null;
  /** The version that the index calls the newest. */
  readonly latest: string;
  readonly classifiers: readonly string[];
  /** Files by version; null when the index tells of the newest version only, or of none (see `files`). */
  readonly releases: ReadonlyMap<string, readonly IndexFile[]> | null;
  /** Files of the newest version, where the index lists them beside the releases. */
  readonly files: readonly IndexFile[] | null;
}

const text = z.nullish(z.string());
const file = z.object({
  url: z.string().check(z.minLength(1)),
  packagetype: text,
  size: z.nullish(z.number()),
  yanked: z.nullish(z.boolean()),
  yanked_reason: text,
  digests: z.nullish(z.object({ sha256: z.nullish(z.string().check(z.regex(/^[0-9a-fA-F]{64}$/))) })),
});
const shape = z.object({
  info: z.object({
    name: text,
    version: z.string().check(z.minLength(1)),
    classifiers: z.nullish(z.array(z.string())),
  }),
  releases: z.nullish(z.record(z.string(), z.array(file))),
  urls: z.nullish(z.array(file)),
});

/** Reads the JSON of a distribution. `what` ("foo of the index https://…") starts every message. @throws `invalid-package` */
export function parseProjectJson(content: Uint8Array, what: string): IndexProject {
  const result = shape.safeParse(parseJson(content, what));
  if (!result.success) {
    const place = result.error.issues[0]?.path.map(String).join(".") ?? "";
    throw new UpyError("invalid-package", `${what}: ${place || "it"} is not what an index has there`, {
      hint: "Is this the address of an index with PyPI's JSON API?",
    });
  }
  const { info, releases, urls } = result.data;
  return {
    name: info.name ?? null,
    latest: info.version,
    classifiers: info.classifiers ?? [],
    releases: releases
      ? new Map(Object.entries(releases).map(([version, files]) => [version, files.map(complete)]))
      : null,
    files: urls?.map(complete) ?? null,
  };
}

function complete(one: z.infer<typeof file>): IndexFile {
  return {
    url: one.url,
    type: one.packagetype ?? null,
    sha256: one.digests?.sha256?.toLowerCase() ?? null,
    size: one.size ?? null,
    yanked: one.yanked ?? false,
    yankedReason: one.yanked_reason ?? null,
  };
}
