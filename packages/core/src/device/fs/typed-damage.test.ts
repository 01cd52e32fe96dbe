// Source that is typed, on a board without raw paste: nobody checks on the way that all of it arrives.

import fc from "fast-check";
import { expect, test } from "vitest";
import { isUpyError } from "@upykit/core";
import type { Board } from "@upykit/core/device";
import { withBoard } from "../fixtures/with-board.js";

const content = new TextEncoder().encode("x = 1\n");
const kept = { path: "/keep.py", type: "file", size: content.length } as const;

/** What is asked, and the one right answer. */
const questions: Readonly<Record<string, readonly [(fs: Board["fs"]) => Promise<unknown>, unknown]>> = {
  readFile: [(fs) => fs.readFile("/keep.py"), content],
  readFiles: [(fs) => fs.readFiles(["/nope.py", "/keep.py"]), [null, content]],
  stat: [(fs) => fs.stat(["/keep.py", "/nope.py"]), [kept, null]],
  list: [(fs) => fs.list("/"), [kept]],
  walk: [(fs) => fs.walk("/"), [kept]],
  rename: [(fs) => fs.rename("/keep.py", "/keep.py").then(() => fs.list("/")), [kept]],
};

const wire = fc.record({
  type: fc.constantFrom("drop" as const, "corrupt" as const),
  direction: fc.constant("to-board" as const),
  at: fc.integer({ min: 0, max: 1200 }),
  length: fc.integer({ min: 1, max: 40 }),
  xor: fc.integer({ min: 1, max: 127 }),
});

test("whatever bytes of typed source are lost or changed: the answer is right, or it is an error", async () => {
  await withBoard(
    async ({ fs }, virtual) => {
      await fs.writeFile("/keep.py", content);
      const ask = async (name: string, fault: Parameters<typeof virtual.faults.inject>[0]): Promise<void> => {
        const [question, right] = questions[name] ?? [];
        virtual.faults.inject(fault);
        const answer = await question?.(fs).catch((error: unknown) => error);
        virtual.faults.clear();
        if (!isUpyError(answer, "protocol") && !isUpyError(answer, "no-response"))
          expect(answer).toEqual(right);
      };
      const asked = fc.asyncProperty(fc.constantFrom(...Object.keys(questions)), wire, ask);
      await fc.assert(asked, { numRuns: 200 });
    },
    {
      virtual: { conditions: { rawPaste: "unknown" } },
      connect: { timing: { answer: 150, idle: 500, attempt: 50, pause: 0 } },
    },
  );
}, 120_000);
