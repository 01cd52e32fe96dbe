// Which of two versions of a library is newer, and by how much. Versions are PEP 440's, as far as Adafruit's are.

import { compare, explain } from "@renovatebot/pep440";
import { isVersion } from "../../specs/specifier.js";

/** What separates an installed version from an offered one. */
export type VersionStep =
  /** The installed one is the offered one, or newer. */
  | "none"
  | "minor"
  /** The first number differs: it may not do what it did. */
  | "major"
  /** One of the two is no version. */
  | "unknown";

/** The step from the installed to the offered version. */
export function versionStep(installed: string | null, offered: string | null): VersionStep {
  if (installed === null || offered === null) return "unknown";
  if (installed === offered) return "none";
  if (!isVersion(installed) || !isVersion(offered)) return "unknown";
  if (compare(installed, offered) >= 0) return "none";
  return explain(installed)?.release[0] === explain(offered)?.release[0] ? "minor" : "major";
}

/** A version as a library says it; null for what stands in a repository until a release puts the version there. */
export function realVersion(version: string | null): string | null {
  const text = version?.trim() ?? "";
  return text === "" || /^0\.0\.0[-+]auto\.0$/.test(text) ? null : text;
}
