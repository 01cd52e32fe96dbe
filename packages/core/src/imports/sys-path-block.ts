// The lines that set sys.path, in a marked block at the start of a program. They come and go without touching a byte of
// what the user wrote. The block leaves no names behind, so that the program sees no difference.

import { UpyError } from "../errors.js";

const begin = "# >>> upykit: sys.path";
const end = "# <<< upykit";
const endOfOwnFile = `${end} (this file was made for it)`;
const bom = "\xef\xbb\xbf";

/** A program with the block in it. */
export function withSysPath(program: Uint8Array | null, sysPath: readonly string[]): Uint8Array {
  const text = program === null ? "" : withoutBlock(toText(program)).text;
  const isOwn = program === null || withoutBlock(toText(program)).isOwn;
  const newline = /\r\n/u.test(text) ? "\r\n" : "\n";
  const statement = `__import__('sys').path[:] = [${sysPath.map(literal).join(", ")}]`;
  const block = [begin, statement, isOwn ? endOfOwnFile : end, ""].join(newline);
  return toBytes(text.startsWith(bom) ? bom + block + text.slice(bom.length) : block + text);
}

/**
 * The program without the block; null when the file was made for the block and has nothing else in it.
 * @throws `conflict` when the block has a beginning and no end
 */
export function withoutSysPath(program: Uint8Array): Uint8Array | null {
  const { text, isOwn } = withoutBlock(toText(program));
  return isOwn && text === "" ? null : toBytes(text);
}

function withoutBlock(text: string): { readonly text: string; readonly isOwn: boolean } {
  const start = lineStart(text, begin, 0);
  if (start < 0) return { text, isOwn: false };
  const last = lineStart(text, end, start);
  if (last < 0) {
    throw new UpyError(
      "conflict",
      `The block that sets sys.path has no end: a line that starts with "${end}".`,
      {
        hint: `Remove the lines from "${begin}" on that belong to it.`,
      },
    );
  }
  const newline = text.indexOf("\n", last);
  const line = text.slice(last, newline < 0 ? undefined : newline).trimEnd();
  return {
    text: text.slice(0, start) + (newline < 0 ? "" : text.slice(newline + 1)),
    isOwn: line === endOfOwnFile,
  };
}

/** Where the first line that starts with a marker begins; -1 where there is none. */
function lineStart(text: string, marker: string, from: number): number {
  for (let at = text.indexOf(marker, from); at >= 0; at = text.indexOf(marker, at + 1)) {
    const before = text.slice(0, at);
    if (before === "" || before === bom || before.endsWith("\n")) return at;
  }
  return -1;
}

/** Ascii only, so that it means the same whatever the program's encoding. */
function literal(entry: string): string {
  const escaped = entry.replaceAll(/[\\']/gu, "\\$&");
  return `'${escaped.replaceAll(/[^ -~]/gu, (letter) => `\\U${(letter.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`)}'`;
}

/** One character for each byte: no byte is lost, whatever the encoding. */
function toText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function toBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
