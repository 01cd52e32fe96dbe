// JSON from outside: bytes to value, with the line and column of what is wrong, which JSON.parse tells in no fixed way.
// Grammar: RFC 8259.

import { UpyError } from "../errors.js";

/**
 * The value of a JSON text. A byte order mark is skipped. `what` ("package.json of github:org/repo") starts the message.
 * @throws `invalid-package` with line and column
 */
export function parseJson(input: string | Uint8Array, what: string): unknown {
  const text = (typeof input === "string" ? input : decodeText(input, what)).replace(/^\ufeff/, "");
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (/^\s*</.test(text)) {
      throw new UpyError("invalid-package", `${what} is a web page or XML, not JSON`, {
        hint: "Use the address of the raw file.",
        cause,
      });
    }
    throw new UpyError("invalid-package", `${what} is not JSON: ${describeProblem(text)}`, {
      hint: "Tell the author of the package.",
      cause,
    });
  }
}

function describeProblem(text: string): string {
  if (text.length > 1_000_000) return "the text is too long to say where";
  const { offset, problem } = findJsonProblem(text);
  return `${positionOf(text, offset)}: ${problem}`;
}

function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UpyError("invalid-package", `${what} is not UTF-8 text`, { cause });
  }
}

function positionOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

interface Problem {
  readonly offset: number;
  readonly problem: string;
}

/** One token and the blanks before it. Strings are matched as far as they are well-formed. */
const token =
  /[ \t\r\n]*(?:([[\]{},:])|("(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b))/uy;

/** Where a text that JSON.parse refused goes wrong, and how. Without recursion: the text may be nested however deep. */
function findJsonProblem(text: string): Problem {
  const open: string[] = [];
  let want: "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end" = "value";
  token.lastIndex = 0;
  for (let offset = 0; ;) {
    token.lastIndex = offset;
    const match = token.exec(text);
    if (match === null) return unreadable(text, offset, open.length > 0 || want === "value");
    const mark = match[1] ?? "";
    const start = token.lastIndex - match[0].trimStart().length;
    const closing = mark !== "" && mark === closerOf(open.at(-1));
    if (closing && want !== "colon") {
      if (want === "value" || want === "key")
        return { offset: start, problem: `a comma before "${mark}" that nothing follows` };
      open.pop();
      want = "comma-or-end";
    } else if (want === "colon" || want === "comma-or-end") {
      if (open.length === 0) return { offset: start, problem: "more text behind the end" };
      if (want === "colon" && mark !== ":") return { offset: start, problem: 'a ":" is missing' };
      if (want === "comma-or-end" && mark !== ",")
        return { offset: start, problem: 'a "," is missing before this' };
      want = want === "colon" || open.at(-1) === "[" ? "value" : "key";
    } else if (want === "key" || want === "key-or-end") {
      if (match[2] === undefined) return { offset: start, problem: "a name in double quotes is missing" };
      want = "colon";
    } else if (mark === "[" || mark === "{") {
      open.push(mark);
      want = mark === "[" ? "value-or-end" : "key-or-end";
    } else if (mark !== "") {
      return { offset: start, problem: `a value is missing before "${mark}"` };
    } else want = "comma-or-end";
    offset = token.lastIndex;
  }
}

function closerOf(opener: string | undefined): string {
  return opener === "[" ? "]" : opener === "{" ? "}" : "";
}

function unreadable(text: string, from: number, unfinished: boolean): Problem {
  const blanks = /[ \t\r\n]*/y;
  blanks.lastIndex = from;
  const offset = from + (blanks.exec(text)?.[0].length ?? 0);
  const rest = text.slice(offset, offset + 20);
  if (rest === "")
    return { offset, problem: unfinished ? "the text ends in the middle" : "nobody can tell what is wrong" };
  if (rest.startsWith('"'))
    return { offset, problem: "a string without an end, or with a line break or bad escape in it" };
  if (rest.startsWith("'")) return { offset, problem: "a string in single quotes; JSON wants double ones" };
  if (/^(\/\/|\/\*|#)/.test(rest)) return { offset, problem: "a comment, which JSON does not have" };
  return { offset, problem: `${JSON.stringify(/^\S*/.exec(rest)?.[0] ?? rest)} is no JSON` };
}
