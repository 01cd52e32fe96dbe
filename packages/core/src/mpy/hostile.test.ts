import { UpyError } from "@upykit/core";
import {
  decodeLineInfo,
  formatDisassembly,
  formatHexDump,
  inspect,
  lineAt,
  readMpy,
  writeMpy,
} from "@upykit/core/mpy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixture, mpyFixtures } from "./fixtures/fixtures.js";

/** UPYKIT_HOSTILE=100000 for the long run; each run prints its seed when it fails. */
const runs = Number(process.env["UPYKIT_HOSTILE"] ?? 3000);

describe("a damaged .mpy file", () => {
  it("gives a result or invalid-mpy", { timeout: 600_000 }, () => {
    const originals = mpyFixtures().map(fixture);
    const mutations = fc.array(mutation(), { minLength: 1, maxLength: 8 });
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...originals), mutations, (original, changes) => {
        const damaged = changes.reduce((bytes, change) => change(bytes), original);
        refused += Number(isRefused(() => readMpy(damaged)));
        isRefused(() => inspect(damaged));
        isRefused(() => formatDisassembly(damaged));
        isRefused(() => formatHexDump(damaged));
      }),
      { numRuns: runs },
    );
    expect(refused).toBeGreaterThan(runs / 10);
    expect(refused).toBeLessThan(runs);
  });

  it("is refused wherever it is cut off", () => {
    const original = fixture("constants.mpy");
    for (let length = 0; length < original.length; length++) {
      expect(isRefused(() => readMpy(original.subarray(0, length)))).toBe(true);
    }
  });

  it.each([
    ["qstrs", [0x8f, 0xff, 0xff, 0xff, 0x7f, 0]],
    ["constants", [1, 0x8f, 0xff, 0xff, 0xff, 0x7f, 3]],
    ["a number without end", Array.from({ length: 1000 }, () => 0xff)],
  ])("with a vast count of %s is refused before memory is taken", (_, body) => {
    expect(isRefused(() => readMpy(Uint8Array.of(0x4d, 6, 0, 31, ...body)))).toBe(true);
  });

  it("with a million lines is read before the test's time is up", () => {
    const lines = decodeLineInfo(new Uint8Array(1_000_000).fill(0x21));
    expect(lines.filter(({ offset, line }) => lineAt(lines, offset) !== line)).toEqual([]);
  });

  it("that nests without end is refused", () => {
    const tuples = Array.from({ length: 100_000 }, () => [10, 1]).flat();
    expect(isRefused(() => readMpy(Uint8Array.from([0x4d, 6, 0, 31, 1, 1, 3, ...tuples])))).toBe(true);
    const functions = Array.from({ length: 100_000 }, () => [4, 1]).flat();
    expect(isRefused(() => readMpy(Uint8Array.from([0x4d, 6, 0, 31, 1, 0, 3, ...functions])))).toBe(true);
  });

  it("that nests as deep as is allowed is read and written", () => {
    const functions = Array.from({ length: 249 }, () => [4, 1]).flat();
    const bytes = Uint8Array.from([0x4d, 6, 0, 31, 1, 0, 3, ...functions, 0]);
    expect(writeMpy(readMpy(bytes))).toEqual(bytes);
  });
});

/** True when the call throws invalid-mpy; any other error passes on and fails the test. */
function isRefused(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (error) {
    if (error instanceof UpyError && error.code === "invalid-mpy") return true;
    throw error;
  }
}

type Mutation = (bytes: Uint8Array) => Uint8Array;

function mutation(): fc.Arbitrary<Mutation> {
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const early = place.map((at) => at ** 4);
  return fc.oneof(
    fc
      .tuple(fc.oneof(place, early), fc.integer({ min: 0, max: 255 }))
      .map(([at, value]) => overwrite(at, value)),
    fc.tuple(place, place).map(([from, to]) => remove(Math.min(from, to), Math.max(from, to))),
    fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 12 })).map(([at, extra]) => insert(at, extra)),
  );
}

function overwrite(at: number, value: number): Mutation {
  return (bytes) => bytes.map((byte, index) => (index === Math.floor(at * bytes.length) ? value : byte));
}

function remove(from: number, to: number): Mutation {
  return (bytes) => {
    const start = Math.floor(from * bytes.length);
    const end = start + Math.floor((to - from) * 10);
    return Uint8Array.of(...bytes.subarray(0, start), ...bytes.subarray(end));
  };
}

function insert(at: number, extra: Uint8Array): Mutation {
  return (bytes) => {
    const start = Math.floor(at * bytes.length);
    return Uint8Array.of(...bytes.subarray(0, start), ...extra, ...bytes.subarray(start));
  };
}
