// Maps in the order of their keys. Keys are sorted, not entries: entries are compared by our code or as texts made of them.

/** The same entries, by key, in the order of UTF-16 units. */
export function sortedByKey<T>(map: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...map.keys()].sort().map((key) => [key, map.get(key) as T]));
}
