// Programs that nobody thought of: generated from the grammar, compiled here and by mpy-cross 1.19.1 (WebAssembly), within
// what both versions make the same code of. See docs/compiler.md for what they do not.

import { readMpy, writeMpy } from "@upykit/core/mpy";
import { compile } from "@upykit/compiler";
import fc from "fast-check";
import { expect, test } from "vitest";
import { oldMpyCross } from "./old-mpy-cross.js";
import { block } from "./random-programs.js";

const compileOld = oldMpyCross(6);

test("generated programs compile to what mpy-cross 1.19.1 makes of them", { timeout: 120_000 }, async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(block, async (lines) => {
      const source = `${lines.join("\n")}\n`;
      const old = await compileOld(source);
      if (old.mpy === undefined) {
        expect(() => compile(source, { filename: "generated.py" })).toThrow();
        return;
      }
      compared++;
      const { mpy } = compile(source, { filename: "generated.py" });
      expect(Buffer.from(mpy).toString("hex")).toBe(Buffer.from(old.mpy).toString("hex"));
    }),
    { numRuns: Number(process.env["UPYKIT_GENERATED"] ?? 300) },
  );
  expect(compared).toBeGreaterThan(0);
});

test("what is written can be read, and written again", () => {
  fc.assert(
    fc.property(block, fc.constantFrom("micropython", "circuitpython"), (lines, target) => {
      const { mpy, file } = compile(`${lines.join("\n")}\n`, { filename: "generated.py", target });
      expect(readMpy(mpy)).toEqual(file);
      expect(writeMpy(readMpy(mpy))).toEqual(mpy);
    }),
  );
});
