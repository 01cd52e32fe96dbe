// PEP 440 versions and ranges, as far as picking a release needs them. The rules themselves are @renovatebot/pep440's.

import { filter, rcompare, valid, validRange } from "@renovatebot/pep440";

/** In the order in which a person would write them. */
const operators = ["===", "==", "~=", ">=", ">", "!=", "<=", "<"] as const;

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

/** The highest of `versions` inside every one of `specifiers`; null when there is none. Pre-releases only when nothing else is left, as PEP 440 says. */
export function pickVersion(versions: readonly string[], specifiers: readonly string[]): string | null {
  const clauses = specifiers.flatMap((specifier) => specifier.split(",")).filter((clause) => clause !== "");
  const texts = clauses.filter((clause) => clause.startsWith("===")).map((clause) => clause.slice(3));
  const ranges = clauses.filter((clause) => !clause.startsWith("===")).join(",");
  const named = versions.filter((version) => texts.every((text) => text === version));
  if (texts.length > 0 && ranges === "") return named[0] ?? null;
  const exact = clauses.map((clause) => clause.replace(/^==/, ""));
  const fitting = filter(named.filter(isVersion), ranges);
  return fitting.find((version) => exact.includes(version)) ?? fitting.sort(byVersion)[0] ?? null;
}

/** Whether PEP 440 knows the text as a version: mip indexes also have "1.0.0-2" (a post-release) and, rarely, "". */
export function isVersion(text: string): boolean {
  return text.length <= 100 && valid(text) !== null;
}

function isClause(operator: string, version: string): boolean {
  if (version.length > 100 || !/^[A-Za-z0-9][A-Za-z0-9._+!*-]*$/.test(version)) return false;
  return operator === "===" ? !version.includes("*") : validRange(operator + version);
}

function byVersion(a: string, b: string): number {
  return rcompare(a, b) || compareText(a, b);
}

/** Orders by code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
