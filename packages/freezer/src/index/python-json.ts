// JSON as Python's json.dump writes it: ASCII only. Maps keep their order, which objects with keys like "6" do not.

/** A value to write. */
export type PythonJson = string | number | readonly PythonJson[] | ReadonlyMap<string, PythonJson>;

/** JSON text; with `indent`, as `json.dump(…, indent=2)` lays it out, else without any space. */
export function formatPythonJson(value: PythonJson, indent: boolean, depth = 0): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return String(value);
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((item: PythonJson) => formatPythonJson(item, indent, depth + 1))
    : [...(value as ReadonlyMap<string, PythonJson>)].map(([key, item]) => {
        return `${quote(key)}:${indent ? " " : ""}${formatPythonJson(item, indent, depth + 1)}`;
      });
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (!indent || items.length === 0) return `${open}${items.join(",")}${close}`;
  const margin = `\n${"  ".repeat(depth + 1)}`;
  return `${open}${margin}${items.join(`,${margin}`)}\n${"  ".repeat(depth)}${close}`;
}

/** Texts that stand in JSON as they are: nearly all. */
const plainText = /^[ !#-[\]-~]*$/;

function quote(text: string): string {
  if (plainText.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
