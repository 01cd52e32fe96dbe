// The three forges: how their web addresses name a file, and where the raw file and the commit of a ref are.
// Raw addresses of GitHub and GitLab are mip's (micropython-lib v1.28.0); Codeberg's are Forgejo's API v1, which browsers may ask.

import type { GitRequirement } from "./requirement.js";

/** One of the forges that have a prefix of their own. */
export type Forge = GitRequirement["forge"];

/** A place in a repository, as a web address names it. */
export type GitPlace = Omit<GitRequirement, "type">;

/** Where the file `path` of a repository is, at a branch, tag or commit (null: the default branch). */
export function rawFileUrl({ forge, repository, path, ref }: GitPlace): string {
  const file = encodePath(path);
  switch (forge) {
    case "github":
      return `https://raw.githubusercontent.com/${repository}/${encodePath(ref ?? "HEAD")}/${file}`;
    case "gitlab":
      return `https://gitlab.com/${repository}/-/raw/${encodePath(ref ?? "HEAD")}/${file}`;
    case "codeberg":
      return `https://codeberg.org/api/v1/repos/${repository}/raw/${file}${ref === null ? "" : `?ref=${encodeURIComponent(ref)}`}`;
  }
}

/** Where the forge tells which commit a ref stands for. */
export function commitUrl({ forge, repository, ref }: GitPlace): string {
  switch (forge) {
    case "github":
      return `https://api.github.com/repos/${repository}/commits/${encodePath(ref ?? "HEAD")}?per_page=1`;
    case "gitlab":
      return `https://gitlab.com/api/v4/projects/${encodeURIComponent(repository)}/repository/commits/${encodeURIComponent(ref ?? "HEAD")}`;
    case "codeberg":
      return (
        `https://codeberg.org/api/v1/repos/${repository}/commits?limit=1&stat=false&verification=false&files=false` +
        (ref === null ? "" : `&sha=${encodeURIComponent(ref)}`)
      );
  }
}

/** What a pasted web address of a forge means; null when it is none, or no page of a repository, file or folder. */
export function parseForgeUrl(url: URL): GitPlace | null {
  const segments = pathSegments(url);
  if (segments === null) return null;
  switch (url.hostname) {
    case "github.com":
    case "www.github.com":
      return fromGithub(segments);
    case "raw.githubusercontent.com":
      return url.search === "" ? fromGithubRaw(segments) : null;
    case "gitlab.com":
      return fromGitlab(segments);
    case "codeberg.org":
      return fromCodeberg(segments);
    default:
      return null;
  }
}

function fromGithub([owner = "", repository = "", page, ...rest]: readonly string[]): GitPlace | null {
  if (page === undefined) return place("github", [owner, repository], [], null);
  return ["blob", "tree", "raw"].includes(page) ? atRef("github", [owner, repository], rest) : null;
}

function fromGithubRaw([owner = "", repository = "", ...rest]: readonly string[]): GitPlace | null {
  return rest.length < 2 ? null : atRef("github", [owner, repository], rest);
}

function fromGitlab(segments: readonly string[]): GitPlace | null {
  const dash = segments.indexOf("-");
  const pages = ["blob", "tree", "raw"];
  if (dash >= 2) {
    return pages.includes(segments[dash + 1] ?? "")
      ? atRef("gitlab", segments.slice(0, dash), segments.slice(dash + 2))
      : null;
  }
  const page = segments.findIndex((segment, index) => index >= 2 && pages.includes(segment));
  if (page > 0) return atRef("gitlab", segments.slice(0, page), segments.slice(page + 1));
  return /\.(py|mpy|json)$/.test(segments.at(-1) ?? "") ? null : place("gitlab", segments, [], null);
}

function fromCodeberg([owner = "", repository = "", page, ...rest]: readonly string[]): GitPlace | null {
  if (page === undefined) return place("codeberg", [owner, repository], [], null);
  if (!["src", "raw", "media"].includes(page)) return null;
  const typed = ["branch", "tag", "commit"].includes(rest[0] ?? "");
  return atRef("codeberg", [owner, repository], typed ? rest.slice(1) : rest);
}

/** A ref with slashes cannot be told from the path; taken apart here and joined again in a raw address, it does no harm. */
function atRef(forge: Forge, repository: readonly string[], rest: readonly string[]): GitPlace | null {
  const full = rest[0] === "refs" && ["heads", "tags"].includes(rest[1] ?? "") ? rest.slice(2) : rest;
  const [ref, ...path] = full;
  return ref === undefined ? null : place(forge, repository, path, ref);
}

function place(
  forge: Forge,
  repository: readonly string[],
  path: readonly string[],
  ref: string | null,
): GitPlace | null {
  const names = repository.map((name, index) =>
    index === repository.length - 1 ? name.replace(/\.git$/, "") : name,
  );
  if (names.length < 2 || names.some((name) => name === "")) return null;
  return { forge, repository: names.join("/"), path: path.join("/"), ref };
}

function pathSegments(url: URL): string[] | null {
  try {
    return url.pathname
      .split("/")
      .filter((segment) => segment !== "")
      .map(decodeURIComponent);
  } catch {
    return null;
  }
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
