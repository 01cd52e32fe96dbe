import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256, sha256Sync } from "@upykit/core";

test("both ways of SHA-256 agree with OpenSSL, at every length around a block", () => {
  return fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (content) => {
      const expected = createHash("sha256").update(content).digest("hex");
      expect(sha256Sync(content)).toBe(expected);
      expect(await sha256(content)).toBe(expected);
    }),
    { numRuns: 400 },
  );
});
