// The one thing that every part which handles target paths needs.

/** The directory that holds an absolute path; "/" for what is at the top. */
export function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
