import { buildRomfs, romfsToUf2, uf2Families } from "@upykit/freezer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { golden } from "../fixtures/golden.js";

const image = golden("expected/image.romfs");
const options = { address: 0x10100000, familyId: uf2Families.rp2040 };

/**
 * Reads a UF2 file as the specification tells a boot loader to: "File format", "Overview" and "Embedding" of
 * github.com/microsoft/uf2. Gives flash as a map of address to byte.
 */
function flashFrom(file: Uint8Array, family: number): Map<number, number> {
  const flash = new Map<number, number>();
  const seen = new Set<number>();
  expect(file.length % 512).toBe(0);
  for (let start = 0; start < file.length; start += 512) {
    const view = new DataView(file.buffer, file.byteOffset + start, 512);
    const word = (at: number) => view.getUint32(at, true);
    expect([word(0), word(4), word(508)]).toEqual([0x0a324655, 0x9e5d5157, 0x0ab16f30]);
    const flags = word(8);
    expect(flags & 0x00000001).toBe(0); // "not main flash"
    expect(flags & 0x00002000).not.toBe(0); // "familyID present"
    expect(word(28)).toBe(family);
    const [address, size, number, total] = [word(12), word(16), word(20), word(24)];
    expect(size).toBeLessThanOrEqual(476);
    expect(total).toBe(file.length / 512);
    expect(number).toBeLessThan(total);
    seen.add(number);
    for (let at = 0; at < size; at++) flash.set(address + at, view.getUint8(32 + at));
  }
  expect(seen.size).toBe(file.length / 512);
  return flash;
}

describe("romfsToUf2", () => {
  it("puts the image where the boot loader is to write it", () => {
    const flash = flashFrom(romfsToUf2(image, options), options.familyId);
    image.forEach((byte, at) => expect(flash.get(options.address + at)).toBe(byte));
    expect(flash.size).toBe(Math.ceil(image.length / 256) * 256);
  });

  it("does so for images of any size", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (content) => {
        const built = buildRomfs([{ path: "data", content }]);
        const flash = flashFrom(romfsToUf2(built, options), options.familyId);
        expect(built.every((byte, at) => flash.get(options.address + at) === byte)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("leaves out what stands behind the image", () => {
    const padded = new Uint8Array(image.length + 5000);
    padded.set(image);
    expect(romfsToUf2(padded, options)).toEqual(romfsToUf2(image, options));
  });

  it.each([
    ["an address within a sector", { ...options, address: 0x10100100 }, "invalid-argument"],
    ["an address beyond 32 bits", { ...options, address: 0xfffff000 }, "invalid-argument"],
    ["a family id that is none", { ...options, familyId: -1 }, "invalid-argument"],
    ["an image that does not fit", { ...options, maximumSize: 100 }, "no-space"],
  ])("refuses %s", (_, wrong, code) => {
    expect(() => romfsToUf2(image, wrong)).toThrow(expect.objectContaining({ code }));
  });

  it("refuses what is no image", () => {
    expect(() => romfsToUf2(new Uint8Array(100), options)).toThrow(
      expect.objectContaining({ code: "invalid-package" }),
    );
  });
});
