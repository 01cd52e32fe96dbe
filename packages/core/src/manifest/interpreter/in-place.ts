// `left operator= right`: what can change does so where it is, and all who have it see that.

import { updateDict } from "../builtins/mapping-methods.js";
import { toItems } from "../value/iterate.js";
import type { Runtime } from "../value/runtime.js";
import { PyDict, PyList, PySet, type Run, type Value } from "../value/values.js";
import { binary } from "./operators.js";

/** What `left` is after `left operator= right`. @throws Raised TypeError */
export function* inPlace(rt: Runtime, operator: string, left: Value, right: Value): Run<Value> {
  if (operator === "+" && left instanceof PyList) {
    const items = yield* toItems(rt.meter, right);
    rt.meter.size(left.items.length + items.length);
    for (const item of items) left.items.push(item);
    return left;
  }
  if (operator === "|" && left instanceof PyDict) {
    yield* updateDict(rt, left, { positional: [right], keywords: new Map() });
    return left;
  }
  return replaced(left, binary(rt, operator, left, right));
}

/** `left` with the result in it where it can change, else the result. */
function replaced(left: Value, result: Value): Value {
  if (left instanceof PyList && result instanceof PyList) {
    left.items.length = 0;
    for (const item of result.items) left.items.push(item);
    return left;
  }
  if (!(left instanceof PySet && result instanceof PySet) || left.frozen) return result;
  left.entries.clear();
  for (const [hash, item] of result.entries) left.entries.set(hash, item);
  return left;
}
