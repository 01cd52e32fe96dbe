import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sha256, sha256Sync } from "@upykit/core/sha256";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Takes from this platform what a browser, or a page served without TLS, does not have. */
const platforms: readonly (readonly [name: string, prepare: () => void])[] = [
  ["Node", () => undefined],
  ["a browser", () => vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined)],
  [
    "a page without TLS",
    () => {
      vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
      vi.stubGlobal("crypto", {});
    },
  ],
];

describe.each(platforms)("on %s", (_, prepare) => {
  test("both ways of SHA-256 agree with OpenSSL, at every length around a block", async () => {
    prepare();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (content) => {
        const expected = createHash("sha256").update(content).digest("hex");
        expect(sha256Sync(content)).toBe(expected);
        expect(await sha256(content)).toBe(expected);
      }),
      { numRuns: 400 },
    );
  });
});
