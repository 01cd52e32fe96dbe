// Which nodes are constants that decide a condition in format 5. Follows mp_parse_node_is_const_false() of py/parse.c,
// MicroPython 1.18.

import { isSmallInt, isToken, leafValue, type NodeRef, type ParseTree } from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as tokens from "@upykit/core/python/tokens";

const HOST_SMALL_INT_BITS = 63;

/** Whether a node is True, False or an integer that is true or false; undefined where it is none of them. */
export function truthOf5(tree: ParseTree, node: NodeRef): boolean | undefined {
  if (isSmallInt(node)) return tree.smallIntNumber(node) !== 0;
  if (isToken(node)) {
    const token = leafValue(node);
    return token === tokens.KW_TRUE ? true : token === tokens.KW_FALSE ? false : undefined;
  }
  if (!tree.isKind(node, rules.CONST_OBJECT)) return undefined;
  const constant = tree.constant(node);
  if (constant.type !== "int") return undefined;
  return BigInt.asIntN(HOST_SMALL_INT_BITS, constant.value) === constant.value ? true : undefined;
}
