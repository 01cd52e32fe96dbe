// Which nodes are constants that decide a condition in format 5. Follows mp_parse_node_is_const_false() of py/parse.c,
// MicroPython 1.18.

import { isSmallInt, isToken, leafValue, type NodeRef, type ParseTree } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as tokens from "@upykit/core/python/tokens";

/** mpy-cross's own small integers have 63 bits. */
const HOST_SMALL_INT_BITS = 63;

/** Whether mpy-cross has an integer as a small one, however few bits the board's have. */
export function fitsHost(value: bigint): boolean {
  return BigInt.asIntN(HOST_SMALL_INT_BITS, value) === value;
}

/** Whether a node is True, False or an integer that is true or false; undefined where it is none of them. */
export function truthOf5(tree: ParseTree, node: NodeRef): boolean | undefined {
  if (isSmallInt(node)) return tree.smallIntNumber(node) !== 0;
  if (isToken(node)) {
    const token = leafValue(node);
    return token === tokens.KW_TRUE ? true : token === tokens.KW_FALSE ? false : undefined;
  }
  if (!tree.isKind(node, rules.CONST_OBJECT)) return undefined;
  const constant = tree.constant(node);
  if (constant.type !== "int" || constant.big === true) return undefined;
  return fitsHost(constant.value) ? true : undefined;
}
