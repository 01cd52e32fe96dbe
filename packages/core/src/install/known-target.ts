// On a board, asking for the environment is a round trip; one call of this stage asks once.

import type { Environment } from "../environment.js";
import type { Target } from "../targets/target.js";

const remembering = new WeakSet<Target>();

/** The same target, which asks for its environment once. For one call, not longer: a board can change between two. */
export function rememberEnvironment(target: Target): Target {
  if (remembering.has(target)) return target;
  let known: Environment | undefined;
  const wrapped: Target = {
    name: target.name,
    fs: target.fs,
    environment: async (options) => {
      options?.signal?.throwIfAborted();
      known ??= await target.environment(options);
      return known;
    },
  };
  remembering.add(wrapped);
  return wrapped;
}
