// Several sources as one: "or the next one".

import { UpyError, isUpyError } from "../errors.js";
import type { PackageSource } from "./source.js";

/**
 * Asks each source in turn; the first that has the package in a version that fits answers. When some have the package
 * but none a version that fits, the first one's complaint stands. A source that cannot be reached ends the search, so that
 * the answer does not depend on who is up today.
 */
export function chainSources(...sources: readonly PackageSource[]): PackageSource {
  return {
    name: sources.map(({ name }) => name).join(", "),
    async find(requirements, context) {
      let conflict: unknown = null;
      for (const source of sources) {
        try {
          const release = await source.find(requirements, context);
          if (release !== null) return release;
        } catch (error) {
          if (!isUpyError(error, "version-conflict")) throw sources.length > 1 ? named(error, source) : error;
          conflict ??= error;
        }
      }
      if (conflict !== null) throw conflict as Error;
      return null;
    },
  };
}

/** Which of the sources it was that could not be asked. */
function named(error: unknown, { name }: PackageSource): unknown {
  if (!isUpyError(error, "network") && !isUpyError(error, "offline")) return error;
  const hint = `The search ends at the first source that cannot be asked. ${error.hint ?? ""}`.trim();
  return new UpyError(error.code, `${name} cannot be asked: ${error.message}`, { hint, cause: error });
}
