// On a board, each question is a round trip; one call of this stage asks each once.

import type { Environment } from "../environment.js";
import type { Target } from "../targets/target.js";
import { rememberFiles } from "./remembered-files.js";

const remembering = new WeakSet<Target>();

/** The same target, which is asked once for what it is and holds. For one call, not longer: a board can change between two. */
export function rememberTarget(target: Target): Target {
  if (remembering.has(target)) return target;
  let known: Environment | undefined;
  const wrapped: Target = {
    name: target.name,
    fs: rememberFiles(target.fs),
    environment: async (options) => {
      options?.signal?.throwIfAborted();
      known ??= await target.environment(options);
      return known;
    },
  };
  remembering.add(wrapped);
  return wrapped;
}
