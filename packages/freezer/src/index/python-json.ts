// JSON as Python's json.dump writes it: ASCII only. Maps keep their order, which objects with keys like "6" do not.

/** A value to write. */
export type PythonJson = string | number | readonly PythonJson[] | ReadonlyMap<string, PythonJson>;

/** JSON text as `json.dump(…, indent=2)` lays it out. */
export function formatPythonJson(value: PythonJson, depth = 0): string {
  if (typeof value === "string" || typeof value === "number") return asciiJson(value);
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((item: PythonJson) => formatPythonJson(item, depth + 1))
    : [...(value as ReadonlyMap<string, PythonJson>)].map(
        ([key, item]) => `${asciiJson(key)}: ${formatPythonJson(item, depth + 1)}`,
      );
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) return `${open}${close}`;
  const margin = `\n${"  ".repeat(depth + 1)}`;
  return `${open}${margin}${items.join(`,${margin}`)}\n${"  ".repeat(depth)}${close}`;
}

/** JSON text without any space, as `json.dump(…, separators=(",", ":"))` writes it. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
