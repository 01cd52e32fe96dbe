// Whether a version is one that was asked for.

import { exactSpecifier, normalizeSpecifier, pickVersion } from "../../specs/specifier.js";
import { valueError } from "../value/exceptions.js";

/**
 * True when `found` satisfies `wanted`: a version like "1.2.0", specifiers like ">=1,<2", or "latest".
 * @throws Raised ValueError for what is none of them
 */
export function satisfiesVersion(wanted: string, found: string | null): boolean {
  if (wanted === "" || wanted === "latest" || wanted === found) return true;
  const specifier = /^[=!~<>]/.test(wanted) ? normalizeSpecifier(wanted) : exactSpecifier(wanted);
  if (specifier === null) throw valueError(`'${wanted}' is no version to require`);
  return found !== null && pickVersion([found], [specifier]) !== null;
}
