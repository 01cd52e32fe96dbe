// Which paths an archive may have. A folder ends in "/".

/** What nearly no path has: without it, only dots, slashes and empty segments can be wrong. A search that never goes back. */
const unusual = /[^\w./ +-]/;

/** The problem with a path of an archive; null when there is none. */
export function pathProblem(path: string): string | null {
  if (path.length > 1024) return "is too long";
  if (path.startsWith("/")) return "is absolute";
  if (unusual.test(path)) {
    // Besides C0 and C1, the characters that turn or hide text.
    if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u.test(path)) {
      return "holds a control character";
    }
    if (path.includes("\\")) return "holds a backslash";
    if (/^[a-z]:/i.test(path)) return "names a drive";
  }
  // One search of a plain text is cheaper than a pattern, and a bundle has thousands of paths.
  if (path !== "" && !path.startsWith(".") && !path.includes("/.") && !path.includes("//")) return null;
  if (/(^|\/)\.\.(\/|$)/.test(path)) return "leads out of the archive";
  return /^$|\/\/|(^|\/)\.(\/|$)/.test(path) ? "has an empty segment" : null;
}
