// The records of a ROMFS image. Source: tools/mpremote/mpremote/romfs.py and extmod/vfs_rom.c, MicroPython 1.28.

/** The three bytes that an image starts with. */
export const romfsMagic: readonly number[] = [0xd2, 0xcd, 0x31];

/** What kind of record stands at a place. */
export const recordKind = { unused: 0, padding: 1, verbatim: 2, pointer: 3, directory: 4, file: 5 } as const;

/** Bytes of a name at most, and folders in one another: what is taken for an image is within both. */
export const romfsLimits = { name: 255, depth: 64 } as const;

/** An unsigned integer, 7 bits a byte, highest first. */
export function encodeUint(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift(0x80 | (rest % 128));
  return bytes;
}

/** Bytes that an integer takes. */
export function uintSize(value: number): number {
  return encodeUint(value).length;
}
