// The names that bundles' files have: ID-VARIANT-TAG.zip and ID-TAG.json.
// Source: circuitpython-build-tools 2.x, scripts/build_bundles.py.

import type { BundleVariant } from "./bundle.js";

/** What the name of an archive tells. */
export interface BundleFileName {
  /** "adafruit-circuitpython-bundle" */
  readonly id: string;
  readonly variant: BundleVariant | "examples";
  readonly tag: string;
}

/** Reads a name, with ".zip" or without; null for one of another form. */
export function parseBundleName(name: string): BundleFileName | null {
  const match = /^(.+)-(?:(py|examples)|(\d{1,3})\.x-mpy)-([^/\\]+?)(?:\.zip)?$/i.exec(name);
  const [, id, word, major, tag] = match ?? [];
  if (id === undefined || tag === undefined) return null;
  if (major !== undefined) return { id, variant: Number(major), tag };
  return { id, variant: word?.toLowerCase() === "py" ? "py" : "examples", tag };
}

/** The name of an archive, without ".zip". */
export function formatBundleName({ id, variant, tag }: BundleFileName): string {
  return `${id}-${typeof variant === "number" ? `${variant}.x-mpy` : variant}-${tag}`;
}

/** The name of the index that belongs to archives. */
export function indexName(id: string, tag: string): string {
  return `${id}-${tag}.json`;
}

/** The last part of a path or URL, without query. */
export function lastSegment(place: string): string {
  const segment = /([^/\\]*)[/\\]*$/.exec(place.replace(/[?#].*$/s, ""))?.[1] ?? "";
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Orders tags: numbers in them by value ("20260101", "v1.10.0"), the rest as text. */
export function compareTags(a: string, b: string): number {
  const parts = (tag: string): string[] => tag.replace(/^v(?=\d)/, "").match(/\d+|\D+/g) ?? [];
  const [first, second] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(first.length, second.length); index++) {
    const [one = "", other = ""] = [first[index], second[index]];
    if (one === other) continue;
    const areNumbers = /^\d+$/.test(one) && /^\d+$/.test(other);
    if (areNumbers && BigInt(one) !== BigInt(other)) return BigInt(one) < BigInt(other) ? -1 : 1;
    if (!areNumbers) return one < other ? -1 : 1;
  }
  return 0;
}
