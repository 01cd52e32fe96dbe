// A cache that lasts as long as the value that holds it.

import type { ContentCache } from "./download.js";

/** Keeps contents in memory; give the same one to `resolve` and to `applyPlan`, and nothing is downloaded twice. */
export function createMemoryCache(): ContentCache {
  const entries = new Map<string, Uint8Array>();
  return {
    get: (key) => Promise.resolve(entries.get(key)),
    set: (key, content) => {
      entries.set(key, content);
      return Promise.resolve();
    },
  };
}
