// Source text to a syntax tree or to tokens: the entry of this room for those who are no compiler.

import type { Module } from "./ast.js";
import { buildModule } from "./build-module.js";
import { Lexer } from "./lexer.js";
import { NameTable } from "./name-table.js";
import { Parser } from "./parser.js";
import { ParseTree } from "./parse-tree.js";
import { LARGEST_KEPT, Scratch } from "./scratch.js";
import { PythonSyntaxError } from "./syntax-error.js";
import { bytesToText, textToBytes } from "./text.js";
import * as token from "./tokens.js";

/** What {@link parse} takes besides the source. */
export interface ParseOptions {
  /** Named in errors. */
  readonly filename?: string;
}

/** What a source is parsed in; nothing of it is left in the syntax tree. */
interface Memory {
  readonly scratch: Scratch;
  readonly names: NameTable;
}

let kept: Memory | undefined;

function newMemory(): Memory {
  return { scratch: new Scratch(), names: new NameTable() };
}

/**
 * Parses Python as MicroPython 1.28 does (f-strings become calls of `format`, there is no `match`).
 * @throws PythonSyntaxError (code `syntax-error`) with the line and message that MicroPython gives.
 */
export function parse(source: string | Uint8Array, options: ParseOptions = {}): Module {
  const bytes = typeof source === "string" ? textToBytes(source) : source;
  const { scratch, names } = bytes.length > LARGEST_KEPT ? newMemory() : (kept ??= newMemory());
  names.reset();
  try {
    const lexer = new Lexer(bytes, names, { debug: true, templateStrings: true }, scratch);
    const tree = new ParseTree(names, scratch);
    new Parser(lexer, tree, { smallIntBits: 31, dropConstants: false, keepAtoms: true }).parseFile();
    return buildModule(tree);
  } catch (error) {
    if (!(error instanceof PythonSyntaxError) || options.filename === undefined) throw error;
    const { line, column, type, hint } = error;
    throw new PythonSyntaxError(error.message, {
      line,
      column,
      type,
      filename: options.filename,
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** A token, as {@link tokenize} gives it. */
export interface Token {
  readonly type:
    | "end"
    | "newline"
    | "indent"
    | "dedent"
    | "name"
    | "keyword"
    | "integer"
    | "float"
    | "string"
    | "bytes"
    | "operator"
    | "error";
  /** The name, keyword, operator or number; the value of a string literal. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** Bytes of the line's UTF-8, from 1. */
  readonly column: number;
}

/** The tokens of a source, as MicroPython's parser sees them: adjacent strings are one, f-strings are calls. */
export function* tokenize(source: string | Uint8Array): Generator<Token, void, undefined> {
  const bytes = typeof source === "string" ? textToBytes(source) : source;
  const lexer = new Lexer(bytes, new NameTable(), { debug: true, templateStrings: true });
  for (;;) {
    yield { ...describe(lexer), line: lexer.tokenLine, column: lexer.tokenColumn };
    if (lexer.kind === token.TOKEN_END) return;
    lexer.next();
  }
}

const PLAIN_TYPES: Readonly<Record<number, Token["type"]>> = {
  [token.TOKEN_END]: "end",
  [token.TOKEN_NEWLINE]: "newline",
  [token.TOKEN_INDENT]: "indent",
  [token.TOKEN_DEDENT]: "dedent",
  [token.TOKEN_INTEGER]: "integer",
  [token.TOKEN_FLOAT_OR_IMAG]: "float",
  [token.TOKEN_STRING]: "string",
  [token.TOKEN_BYTES]: "bytes",
};

function describe(lexer: Lexer): { type: Token["type"]; text: string } {
  const { kind } = lexer;
  if (kind === token.TOKEN_NAME) return { type: "name", text: lexer.names.text(lexer.name) };
  if (kind === token.TOKEN_ELLIPSIS) return { type: "operator", text: "..." };
  if (kind >= token.OP_ASSIGN)
    return { type: "operator", text: token.OPERATORS[kind - token.OP_ASSIGN] ?? "" };
  if (kind >= token.KW_FALSE) return { type: "keyword", text: token.KEYWORDS[kind - token.KW_FALSE] ?? "" };
  const type = PLAIN_TYPES[kind] ?? "error";
  const hasText = type === "integer" || type === "float" || type === "string" || type === "bytes";
  return { type, text: hasText ? bytesToText(lexer.text.slice()) : "" };
}
