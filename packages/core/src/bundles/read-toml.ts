// What a library's pyproject.toml says, as far as it can be read: a bundle is not refused for a file that it can do without.

import type { TomlTable, TomlValue } from "smol-toml";

/** The value at a path of keys; undefined where there is none, or the text is no TOML. */
export async function readToml(text: string, ...keys: readonly string[]): Promise<TomlValue | undefined> {
  if (text === "") return undefined;
  // Loaded when there is such a file: bundles that come with a JSON have no need of it.
  const { parse } = await import("smol-toml");
  let value: TomlValue | undefined;
  try {
    value = parse(text);
  } catch {
    return undefined;
  }
  for (const key of keys) value = isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);
}
