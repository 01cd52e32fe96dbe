import { UpyError } from "@upykit/core";
import { formatHexDump, readMpy } from "@upykit/core/mpy";
import { type FreezeFile, freezeToC, mergeMpy } from "@upykit/freezer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { golden, mpyFixture } from "../fixtures/golden.js";
import { smallCode, smallMpy } from "../fixtures/small-mpy.js";

/** UPYKIT_HOSTILE=100000 for the long run. */
const runs = Number(process.env["UPYKIT_HOSTILE"] ?? 2000);
const originals = [
  golden("expected/mpy/greenhouse/sensors.mpy"),
  golden("expected/mpy/tables.mpy"),
  mpyFixture("native-armv6m.mpy"),
  mpyFixture("special.mpy"),
];
const allowed = ["invalid-mpy", "incompatible-mpy", "invalid-path", "conflict", "unsupported"];

/** True when the call throws a UpyError that damage explains; any other error fails the test. */
function isRefused(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (error) {
    if (error instanceof UpyError && allowed.includes(error.code)) return true;
    throw error;
  }
}

describe("damaged .mpy files", () => {
  it("are frozen and merged, or refused with an error that says why", { timeout: 600_000 }, () => {
    const change = fc.tuple(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 0, max: 255 }),
    );
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (original, changes) => {
          const content = original.slice();
          for (const [at, value] of changes) content[Math.floor(at * content.length)] = value;
          refused += Number(isRefused(() => freezeToC([{ kind: "mpy", path: "a.mpy", content }])));
          isRefused(() => mergeMpy([golden("expected/mpy/units.mpy"), content]));
        },
      ),
      { numRuns: runs },
    );
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(runs);
  });
});

describe("a file of very many functions", () => {
  it("of one name is frozen before the test's time is up", () => {
    const children = Array.from({ length: 40_000 }, () => smallCode());
    const content = smallMpy({ code: { ...smallCode(), children } });
    const { c } = freezeToC([{ kind: "mpy", path: "a.mpy", content }]);
    expect(c.includes("fun_data_a_a_dot_py_a_dot_py40000[5]")).toBe(true);
  });
});

describe("merging", () => {
  it("loses no name and no constant, in any order", () => {
    const parts = ["units", "tinyjson", "tables", "blink", "beacon/__init__"].map((name) =>
      golden(`expected/mpy/${name}.mpy`),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: 2 }), (chosen) => {
        const merged = readMpy(mergeMpy(chosen));
        const files = chosen.map((part) => readMpy(part));
        expect(merged.qstrs).toEqual(files.flatMap((file) => file.qstrs));
        expect(merged.objects).toEqual(files.flatMap((file) => file.objects));
        expect(merged.code.children).toHaveLength(files.length);
        expect(formatHexDump(mergeMpy(chosen))).not.toBe("");
      }),
      { numRuns: 50 },
    );
  });
});

describe("text frozen as C", () => {
  it("reads back as it was, by the rules of C strings", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => {
        const file: FreezeFile = { kind: "str", path: "a.py", content };
        const { c } = freezeToC([file]);
        const literal = c.split("mp_frozen_str_content[] = {\n")[1]?.split("\n")[0] ?? "";
        expect(readCString(literal)).toEqual([...content, 0]);
        expect(c).toContain(`mp_frozen_str_sizes[] = { ${content.length}, 0 };`);
      }),
    );
  });
});

/** The bytes of adjacent C string literals; `\x` takes as many hexadecimal digits as follow. */
function readCString(source: string): number[] {
  const bytes: number[] = [];
  const token = /" "|\\x([0-9a-fA-F]+)|\\([nr"\\0])|([^"\\])|"/gy;
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    const [, hex, escape, plain] = match;
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (escape !== undefined) bytes.push({ n: 10, r: 13, '"': 34, "\\": 92, "0": 0 }[escape] ?? -1);
    else if (plain !== undefined) bytes.push(plain.charCodeAt(0));
  }
  return bytes;
}
