// From text to Requirement and back: everything that mip and mpremote 1.28 accept, PEP 440 ranges, and pasted web addresses.
// Pure: whether a thing exists is the business of the sources.

import { UpyError } from "../errors.js";
import { parseForgeUrl, type Forge, type GitPlace } from "./forge.js";
import type { GitRequirement, LocalRequirement, NamedRequirement, Requirement } from "./requirement.js";
import { compareText, exactSpecifier, normalizeSpecifier } from "./specifier.js";

const longest = 2000;
const forms =
  "a name, name@version, name>=1,<2, github:org/repo, gitlab:group/repo, codeberg:org/repo, an https:// address or a path";

/**
 * What a text asks for. The result is canonical: two texts that mean the same give equal values.
 * @throws `invalid-requirement`
 */
export function parseRequirement(text: string): Requirement {
  const trimmed = text.trim();
  if (trimmed === "") throw invalid(text, "is empty");
  if (trimmed.length > longest) throw invalid(text, `is longer than ${longest} characters`);
  if (/[\p{Cc}\p{Cs}]/u.test(trimmed)) throw invalid(text, "holds a control character");
  const forge = /^(github|gitlab|codeberg):(.*)$/.exec(trimmed);
  if (forge !== null) return parseGit(forge[1] as Forge, forge[2] ?? "", text);
  if (/^(git\+)?https?:\/\//i.test(trimmed)) return parseUrl(trimmed.replace(/^git\+/i, ""), text);
  const ssh = /^git@(github\.com|gitlab\.com|codeberg\.org):(.+)$/.exec(trimmed);
  if (ssh !== null) return parseUrl(`https://${ssh[1] ?? ""}/${ssh[2] ?? ""}`, text);
  if (looksLocal(trimmed)) return parseLocal(trimmed, text);
  return parseNamed(trimmed, text);
}

/** The canonical text of a requirement: `parseRequirement` of it gives an equal value. */
export function formatRequirement(requirement: Requirement): string {
  switch (requirement.type) {
    case "name":
      return requirement.name + requirement.specifier;
    case "url":
      return requirement.url;
    case "local":
      return looksLocal(requirement.path) ? requirement.path : `./${requirement.path}`;
    case "git":
      return formatGit(requirement);
  }
}

/**
 * What a package is known under, whatever version or ref is asked for: "aiohttp", "github:org/repo/path", a URL, a path.
 * Forges do not tell "Org/Repo" from "org/repo", so repositories are in lower case here.
 */
export function packageKey(requirement: Requirement): string {
  if (requirement.type === "name") return requirement.name;
  if (requirement.type !== "git") return formatRequirement(requirement);
  return formatGit({ ...requirement, repository: requirement.repository.toLowerCase(), ref: null });
}

/** Canonical texts, sorted, each once. */
export function formatRequirements(requirements: readonly Requirement[]): string[] {
  return [...new Set(requirements.map(formatRequirement))].sort(compareText);
}

function parseGit(forge: Forge, rest: string, text: string): GitRequirement {
  const at = rest.indexOf("@");
  const whole = decode(at < 0 ? rest : rest.slice(0, at), text);
  const ref = at < 0 ? null : decode(rest.slice(at + 1), text);
  const segments = whole.split("/");
  const separator = forge === "gitlab" ? segments.indexOf("", 2) : -1;
  const split = separator >= 2 ? separator : 2;
  const repository = segments.slice(0, split);
  return checkGit(
    { forge, repository: repository.join("/"), path: segments.slice(split).join("/"), ref },
    text,
  );
}

function parseUrl(address: string, text: string): Requirement {
  if (!URL.canParse(address)) throw invalid(text, "is not a web address");
  const url = new URL(address);
  if (url.username !== "" || url.password !== "") {
    throw invalid(text, "holds a name or password", "Pass it in `headers` instead, by host.");
  }
  url.hash = "";
  const place = parseForgeUrl(url);
  if (place !== null) return checkGit(splitRef(place), text);
  const file = packageFileUrl(url);
  if (parseForgeUrl(file) !== null) throw invalid(text, "names no repository");
  return { type: "url", url: file.href };
}

/** As mip does: what is no .json, .py or .mpy is a folder with a package.json; a version behind a file's name says nothing. */
function packageFileUrl(url: URL): URL {
  const file = new URL(url);
  file.pathname = file.pathname.replace(/(\.py|\.mpy|\.json|\/)@[^/@]*$/, "$1");
  if (!/\.(py|mpy|json)$/.test(file.pathname)) {
    file.pathname = `${file.pathname.replace(/\/$/, "")}/package.json`;
  }
  return file;
}

/** `https://github.com/org/repo@ref`, as mpremote's users write it. */
function splitRef(place: GitPlace): GitPlace {
  const at = place.ref === null ? place.repository.indexOf("@") : -1;
  if (at < 0) return place;
  const repository = place.repository.slice(0, at).replace(/\.git$/, "");
  return { ...place, repository, ref: place.repository.slice(at + 1) };
}

function checkGit(place: GitPlace, text: string): GitRequirement {
  const { forge, repository } = place;
  const names = repository.split("/");
  if (names.length < 2 || (forge !== "gitlab" && names.length > 2)) {
    throw invalid(
      text,
      "names no repository",
      `Write ${forge}:org/repo, and a path behind it if you want one.`,
    );
  }
  if (names.some((name) => !/^[A-Za-z0-9._-]+$/.test(name) || name === "." || name === "..")) {
    throw invalid(text, `names the repository "${repository}", which cannot be one`);
  }
  const path = place.path
    .replace(/\/+/g, "/")
    .replace(/^\/|\/$/g, "")
    .replace(/(^|\/)package\.json$/, "");
  if (/(^|\/)\.{1,2}(\/|$)/.test(path)) throw invalid(text, "has a path that leaves the repository");
  if (/[\p{Cc}\\]/u.test(path)) throw invalid(text, "has a path that cannot be one");
  if (place.ref !== null && !isRef(place.ref))
    throw invalid(text, `names "${place.ref}", which cannot be a branch, tag or commit`);
  return { type: "git", forge, repository, path, ref: place.ref === "HEAD" ? null : place.ref };
}

/** The rules of `git check-ref-format`, as far as they keep a ref from being something else. */
function isRef(ref: string): boolean {
  return !/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|^[/-]|[/.]$|^@$/u.test(ref) && ref !== "";
}

function formatGit({ forge, repository, path, ref }: GitRequirement): string {
  const separator = repository.split("/").length > 2 ? "//" : path === "" ? "" : "/";
  return `${forge}:${repository}${separator}${encode(path)}${ref === null ? "" : `@${encode(ref)}`}`;
}

/** Only what would be read as something else is escaped, so that canonical texts stay readable. */
function encode(text: string): string {
  return text.replace(/[%@]|^\s+|\s+$/g, (found) => encodeURIComponent(found));
}

function decode(text: string, whole: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(whole, 'holds a "%" that is no escape');
  }
}

function looksLocal(text: string): boolean {
  if (/^(\.{1,2}|~)?[/\\]|^\.{1,2}$|^[a-z]:[/\\]|^file:/i.test(text)) return true;
  return /^[^\s:@<>=!~;,]*([/\\]|\.(py|mpy|json)$)/.test(text);
}

function parseLocal(path: string, text: string): LocalRequirement {
  if (!/^file:/i.test(path))
    return { type: "local", path: /^\.?[/\\]|^\.\.|^\.$|^[a-z]:|^~/i.test(path) ? path : `./${path}` };
  if (!URL.canParse(path)) throw invalid(text, "is not a file: address");
  const url = new URL(path);
  if (url.host !== "") throw invalid(text, "names a file on another machine");
  const local = decode(url.pathname, text).replace(/^\/([a-z]:)/i, "$1");
  if (/\p{Cc}|\s$/u.test(local)) throw invalid(text, "holds a control character, or ends with a blank");
  if (!/^([a-z]:)?\//i.test(local)) throw invalid(text, "is not a whole path");
  return { type: "local", path: local };
}

function parseNamed(text: string, original: string): Requirement {
  const match = /^([A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?)\s*(.*)$/.exec(text);
  const [, name = "", rest = ""] = match ?? [];
  if (match === null || /\.(py|mpy|json)$/.test(name)) throw invalid(original, "is not a requirement");
  if (/^@\s*(https?:|git\+https?:|github:|gitlab:|codeberg:)/.test(rest))
    return parseRequirement(rest.slice(1));
  return { type: "name", name, specifier: parseSpecifier(rest, original) };
}

function parseSpecifier(rest: string, original: string): NamedRequirement["specifier"] {
  if (rest === "") return "";
  if (rest.startsWith("@")) {
    const version = rest.slice(1).trim();
    const specifier = version === "" || version === "latest" ? "" : exactSpecifier(version);
    if (specifier === null) throw invalid(original, `names "${version}", which cannot be a version`);
    return specifier;
  }
  if (rest.startsWith("["))
    throw invalid(
      original,
      "has extras, which MicroPython packages do not have",
      "Leave out what is in [brackets].",
    );
  if (rest.includes(";"))
    throw invalid(
      original,
      "has an environment marker, which is not supported",
      'Leave out what is behind the ";".',
    );
  if (rest.startsWith(":")) throw invalid(original, "has a prefix that is not known");
  const specifier = normalizeSpecifier(rest);
  if (specifier === null) throw invalid(original, `has "${clip(rest)}" where a version or range should be`);
  return specifier;
}

function invalid(text: string, problem: string, hint = `A requirement is ${forms}.`): UpyError {
  return new UpyError("invalid-requirement", `the requirement ${JSON.stringify(clip(text))} ${problem}`, {
    hint,
  });
}

function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
