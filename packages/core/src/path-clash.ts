// Which paths cannot be beside each other on every file system: names that differ in case only, and a file that is a folder.

const beyondAscii = /[\u0080-\uffff]/;

/**
 * What names have in common that some file system takes for one: FAT does not tell upper from lower case, macOS not
 * composed from decomposed letters.
 */
export function foldCase(path: string): string {
  return path.normalize("NFC").toUpperCase().toLowerCase();
}

/**
 * The first two paths that cannot be beside each other: twice, also by case, or a file and a folder; null when all can. A
 * folder ends in "/", or is there by what is in it. In one go, with as little as can be done for each: a bundle has
 * thousands.
 */
export function findClash(paths: readonly string[]): readonly [string, string] | null {
  const files = new Map<string, string>();
  const folders = new FolderNames();
  const keys = foldAll(paths);
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index] ?? "";
    const key = keys[index] ?? "";
    const clash = folders.addParents(path, key);
    if (clash !== null) return [clash, path];
    files.set(key, path);
    if (files.size <= index) return [paths[keys.indexOf(key)] ?? path, path];
  }
  return folders.findFile(files);
}

/** The folders of paths, each once. */
class FolderNames {
  /** A path that is in the folder. */
  readonly #byKey = new Map<string, string>();
  /** Entries of one folder follow each other. */
  #last = "";

  /** Adds the folders that `path` is in; a path in the one that is there in another case, null when there is none. */
  addParents(path: string, key: string): string | null {
    let end = path.lastIndexOf("/");
    const parent = path.slice(0, end + 1);
    if (parent === this.#last) return null;
    this.#last = parent;
    let keyEnd = key.lastIndexOf("/");
    // From the inside out: above a folder that is known, all are.
    while (end > 0) {
      const folded = key.slice(0, keyEnd);
      const known = this.#byKey.get(folded);
      if (known !== undefined) return known.startsWith(path.slice(0, end + 1)) ? null : known;
      this.#byKey.set(folded, path);
      end = path.lastIndexOf("/", end - 1);
      keyEnd = key.lastIndexOf("/", keyEnd - 1);
    }
    return null;
  }

  /** A file that is one of the folders too, and a path in that folder. */
  findFile(files: ReadonlyMap<string, string>): readonly [string, string] | null {
    for (const [key, path] of this.#byKey) {
      const file = files.get(key);
      if (file !== undefined) return [file, path];
    }
    return null;
  }
}

/** Plain paths are folded as one text, which costs no more than a few of them one by one. */
function foldAll(paths: readonly string[]): readonly string[] {
  const all = paths.join("\n");
  if (beyondAscii.test(all)) return paths.map(foldCase);
  const folded = all.toLowerCase().split("\n");
  return folded.length === paths.length ? folded : paths.map(foldCase);
}
