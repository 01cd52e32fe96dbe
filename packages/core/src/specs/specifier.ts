// PEP 440 versions and ranges, as far as picking a release needs them. How versions are read and ordered is
// @renovatebot/pep440's business; which of them a range holds is decided here, because its ranges are not those of
// PyPA's `packaging` ("==1.0.*" had no "1", "<1.post1" no "1", "!=1a1" all pre-releases).

import { compare, explain, valid } from "@renovatebot/pep440";

/** In the order in which a person would write them. */
const operators = ["===", "==", "~=", ">=", ">", "!=", "<=", "<"] as const;

/** More digits than a number holds exactly. */
const longNumber = /\d{16}/;

/** A range in canonical form: no blanks, no repetition, lower bounds first; null when it is not one. "" is any version. */
export function normalizeSpecifier(text: string): string | null {
  if (text.trim() === "") return "";
  const clauses = text.split(",").map((clause) => /^\s*(===|[=!~<>]=|[<>])\s*(\S+)\s*$/.exec(clause));
  const parts = clauses.map((match) => ({ operator: match?.[1] ?? "", version: match?.[2] ?? "" }));
  if (parts.some(({ operator, version }) => !isClause(operator, version))) return null;
  const rank = (operator: string): number => operators.findIndex((one) => one === operator);
  parts.sort((a, b) => rank(a.operator) - rank(b.operator) || compareText(a.version, b.version));
  return [...new Set(parts.map(({ operator, version }) => operator + version))].join(",");
}

/** The specifier for exactly this version: PEP 440's "==" where it is one of its versions, else "===", which compares texts. */
export function exactSpecifier(version: string): string | null {
  const operator = isVersion(version) ? "==" : "===";
  return isClause(operator, version) ? operator + version : null;
}

/** The one version that `specifier` asks for, null when it is a range. */
export function exactVersion(specifier: string): string | null {
  return /^={2,3}([^,*=]+)$/.exec(specifier)?.[1] ?? null;
}

/**
 * The highest of `versions` inside every one of `specifiers`; null when there is none. Pre-releases only when one of
 * `specifiers` names one or nothing else is left, as PEP 440 says.
 */
export function pickVersion(versions: readonly string[], specifiers: readonly string[]): string | null {
  const clauses = specifiers.flatMap((specifier) => specifier.split(",")).filter((clause) => clause !== "");
  const texts = clauses.filter((clause) => clause.startsWith("===")).map((clause) => clause.slice(3));
  const ranges = clauses.filter((clause) => !clause.startsWith("===")).map(splitClause);
  const named = versions.filter((version) => texts.every((text) => text === version));
  if (texts.length > 0 && ranges.length === 0) return named[0] ?? null;
  const inside = named.filter(
    (version) => isVersion(version) && ranges.every((range) => holds(range, version)),
  );
  const finished = inside.filter((version) => !isPreRelease(version));
  const wantsAny = texts.some(isPreRelease) || ranges.some(namesPreRelease);
  const fitting = finished.length === 0 || wantsAny ? inside : finished;
  const exact = clauses.map((clause) => clause.replace(/^==/, ""));
  return fitting.find((version) => exact.includes(version)) ?? fitting.sort(byVersion)[0] ?? null;
}

/** Whether PEP 440 knows the text as a version: mip indexes also have "1.0.0-2" (a post-release) and, rarely, "". */
export function isVersion(text: string): boolean {
  return text.length <= 100 && !longNumber.test(text) && valid(text) !== null;
}

function isClause(operator: string, version: string): boolean {
  if (version.length > 100 || longNumber.test(version)) return false;
  if (operator === "===") return /^[A-Za-z0-9][A-Za-z0-9._+!-]*$/.test(version);
  const isEquality = operator === "==" || operator === "!=";
  if (version.endsWith(".*")) return isEquality && /^v?(\d+!)?\d+(\.\d+)*\.\*$/i.test(version);
  const parts = explain(version);
  if (parts === null) return false;
  return (isEquality || parts.local === null) && (operator !== "~=" || parts.release.length > 1);
}

interface Clause {
  readonly operator: string;
  /** Without the ".*" behind it. */
  readonly version: string;
  readonly isPrefix: boolean;
}

function splitClause(clause: string): Clause {
  const [, operator = "", version = "", star] = /^([=!~<>]+)(.*?)(\.\*)?$/.exec(clause) ?? [];
  return { operator, version, isPrefix: star !== undefined };
}

/** Whether a version is inside a range of one clause. */
function holds({ operator, version: bound, isPrefix }: Clause, version: string): boolean {
  switch (operator) {
    case "==":
      return isPrefix ? startsWith(version, bound) : compare(comparable(version, bound), bound) === 0;
    case "!=":
      return !holds({ operator: "==", version: bound, isPrefix }, version);
    case "~=":
      return holds({ operator: ">=", version: bound, isPrefix }, version) && startsWith(version, bound, 1);
    case ">=":
      return compare(publicPart(version), bound) >= 0;
    case "<=":
      return compare(publicPart(version), bound) <= 0;
    case "<":
      return compare(version, bound) < 0 && !(isPreRelease(version) && isPreReleaseOf(version, bound));
    default:
      return compare(version, bound) > 0 && !isLaterBuildOf(version, bound);
  }
}

/** Whether the release starts as that of `prefix`, but for its last `but` numbers; "1" is "1.0" here. */
function startsWith(version: string, prefix: string, but = 0): boolean {
  const [whole, start] = [explain(version), explain(prefix)];
  if (whole?.epoch !== start?.epoch) return false;
  const numbers = start?.release.slice(0, start.release.length - but) ?? [];
  return numbers.every((number, index) => (whole?.release[index] ?? 0) === number);
}

/** A local version equals a range without one. */
function comparable(version: string, bound: string): string {
  return bound.includes("+") ? version : publicPart(version);
}

/** Whether `version`, which is below `bound`, is so only as one of its own pre-releases. */
function isPreReleaseOf(version: string, bound: string): boolean {
  return !isPreRelease(bound) && compare(version, `${publicPart(bound)}.dev0`) >= 0;
}

/** Whether `version`, which is above `bound`, is so only as a post-release or a local build of it. */
function isLaterBuildOf(version: string, bound: string): boolean {
  const known = publicPart(version);
  if (version.includes("+") && compare(known, bound) === 0) return true;
  const base = known.replace(/\.post\d.*$/, "");
  return base !== known && explain(bound)?.is_postrelease === false && compare(base, bound) === 0;
}

function isPreRelease(version: string): boolean {
  return explain(version)?.is_prerelease ?? false;
}

function namesPreRelease({ operator, version, isPrefix }: Clause): boolean {
  return operator !== "!=" && !isPrefix && isPreRelease(version);
}

/** The version in its normal form without "+local". */
function publicPart(version: string): string {
  return explain(version)?.public ?? version;
}

function byVersion(a: string, b: string): number {
  return compare(b, a) || compareText(a, b);
}

/** Orders by code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
