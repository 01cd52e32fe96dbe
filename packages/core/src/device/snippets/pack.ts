// Makes the readable Python of this folder small before it goes over the wire: no comments, one space per level, no
// spaces around operators. Knows just enough Python for that: strings stay as they are.

const STRING_OR_OPERATOR = /('(?:[^'\\]|\\.)*')| *([-+*/%<>=!&|^,:]+) */g;

/** Drops comment lines and empty lines, indents by one space instead of four, closes up around operators. */
export function pack(source: string): string {
  return source
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.trim().startsWith("#"))
    .map((line) => {
      const text = line.trim();
      const level = (line.length - line.trimStart().length) / 4;
      return " ".repeat(level) + text.replace(STRING_OR_OPERATOR, "$1$2");
    })
    .join("\n");
}
