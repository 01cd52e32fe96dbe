// Constants of the parse tree as values: which nodes are constants, whether they are true, and their text in an .mpy file.

import {
  isSmallInt,
  isString,
  isToken,
  leafValue,
  isStruct,
  type Constant,
  type NodeRef,
  type ParseTree,
} from "@upykit/core/python";
import * as rules from "@upykit/core/python/rules";
import * as tokens from "@upykit/core/python/tokens";

/** The keywords and `...`, by their token. */
const SINGLETONS: ReadonlyMap<number, Constant> = new Map([
  [tokens.KW_NONE, { type: "none" }],
  [tokens.KW_FALSE, { type: "false" }],
  [tokens.KW_TRUE, { type: "true" }],
  [tokens.TOKEN_ELLIPSIS, { type: "ellipsis" }],
]);

/** The constant that a node is; undefined where it is none. Follows mp_parse_node_convert_to_obj(). */
export function constantOf(tree: ParseTree, node: NodeRef): Constant | undefined {
  if (isSmallInt(node)) return { type: "int", value: tree.smallIntValue(node) };
  if (isString(node)) return { type: "str", value: tree.names.bytes(leafValue(node)).slice() };
  if (isToken(node)) return SINGLETONS.get(leafValue(node));
  if (!isStruct(node)) return undefined;
  const kind = tree.kind(node);
  if (kind === rules.CONST_OBJECT) return tree.constant(node);
  return kind === rules.ATOM_PAREN && tree.child(node, 0) === 0 ? { type: "tuple", items: [] } : undefined;
}

/** Whether a node is a constant that is true or false in a condition; undefined where it is no constant. */
export function truthOf(tree: ParseTree, node: NodeRef): boolean | undefined {
  if (isSmallInt(node)) return tree.smallIntNumber(node) !== 0;
  if (isString(node)) return tree.names.length(leafValue(node)) > 0;
  if (!isToken(node) && !isStruct(node)) return undefined;
  const constant = constantOf(tree, node);
  return constant === undefined ? undefined : isTrue(constant);
}

function isTrue(constant: Constant): boolean {
  switch (constant.type) {
    case "int":
      return constant.value !== 0n;
    case "float":
      return constant.value !== 0;
    case "complex":
      return constant.imaginary !== 0;
    case "str":
    case "bytes":
      return constant.value.length > 0;
    case "tuple":
      return constant.items.length > 0;
    default:
      return constant.type === "true" || constant.type === "ellipsis";
  }
}
