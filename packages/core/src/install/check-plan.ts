// A plan may have been stored, or come from another process: it is checked like anything from outside before it is
// carried out. Then it is asked whether it may be carried out at all.

import * as z from "zod/mini";
import { UpyError } from "../errors.js";
import { checkPathCollisions } from "../specs/package-path.js";
import { relativeToRoot } from "./paths.js";
import { isWritten, type Plan } from "./plan.js";
import { possibleBases } from "./places.js";
import { describeIssue, recordSchema } from "./record.js";
import { directoryPath, packagePath, rootPath, sha256Text, sizeNumber } from "./schemas.js";

const state = z.object({ size: sizeNumber, sha256: sha256Text });
const names = z.array(z.string());
const locked = z.object({ path: packagePath, sha256: sha256Text, size: sizeNumber, url: z.string() });

const file = z.object({
  path: packagePath,
  action: z.enum(["new", "changed", "unchanged", "adopted", "kept"]),
  packages: names,
  size: sizeNumber,
  sha256: sha256Text,
  previous: z.nullable(state),
  locked,
  compiled: z.boolean(),
  replaces: z.optional(packagePath),
});

const planSchema = z.object({
  version: z.literal(1),
  target: z.string(),
  root: rootPath,
  base: rootPath,
  files: z.array(file),
  removals: z.array(z.object({ path: packagePath, size: sizeNumber, sha256: sha256Text, packages: names })),
  left: z.array(z.object({ path: packagePath, packages: names })),
  conflicts: z.array(
    z.object({
      path: z.string(),
      type: z.string(),
      owners: names,
      policy: z.enum(["refuse", "overwrite", "adopt"]),
    }),
  ),
  incompatible: z.array(z.object({ path: z.string(), message: z.string() })),
  space: z.nullable(z.object({ free: z.number(), needed: z.number(), readOnly: z.optional(z.boolean()) })),
  makes: z.array(directoryPath),
  unmakes: z.array(directoryPath),
  record: recordSchema,
  basis: z.object({
    recordSha256: z.nullable(sha256Text),
    environment: z.object({ implementation: z.string(), mpy: z.unknown() }),
  }),
});

/** Refuses what is not a plan, or would leave its root. @throws `invalid-argument`, `invalid-path` */
export function checkPlan(plan: Plan): void {
  const result = planSchema.safeParse(plan);
  if (!result.success) throw invalid(`The plan ${describeIssue(result.error)}.`);
  if (!possibleBases(plan.root).includes(plan.base)) throw invalid("The plan stages outside of its root.");
  const paths = plan.files.map((one) => one.path);
  if (new Set(paths).size !== paths.length) throw invalid("The plan has a file twice.");
  if (paths.some((path) => relativeToRoot(plan.root, path) !== path))
    throw invalid("The plan has a path in two ways.");
  checkPathCollisions(paths, "plan");
}

function invalid(message: string): UpyError {
  return new UpyError("invalid-argument", message, { hint: "Make the plan again with planInstall." });
}

/** Refuses a good plan that must not be carried out. @throws `conflict`, `incompatible-mpy`, `read-only`, `no-space` */
export function refuseBlocked({ conflicts, incompatible, space, target, root, files, removals }: Plan): void {
  const refused = conflicts.filter((one) => one.policy === "refuse");
  if (refused.length > 0) {
    const list = refused.map((one) => `${one.path} (${describeConflict(one)})`);
    throw new UpyError("conflict", `Files are in the way on ${target}: ${shorten(list)}.`, {
      hint: 'Move them away, or plan with onConflict: "overwrite" or "adopt".',
    });
  }
  const [first] = incompatible;
  if (first) {
    throw new UpyError("incompatible-mpy", `${first.path} cannot be loaded by ${target}: ${first.message}`);
  }
  if (space?.readOnly === true && (files.some(isWritten) || removals.length > 0)) {
    throw new UpyError("read-only", `${root} on ${target} cannot be written.`, {
      hint: "On CircuitPython, USB owns the drive until it is ejected; elsewhere, choose another place with the option root.",
    });
  }
  if (space !== null && space.needed > space.free) {
    throw new UpyError(
      "no-space",
      `${target} has ${space.free} bytes free, and ${space.needed} are needed.`,
      {
        hint: "Remove files or packages from the board.",
      },
    );
  }
}

function describeConflict({ type, owners }: { type: string; owners: readonly string[] }): string {
  const whose = owners.length > 0 ? ` of ${owners.join(", ")}` : "";
  return `${type}${whose}`;
}

function shorten(list: readonly string[]): string {
  const shown = list.slice(0, 5).join(", ");
  return list.length > 5 ? `${shown} and ${list.length - 5} more` : shown;
}
