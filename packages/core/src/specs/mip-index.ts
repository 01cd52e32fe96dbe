// index.json of a mip index: which packages there are, and in which versions.
// Format: v2 of micropython-lib v1.28.0, tools/build.py.

import * as z from "zod/mini";
import { UpyError } from "../errors.js";
import { parseJson } from "./json-text.js";

/** One package of an index. */
export interface MipIndexPackage {
  readonly name: string;
  /** The latest version, "" when the package has none. */
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly license: string;
  /** Versions by .mpy version ("6") or "py". */
  readonly versions: Readonly<Record<string, readonly string[]>>;
}

/** A whole index.json. */
export interface MipIndex {
  readonly packages: ReadonlyMap<string, MipIndexPackage>;
}

const text = z.nullish(z.string());
const shape = z.object({
  v: z.number(),
  packages: z.array(
    z.object({
      name: z.string(),
      version: text,
      description: text,
      author: text,
      license: text,
      versions: z.nullish(z.record(z.string(), z.array(z.string()))),
    }),
  ),
});

/**
 * Reads an index.json. `what` ("the mip index https://…") starts every message.
 * @throws `invalid-package`
 */
export function parseMipIndex(input: string | Uint8Array, what = "index.json"): MipIndex {
  const result = shape.safeParse(parseJson(input, what));
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UpyError(
      "invalid-package",
      `${what}: ${issue?.path.map(String).join(".") ?? ""} is not what a mip index has there`,
    );
  }
  const { v, packages } = result.data;
  if (v !== 1 && v !== 2)
    throw new UpyError("invalid-package", `${what} is a mip index of format ${v}; known are 1 and 2`);
  return { packages: new Map(packages.map((one) => [one.name, complete(one)])) };
}

function complete(one: z.infer<typeof shape>["packages"][number]): MipIndexPackage {
  return {
    name: one.name,
    version: one.version ?? "",
    description: one.description ?? "",
    author: one.author ?? "",
    license: one.license ?? "",
    versions: one.versions ?? {},
  };
}
