// The stack machine under the grammar: results of rules are pushed, and a finished rule takes its children from the top.
// Folding constants is a matter of overriding `reduce`. Follows push_result_rule() of py/parse.c, MicroPython 1.28.

import type { Lexer } from "./lexer.js";
import { parseFloatToken, parseIntegerToken } from "./numbers.js";
import {
  identifierRef,
  stringRef,
  tokenRef,
  type ParseTree,
  type Constant,
  type NodeRef,
} from "./parse-tree.js";
import * as rule from "./rules.js";
import { enlarged } from "./scratch.js";
import { PythonSyntaxError } from "./syntax-error.js";
import * as token from "./tokens.js";

/** Strings of up to this many bytes become names ("qstrs"). */
const INTERN_LENGTH = 10;
/** How deep brackets, blocks and unary operators may nest. */
const MAX_DEPTH = 200;

/**
 * What the parser does with a source, besides parsing it.
 * @internal
 */
export interface ParserOptions {
  /** Bits of a small integer, sign included. */
  readonly smallIntBits: number;
  /** Leave a statement that is only a constant out, as `pass`: a doc string, most often. */
  readonly dropConstants: boolean;
  /** Give names and literals nodes of their own, so that their places are known. */
  readonly keepAtoms: boolean;
}

/** Tokens to a parse tree: what all rules share. */
export abstract class ParserBase {
  /** The results of rules not yet part of another. */
  protected stack: Int32Array<ArrayBuffer>;
  protected top = 0;
  private depth = 0;
  protected readonly smallest: bigint;
  /** True while the items at hand stand in parentheses, so that they can be a constant tuple. */
  protected inParentheses = false;

  constructor(
    protected readonly lexer: Lexer,
    protected readonly tree: ParseTree,
    protected readonly options: ParserOptions,
  ) {
    this.stack = tree.scratch.stack;
    this.smallest = -(1n << BigInt(options.smallIntBits - 1));
  }

  protected push(node: NodeRef): void {
    if (this.top === this.stack.length) this.growStack();
    this.stack[this.top++] = node;
  }

  protected pop(): NodeRef {
    return this.stack[--this.top] as number;
  }

  /** The result `distance` below the top. */
  protected peek(distance: number): NodeRef {
    return this.stack[this.top - 1 - distance] as number;
  }

  /** Takes the top `count` results as the children of a node, which becomes the top. */
  protected reduce(kind: number, place: number, count: number): void {
    const start = this.top - count;
    const node = this.tree.add(kind, place, this.stack, start, count);
    if (count === 0) this.push(node);
    else {
      this.stack[start] = node;
      this.top = start + 1;
    }
  }

  /** Pushes the token at hand as an identifier, and moves on. */
  protected takeName(): void {
    if (this.lexer.kind !== token.TOKEN_NAME) this.fail();
    if (this.lexer.nameTooLong) this.failName();
    this.push(identifierRef(this.lexer.name));
    this.lexer.next();
  }

  /** Pushes the token at hand as itself, and moves on. */
  protected takeToken(): void {
    this.push(tokenRef(this.lexer.kind));
    this.lexer.next();
  }

  /** Pushes the atom at hand: a name or literal. */
  protected takeAtom(): void {
    const place = this.lexer.place;
    this.push(this.atom(place));
    if (this.options.keepAtoms) this.reduce(rule.ATOM, place, 1);
    this.lexer.next();
  }

  private atom(place: number): NodeRef {
    const { lexer } = this;
    switch (lexer.kind) {
      case token.TOKEN_NAME:
        if (lexer.nameTooLong) this.failName();
        return this.identifier(lexer.name);
      case token.TOKEN_INTEGER:
        return this.integer(parseIntegerToken(lexer), place);
      case token.TOKEN_FLOAT_OR_IMAG:
        return this.tree.addConstant(place, this.number());
      case token.TOKEN_STRING:
        return this.string(place);
      case token.TOKEN_BYTES:
        return this.bytes(place);
      default:
        return tokenRef(lexer.kind);
    }
  }

  /** What the name at hand stands for: itself, where nothing else is known. */
  protected identifier(name: number): NodeRef {
    return identifierRef(name);
  }

  /** A leaf where it fits a small integer, else a constant. */
  protected integer(value: bigint | number, place: number): NodeRef {
    if (typeof value === "number" && value < 0x4000_0000 && value >= -0x4000_0000) {
      if (this.options.smallIntBits >= 31) return this.tree.smallInt(value);
    }
    const big = BigInt(value);
    if (big >= this.smallest && big < -this.smallest) return this.tree.smallInt(big);
    return this.tree.addConstant(place, { type: "int", value: big });
  }

  /** The value of a float or imaginary literal. */
  protected number(): Constant {
    return parseFloatToken(this.lexer);
  }

  protected bytes(place: number): NodeRef {
    return this.tree.addText(place, "bytes", this.lexer.text);
  }

  private string(place: number): NodeRef {
    const { text, names } = this.lexer;
    const name =
      text.length <= INTERN_LENGTH
        ? names.intern(text.bytes, 0, text.length)
        : names.find(text.bytes, 0, text.length);
    if (name !== 0) return stringRef(name);
    return this.tree.addText(place, "str", text);
  }

  protected at(kind: number): boolean {
    return this.lexer.kind === kind;
  }

  protected expect(kind: number): void {
    if (this.lexer.kind !== kind) this.fail();
    this.lexer.next();
  }

  /** One level deeper; too deep is an error, not a crash. */
  protected enter(): void {
    if (++this.depth > MAX_DEPTH) {
      throw new PythonSyntaxError("too deeply nested", {
        line: this.lexer.tokenLine,
        column: this.lexer.tokenColumn,
        hint: `At most ${MAX_DEPTH} levels of brackets, blocks and operators can be parsed.`,
      });
    }
  }

  protected leave(): void {
    this.depth--;
  }

  private failName(): never {
    const { tokenLine: line, tokenColumn: column } = this.lexer;
    throw new PythonSyntaxError("name too long", { type: "RuntimeError", line, column });
  }

  /** The error of a token that no rule takes. */
  protected fail(): never {
    const { kind, tokenLine: line, tokenColumn: column } = this.lexer;
    if (kind === token.TOKEN_INDENT) {
      throw new PythonSyntaxError("unexpected indent", { type: "IndentationError", line, column });
    }
    if (kind === token.TOKEN_DEDENT_MISMATCH) {
      const message = "unindent doesn't match any outer indent level";
      throw new PythonSyntaxError(message, { type: "IndentationError", line, column });
    }
    const malformed = kind === token.TOKEN_MALFORMED_FSTRING;
    throw new PythonSyntaxError(malformed ? "malformed f-string" : "invalid syntax", { line, column });
  }

  private growStack(): void {
    this.stack = this.tree.scratch.stack = enlarged(this.stack);
  }
}
