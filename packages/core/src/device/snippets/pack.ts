// Makes the readable Python of this folder small before it goes over the wire: no comments, one space per level.

/** Drops comment lines and empty lines, and indents by one space instead of four. */
export function pack(source: string): string {
  return source
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.trim().startsWith("#"))
    .map((line) => {
      const text = line.trimStart();
      return " ".repeat((line.length - text.length) / 4) + text;
    })
    .join("\n");
}
