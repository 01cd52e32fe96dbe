// Which paths an archive may have, one by one and beside each other. A folder ends in "/".

/** What nearly no path has: without it, only dots, slashes and empty segments can be wrong. A search that never goes back. */
const unusual = /[^\w./ +-]/;

// eslint-disable-next-line no-control-regex -- all of ASCII is meant
const beyondAscii = /[^\u0000-\u007f]/;

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

/**
 * The first two paths that cannot be beside each other: twice, also by case, or a file and a folder; null when all can.
 * In one go, with as little as can be done for each: a bundle has thousands.
 */
export function findClash(paths: readonly string[]): readonly [string, string] | null {
  const files = new Map<string, string>();
  const folders = new FolderNames();
  const keys = foldPaths(paths);
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index] ?? "";
    const key = keys[index] ?? "";
    const clash = folders.addParents(path, key);
    if (clash !== null) return [path, clash];
    files.set(key, path);
    if (files.size <= index) return [path, paths[keys.indexOf(key)] ?? path];
  }
  return folders.findFile(files);
}

/** The folders of paths, each once. */
class FolderNames {
  readonly #byKey = new Map<string, string>();
  /** Entries of one folder follow each other. */
  #last = "";

  /** Adds the folders that `path` is in; the one that is there in another case, null when there is none. */
  addParents(path: string, key: string): string | null {
    let end = path.lastIndexOf("/");
    const parent = path.slice(0, end + 1);
    if (parent === this.#last) return null;
    this.#last = parent;
    let keyEnd = key.lastIndexOf("/");
    // From the inside out: above a folder that is known, all are.
    while (end > 0) {
      const name = path.slice(0, end);
      const folded = key.slice(0, keyEnd);
      const known = this.#byKey.get(folded);
      if (known !== undefined) return known === name ? null : `${known}/`;
      this.#byKey.set(folded, name);
      end = path.lastIndexOf("/", end - 1);
      keyEnd = key.lastIndexOf("/", keyEnd - 1);
    }
    return null;
  }

  /** A file that is one of the folders too, and that folder. */
  findFile(files: ReadonlyMap<string, string>): readonly [string, string] | null {
    for (const [key, name] of this.#byKey) {
      const file = files.get(key);
      if (file !== undefined) return [file, `${name}/`];
    }
    return null;
  }
}

/** Plain paths are folded as one text, which costs no more than a few of them one by one. */
function foldPaths(paths: readonly string[]): readonly string[] {
  const all = paths.join("\n");
  if (beyondAscii.test(all)) return paths.map(foldPath);
  const folded = all.toLowerCase().split("\n");
  return folded.length === paths.length ? folded : paths.map(foldPath);
}

/** As FAT compares names; composed and decomposed letters are one on macOS. */
function foldPath(path: string): string {
  return path.normalize("NFC").toLowerCase();
}
