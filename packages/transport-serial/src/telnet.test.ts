import fc from "fast-check";
import { expect, test } from "vitest";
import {
  TelnetDecoder,
  type TelnetItem,
  type Verb,
  encodeOption,
  encodeSubnegotiation,
  escapeData,
} from "./telnet.js";

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
const item: fc.Arbitrary<TelnetItem> = fc.oneof(
  bytes.map((value) => ({ type: "data" as const, bytes: value })),
  fc.record({
    type: fc.constant("option" as const),
    verb: fc.constantFrom<Verb>("will", "wont", "do", "dont"),
    option: fc.nat(255),
  }),
  fc.record({ type: fc.constant("subnegotiation" as const), option: fc.nat(254), payload: bytes }),
);

function encode(value: TelnetItem): Uint8Array {
  if (value.type === "data") return escapeData(value.bytes);
  if (value.type === "option") return encodeOption(value.verb, value.option);
  return encodeSubnegotiation(value.option, value.payload);
}

/** Neighbouring data as one, since chunks may end anywhere. */
function normal(items: readonly TelnetItem[]): unknown[] {
  const merged: unknown[] = [];
  let data: number[] | undefined;
  for (const value of items) {
    if (value.type !== "data") {
      data = undefined;
      merged.push({ ...value, ...("payload" in value && { payload: [...value.payload] }) });
    } else if (data) data.push(...value.bytes);
    else merged.push((data = [...value.bytes]));
  }
  return merged;
}

test("whatever is encoded is decoded, however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(item), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (items, cuts) => {
      const stream = Uint8Array.from(items.flatMap((value) => [...encode(value)]));
      const decoder = new TelnetDecoder();
      const decoded: TelnetItem[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = cuts[turn % cuts.length] ?? 1;
        decoded.push(...decoder.decode(stream.subarray(at, at + size)));
        at += size;
      }
      expect(normal(decoded)).toEqual(normal(items));
    }),
  );
});

test("any bytes at all are taken, and a subnegotiation that never ends takes no more memory", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (noise) => {
      expect(() => new TelnetDecoder().decode(noise)).not.toThrow();
    }),
  );
  const decoder = new TelnetDecoder();
  decoder.decode(Uint8Array.of(255, 250, 44));
  for (let i = 0; i < 100; i++) decoder.decode(new Uint8Array(1000));
  const [end] = decoder.decode(Uint8Array.of(255, 240));
  expect(end).toMatchObject({ type: "subnegotiation", option: 44 });
  expect((end as { payload: Uint8Array }).payload.length).toBeLessThan(2000);
});
