// The list of bundles somebody uses.

import {
  addBundle,
  type BundleReference,
  formatBundleList,
  formatBundleReference,
  officialBundles,
  openBundles,
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

  test("is opened in its order, from the releases on GitHub", async () => {
    const list = parseBundleList(
      formatBundleList(pinBundle(officialBundles, "adafruit-circuitpython-bundle", "20250101")),
    );
    const asked: string[] = [];
    const index = (name: string) => ({
      [name]: { dependencies: [], package: false, path: `lib/${name}`, version: "1.0.0" },
    });
    const answer = (url: string): Response => {
      if (url.endsWith("CircuitPython_Community_Bundle/releases/latest"))
        return new Response(null, { status: 404 });
      return url.endsWith("/20250101/adafruit-circuitpython-bundle-20250101.json")
        ? Response.json(index("neopixel"))
        : new Response(null, { status: 404 });
    };
    const warnings: string[] = [];
    const bundles = await openBundles(list, {
      fetch: (input) => {
        const url = input instanceof Request ? input.url : String(input);
        asked.push(url);
        return Promise.resolve(answer(url));
      },
      onWarning: (warning) => warnings.push(warning.type),
    });
    expect(bundles).toMatchObject([{ id: "adafruit-circuitpython-bundle", tag: "20250101" }]);
    expect(warnings).toEqual(["bundle-unavailable"]);
    expect(asked.every((url) => url.startsWith("https://github.com/adafruit/"))).toBe(true);
  });
});
