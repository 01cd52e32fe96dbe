// A requirement as a value. Parsing is in parse-requirement.ts.

/** A package by name, to be found in an index. */
export interface NamedRequirement {
  readonly type: "name";
  readonly name: string;
  /** PEP 440 specifiers, like ">=1.0,<2" or "==1.2"; "" for any version. */
  readonly specifier: string;
}

/** A file or folder in a repository on a forge. */
export interface GitRequirement {
  readonly type: "git";
  readonly forge: "github" | "gitlab" | "codeberg";
  /** "org/repo"; on GitLab "group/subgroup/…/repo". */
  readonly repository: string;
  /** Inside the repository, "" for its root. */
  readonly path: string;
  /** Branch, tag or commit; null for the default branch. */
  readonly ref: string | null;
}

/** A package.json, .py or .mpy at a URL. */
export interface UrlRequirement {
  readonly type: "url";
  readonly url: string;
}

/** A file or folder on this machine. */
export interface LocalRequirement {
  readonly type: "local";
  readonly path: string;
}

/** What a user asks for. */
export type Requirement = NamedRequirement | GitRequirement | UrlRequirement | LocalRequirement;
