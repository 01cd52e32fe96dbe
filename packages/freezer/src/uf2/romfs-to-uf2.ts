// A ROMFS image as a UF2 file, for boards whose boot loader shows a drive to drop files onto: no toolchain, no REPL.
// Format: Microsoft's UF2 specification (github.com/microsoft/uf2). It does not know where a board keeps its ROMFS.

import { UpyError } from "@upykit/core/errors";
import { readRomfs } from "../romfs/read-romfs.js";

/** Where an image goes. */
export interface Uf2Options {
  /** Address of the ROMFS partition in flash, as the chip sees it (on RP2: 0x10000000 plus its offset); a multiple of 4096. */
  readonly address: number;
  /** What the boot loader asks for: see {@link uf2Families}. */
  readonly familyId: number;
  /** Bytes of the partition; a larger image is an error. */
  readonly maximumSize?: number | undefined;
}

/**
 * Family ids of the RP2 chips: `rp2040` for that one; on an RP2350, the id of the core that MicroPython was built for.
 * Source: uf2families.json of Microsoft's uf2 repository.
 */
export const uf2Families = {
  rp2040: 0xe48bff56,
  rp2xxxAbsolute: 0xe48bff57,
  rp2xxxData: 0xe48bff58,
  rp2350ArmSecure: 0xe48bff59,
  rp2350RiscV: 0xe48bff5a,
  rp2350ArmNonSecure: 0xe48bff5b,
} as const;

const blockSize = 512;
const payloadSize = 256;
/** What flash is erased by. The RP2040 writes a file wrongly that starts within a sector (erratum E14 of its datasheet). */
const sectorSize = 4096;
const flagFamilyId = 0x2000;

/**
 * Makes a UF2 file of a ROMFS image: the bytes of uf2conv.py of MicroPython 1.28. The last block is filled up with zeros,
 * which a ROMFS reader never looks at; the boot loader erases the rest of the last sector.
 * @throws `invalid-package` when the image is none; `invalid-argument` for an address that is not at a sector of 4096
 *   bytes, or beyond 32 bits; `no-space` when it exceeds `maximumSize`
 */
export function romfsToUf2(image: Uint8Array, options: Uf2Options): Uint8Array {
  const content = image.subarray(0, readRomfs(image).size);
  checkPlace(content.length, options);
  const count = Math.ceil(content.length / payloadSize);
  const file = new Uint8Array(count * blockSize);
  for (let index = 0; index < count; index++) {
    const block = file.subarray(index * blockSize, (index + 1) * blockSize);
    writeBlock(block, options, index, count);
    block.set(content.subarray(index * payloadSize, (index + 1) * payloadSize), 32);
  }
  return file;
}

function writeBlock(block: Uint8Array, options: Uf2Options, index: number, count: number): void {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const address = options.address + index * payloadSize;
  const head = [0x0a324655, 0x9e5d5157, flagFamilyId, address, payloadSize, index, count, options.familyId];
  head.forEach((word, at) => view.setUint32(at * 4, word, true));
  view.setUint32(blockSize - 4, 0x0ab16f30, true);
}

function checkPlace(size: number, { address, familyId, maximumSize }: Uf2Options): void {
  if (
    !Number.isInteger(address) ||
    address < 0 ||
    address % sectorSize !== 0 ||
    address + size > 0x100000000
  ) {
    throw new UpyError(
      "invalid-argument",
      `0x${address.toString(16)} is no address for an image of ${size} bytes.`,
      {
        hint: "Give the address of the ROMFS partition; it is a multiple of 4096.",
      },
    );
  }
  if (!Number.isInteger(familyId) || familyId < 0 || familyId > 0xffffffff) {
    throw new UpyError("invalid-argument", `${familyId} is no UF2 family id.`, { hint: "See uf2Families." });
  }
  if (maximumSize !== undefined && size > maximumSize) {
    throw new UpyError("no-space", `The image has ${size} bytes, the partition ${maximumSize}.`, {
      hint: "Leave out files, or compile sources to .mpy.",
    });
  }
}
