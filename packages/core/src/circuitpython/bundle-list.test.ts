// The list of bundles somebody uses.

import {
  addBundle,
  bundleAssetUrl,
  type BundleReference,
  formatBundleList,
  formatBundleReference,
  officialBundles,
  parseBundleList,
  parseBundleReference,
  pinBundle,
  removeBundle,
} from "@upykit/core/circuitpython";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("a reference", () => {
  test.each([
    ["user/repo", "user/repo", null],
    [" user/Repo_x.y ", "user/Repo_x.y", null],
    ["user/repo@20260101", "user/repo", "20260101"],
    ["https://github.com/user/repo", "user/repo", null],
    ["https://github.com/user/repo.git", "user/repo", null],
    ["http://www.github.com/user/repo/", "user/repo", null],
    ["github.com/user/repo/releases", "user/repo", null],
    ["https://github.com/user/repo/releases/tag/v1.2", "user/repo", "v1.2"],
    ["https://github.com/user/repo/releases/download/20260101/x-py-20260101.zip", "user/repo", "20260101"],
    ["https://github.com/user/repo/tree/main#readme", "user/repo", null],
  ])("%s", (text, repository, tag) => {
    const reference = parseBundleReference(text);
    expect(reference).toEqual({ repository, tag });
    expect(parseBundleReference(formatBundleReference(reference))).toEqual(reference);
  });

  test.each([
    "",
    "repo",
    "user/",
    "/repo",
    "user/..",
    "user/re po",
    "a/b/c",
    "-u/repo",
    "user/repo@../x",
    "user/repo@",
  ])("%j is none", (text) => {
    expect(() => parseBundleReference(text)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }) as Error,
    );
  });

  test("any text is read or refused", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.webUrl(), fc.stringMatching(/^https:\/\/github\.com\/.*$/)),
        (text) => {
          try {
            const reference = parseBundleReference(text);
            expect(parseBundleReference(formatBundleReference(reference))).toEqual(reference);
          } catch (error) {
            expect(error).toMatchObject({ code: "invalid-argument" });
          }
        },
      ),
    );
  });
});

describe("the list", () => {
  test("takes one more, in front or behind, and each once", () => {
    const list = addBundle(officialBundles, "me/my_bundle");
    expect(list.map((one) => one.repository)).toEqual([
      "me/my_bundle",
      "adafruit/Adafruit_CircuitPython_Bundle",
      "adafruit/CircuitPython_Community_Bundle",
    ]);
    expect(addBundle(list, "x/y", { position: "last" }).at(-1)).toEqual({ repository: "x/y", tag: null });
    expect(() => addBundle(list, "ME/My_Bundle@1")).toThrow(/already/);
    expect(officialBundles).toHaveLength(2);
  });

  test("loses one, and pins one, by repository or id", () => {
    const pinned = pinBundle(officialBundles, "adafruit-circuitpython-bundle", "20260101");
    expect(pinned[0]).toEqual({ repository: "adafruit/Adafruit_CircuitPython_Bundle", tag: "20260101" });
    expect(pinBundle(pinned, "https://github.com/adafruit/adafruit_circuitpython_bundle", null)).toEqual(
      officialBundles,
    );
    expect(removeBundle(pinned, "adafruit/CircuitPython_Community_Bundle")).toEqual([pinned[0]]);
    expect(() => removeBundle(pinned, "x/y")).toThrow(
      expect.objectContaining({ code: "not-found" }) as Error,
    );
    expect(() => pinBundle(pinned, "adafruit-circuitpython-bundle", "../x")).toThrow(/names no bundle/);
  });

  test("is stored and read back", () => {
    const list: readonly BundleReference[] = pinBundle(
      addBundle(officialBundles, "me/my_bundle"),
      "me/my_bundle",
      "v2",
    );
    expect(parseBundleList(formatBundleList(list))).toEqual(list);
    for (const text of ["", "{}", "[]", '{"version":1,"bundles":[{"repository":"x","tag":null}]}']) {
      expect(() => parseBundleList(text)).toThrow(
        expect.objectContaining({ code: "invalid-argument" }) as Error,
      );
    }
    const twice = { version: 1, bundles: [...officialBundles, ...officialBundles] };
    expect(() => parseBundleList(JSON.stringify(twice))).toThrow(/already/);
  });

  test("knows where the files of a release are", () => {
    const release = { repository: "adafruit/Adafruit_CircuitPython_Bundle", tag: "20260101" };
    const folder = "https://github.com/adafruit/Adafruit_CircuitPython_Bundle/releases/download/20260101";
    expect(bundleAssetUrl(release, 10)).toBe(`${folder}/adafruit-circuitpython-bundle-10.x-mpy-20260101.zip`);
    expect(bundleAssetUrl(release, "py")).toBe(`${folder}/adafruit-circuitpython-bundle-py-20260101.zip`);
    expect(bundleAssetUrl(release, "json")).toBe(`${folder}/adafruit-circuitpython-bundle-20260101.json`);
  });
});
