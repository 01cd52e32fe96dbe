// Lists: items with a separator between them, as the grammar has them everywhere. Follows py/grammar.h, MicroPython 1.28.

import { ParserBase } from "./parser-base.js";

/** Parses lists. */
export abstract class ListParser extends ParserBase {
  /** An item of the list with this rule; false where none starts at the token at hand. */
  protected abstract listItem(kind: number): boolean;

  protected require(found: boolean): void {
    if (!found) this.fail();
  }

  /** Pushes what an optional rule gave: nothing where it did not start here. */
  protected optional(found: boolean): void {
    if (!found) this.push(0);
  }

  /**
   * `item (separator item)*`: one item is left as it is, several become a node.
   * @returns false where no item starts here.
   */
  protected list(kind: number, separator: number): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.listItem(kind)) return false;
    if (lexer.kind !== separator) return true;
    let count = 1;
    do {
      lexer.next();
      this.require(this.listItem(kind));
      count++;
    } while (this.at(separator));
    this.reduce(kind, place, count);
    return true;
  }

  /** As {@link list}, with a separator allowed at the end, which makes a node of a single item. */
  protected listWithEnd(kind: number, separator: number): boolean {
    const { lexer } = this;
    const place = lexer.place;
    if (!this.listItem(kind)) return false;
    if (lexer.kind === separator) this.restOfList(kind, separator, place);
    return true;
  }

  /** What follows the first item of a list, from the separator on. */
  protected restOfList(kind: number, separator: number, place: number): void {
    const { lexer } = this;
    let count = 1;
    do {
      lexer.next();
      if (!this.listItem(kind)) break;
      count++;
    } while (this.at(separator));
    this.reduce(kind, place, count);
  }
}
