// Whatever answers at the address, the calls end, with a result or with one of upykit's errors.

import fc from "fast-check";
import { isUpyError } from "@upykit/core";
import { webWorkflow } from "@upykit/core/circuitpython";
import { expect, test } from "vitest";

const version =
  '{"web_api_version": 4, "version": "9.2.8", "board_name": "b", "mcu_name": "m", "board_id": "i"}';
const listing =
  '{"free": 10, "total": 20, "block_size": 512, "writable": true, "files": [{"name": "a", "directory": false, "modified_ns": 0, "file_size": 1}]}';

const answers = fc.record({
  status: fc.constantFrom(
    200,
    200,
    200,
    201,
    204,
    400,
    401,
    403,
    404,
    409,
    412,
    413,
    417,
    418,
    500,
    501,
    503,
  ),
  body: fc.oneof(
    fc.constantFrom(
      version,
      listing,
      "[]",
      "{}",
      "",
      "null",
      '[{"name": "../x", "directory": true, "file_size": 0}]',
    ),
    fc.json(),
    fc.string({ unit: "binary" }),
    fc.tuple(fc.constantFrom(version, listing), fc.nat(200)).map(([text, length]) => text.slice(0, length)),
  ),
});

test("a board that answers anything", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(answers, { maxLength: 12 }), fc.boolean(), async (list, isBoard) => {
      const queue = isBoard
        ? [{ status: 200, body: version }, { status: 200, body: listing }, ...list]
        : [...list];
      const fetch = () => {
        const next = queue.shift();
        if (next === undefined) return Promise.reject(new TypeError("fetch failed"));
        const hasBody = next.status !== 204;
        return Promise.resolve(new Response(hasBody ? next.body : null, { status: next.status }));
      };
      const seen: string[] = [];
      try {
        const target = await webWorkflow("board.local", {
          password: "x",
          fetch,
          sleep: () => Promise.resolve(),
        });
        for (const entry of await target.fs.walk("/")) seen.push(entry.path);
        await target.fs.space("/");
        await target.fs.writeFiles([{ path: "/d/a", content: new Uint8Array([1]) }]);
        await target.fs.change([
          { type: "rename", from: "/a", to: "/b" },
          { type: "rmdir", path: "/d" },
        ]);
      } catch (error) {
        if (!isUpyError(error)) throw error;
      }
      for (const path of seen) expect(path).not.toMatch(/\/\.\.?(\/|$)/u);
    }),
    { numRuns: 300 },
  );
});
