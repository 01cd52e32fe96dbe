// Texts from files of a project: UTF-8, TOML, and the INI of setup.cfg.

import { parse, type TomlTable } from "smol-toml";
import { UpyError } from "../errors.js";

/** Text of UTF-8 bytes. @throws `invalid-package` */
export function decode(content: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (cause) {
    throw new UpyError("invalid-package", `${what} is not UTF-8 text`, { cause });
  }
}

/** A TOML document. @throws `invalid-package` with the line */
export function parseToml(text: string, what: string): TomlTable {
  try {
    return parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "";
    const line = cause instanceof Error && "line" in cause ? `, line ${String(cause.line)}` : "";
    throw new UpyError("invalid-package", `${what}${line}: ${message}`, { cause });
  }
}

/** The sections of an INI file as Python's configparser reads it: keys in lower case, indented lines go on with a value. @throws `invalid-package` */
export function parseIni(text: string, what: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | null = null;
  let key: string | null = null;
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (line.trim() === "" || /^\s*[#;]/.test(line)) continue;
    const heading = /^\[([^\]]+)\]/.exec(line)?.[1];
    const [, name = "", value = ""] = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (/^\s/.test(line) && section !== null && key !== null) {
      section.set(key, `${section.get(key) ?? ""}\n${line.trim()}`);
    } else if (heading !== undefined) {
      section = sections.get(heading) ?? new Map<string, string>();
      sections.set(heading, section);
      key = null;
    } else if (section !== null && name !== "") {
      key = name.toLowerCase().replaceAll("-", "_");
      section.set(key, value);
    } else throw new UpyError("invalid-package", `${what}, line ${index + 1}: neither a section nor a value`);
  }
  return sections;
}

/** The items of a value of setup.cfg: one a line, or between commas. */
export function listOf(value: string | undefined): string[] {
  const text = value ?? "";
  return (text.includes("\n") ? text.split("\n") : text.split(","))
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
