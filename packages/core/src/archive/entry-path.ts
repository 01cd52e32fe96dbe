// Which paths an archive may have, one by one and beside each other. A folder ends in "/".

/** Paths as nearly all are: none of the checks below has anything against them but for dots and empty segments. */
const plain = /^[\w.+-][\w./ +-]*$/;

/** The problem with a path of an archive; null when there is none. */
export function pathProblem(path: string): string | null {
  if (path.length > 1024) return "is too long";
  if (!plain.test(path)) {
    // Besides C0 and C1, the characters that turn or hide text.
    if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u.test(path)) {
      return "holds a control character";
    }
    if (path.includes("\\")) return "holds a backslash";
    if (/^[a-z]:/i.test(path)) return "names a drive";
    if (path.startsWith("/")) return "is absolute";
  }
  // One search of a plain text is cheaper than a pattern, and a bundle has thousands of paths.
  if (path !== "" && !path.startsWith(".") && !path.includes("/.") && !path.includes("//")) return null;
  if (/(^|\/)\.\.(\/|$)/.test(path)) return "leads out of the archive";
  return /^$|\/\/|(^|\/)\.(\/|$)/.test(path) ? "has an empty segment" : null;
}

/** Takes paths one by one, and tells when two cannot be beside each other: twice, also by case, or a file and a folder. */
export class PathSet {
  readonly #files = new Map<string, string>();
  readonly #folders = new Map<string, string>();
  /** Folders that were fine a moment ago: entries of one folder follow each other. */
  #last = "";

  /** The path that `path` cannot be beside; null when it can. */
  add(path: string): string | null {
    const isFolder = path.endsWith("/");
    const end = isFolder ? path.length : path.lastIndexOf("/") + 1;
    const folder = path.slice(0, end);
    const clash = folder === this.#last ? null : this.#addFolders(folder);
    if (clash !== null) return clash;
    this.#last = folder;
    if (isFolder) return null;
    const key = foldPath(path);
    const other = this.#files.get(key) ?? this.#folders.get(`${key}/`);
    this.#files.set(key, path);
    return other ?? null;
  }

  #addFolders(folder: string): string | null {
    for (let slash = folder.indexOf("/"); slash >= 0; slash = folder.indexOf("/", slash + 1)) {
      const name = folder.slice(0, slash + 1);
      if (this.#last.startsWith(name)) continue;
      const key = foldPath(name);
      const known = this.#folders.get(key);
      if (known === name) continue;
      const other = known ?? this.#files.get(key.slice(0, -1));
      if (other !== undefined) return other;
      this.#folders.set(key, name);
    }
    return null;
  }
}

/** As FAT compares names; composed and decomposed letters are one on macOS. */
function foldPath(path: string): string {
  return plain.test(path) ? path.toLowerCase() : path.normalize("NFC").toLowerCase();
}
