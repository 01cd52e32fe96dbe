// os.path of POSIX, as far as it is about texts: no file system, no current directory of the host.

/** As os.path.join(). */
export function join(first: string, ...rest: readonly string[]): string {
  let path = first;
  for (const part of rest) {
    if (part.startsWith("/")) path = part;
    else path += path === "" || path.endsWith("/") ? part : `/${part}`;
  }
  return path;
}

/** As os.path.normpath(): `a//b/./c/..` is `a/b`. */
export function normalize(path: string): string {
  // Most paths are normal already.
  if (path.startsWith("/") && path !== "/" && !/\/\.{0,2}(?:\/|$)/.test(path)) return path;
  if (path === "") return ".";
  const root = /^\/\/(?!\/)/.test(path) ? "//" : path.startsWith("/") ? "/" : "";
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (root === "") parts.push(part);
  }
  const normal = root + parts.join("/");
  return normal === "" ? "." : normal;
}

/** As os.path.split(). */
export function split(path: string): readonly [string, string] {
  const cut = path.lastIndexOf("/") + 1;
  let end = cut;
  while (path.charAt(end - 1) === "/") end--;
  return [path.slice(0, end === 0 ? cut : end), path.slice(cut)];
}

/** As os.path.dirname(). */
export function dirname(path: string): string {
  return split(path)[0];
}

/** As os.path.basename(). */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** As os.path.splitext(): dots that a name starts with start no extension. */
export function splitExtension(path: string): readonly [string, string] {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  if (dot <= 0 || /^\.*$/.test(name.slice(0, dot))) return [path, ""];
  const cut = path.length - name.length + dot;
  return [path.slice(0, cut), path.slice(cut)];
}

/** As os.path.relpath(), both absolute and normal. */
export function relative(path: string, start: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  const base = start.split("/").filter((part) => part !== "");
  let shared = 0;
  while (shared < base.length && parts[shared] === base[shared]) shared++;
  const up = base.slice(shared).map(() => "..");
  return [...up, ...parts.slice(shared)].join("/") || ".";
}

/** True when `path` is `root` or below it, both absolute and normal. */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith("/") ? root : `${root}/`);
}
