// Generators of a manifest: they run from one value that they yield to the next.

import { valueError } from "../value/exceptions.js";
import { exhausted, Yielded, type PyIterator, type Run, type Value } from "../value/values.js";

/** What runs a generator function of the manifest up to the next value it yields. */
export function yielding(body: Run<unknown>): PyIterator["next"] {
  let runs = false;
  return function* () {
    if (runs) throw valueError("generator already executing");
    runs = true;
    try {
      return yield* nextYielded(body);
    } finally {
      runs = false;
    }
  };
}

function* nextYielded(body: Run<unknown>): Run<Value | typeof exhausted> {
  let step = body.next();
  while (step.done !== true) {
    const pause = step.value;
    if (pause instanceof Yielded) return pause.value;
    let answer: unknown;
    try {
      answer = yield pause;
    } catch (error) {
      step = body.throw(error);
      continue;
    }
    step = body.next(answer);
  }
  return exhausted;
}
