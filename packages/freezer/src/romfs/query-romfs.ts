// The ROMFS partitions of a board. Source: `romfs query` of mpremote 1.28 (commands.py), extmod/vfs.h of MicroPython 1.28.

import { UpyError } from "@upykit/core/errors";
import type { Board, PythonValue } from "@upykit/core/device";

/** What of a board ROMFS needs; a {@link Board} fits. */
export type RomfsBoard = Pick<Board, "name" | "exec" | "evaluate" | "softReset">;

/** A place for a ROMFS image on a board. */
export interface RomfsPartition {
  readonly id: number;
  /** Bytes. */
  readonly size: number;
  /** Bytes of a block, which is written as a whole; null where the firmware has calls of its own for writing. */
  readonly blockSize: number | null;
  /** Bytes of the image that is in it, as its header says; null when there is none. */
  readonly imageSize: number | null;
}

/** Defines `_q`, which lists the partitions; None without ROMFS. */
const queryCode = `
try:
 import vfs
except ImportError:
 vfs=None
def _q():
 if not hasattr(vfs,'rom_ioctl'):return None
 r=[]
 for i in range(vfs.rom_ioctl(1)):
  d=vfs.rom_ioctl(2,i)
  if isinstance(d,int):continue
  b=d.ioctl(5,0) if hasattr(d,'ioctl') else None
  r.append((i,d.ioctl(4,0)*b if b else len(d),b or None,bytes(memoryview(d)[:12])))
 return r
`;

/**
 * The ROMFS partitions of a board; empty where the firmware knows ROMFS and has no partition.
 * @throws `unsupported` where the firmware has no ROMFS
 */
export async function queryRomfs(
  board: RomfsBoard,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RomfsPartition[]> {
  await board.exec(queryCode, options);
  const found = await board.evaluate("_q()", options);
  await board.exec("del _q", options);
  if (!Array.isArray(found)) {
    throw new UpyError("unsupported", `${board.name}: this firmware has no ROMFS.`, {
      hint: "ROMFS came with MicroPython 1.25, and a board's firmware has to reserve a partition for it. Install to the file system instead.",
    });
  }
  return found.map(readPartition);
}

function readPartition(value: PythonValue): RomfsPartition {
  const [id, size, blockSize, head] = Array.isArray(value) ? value : [];
  if (!isCount(id) || !isCount(size) || !isBlockSize(blockSize) || !(head instanceof Uint8Array)) {
    throw new UpyError("protocol", "The board describes its ROMFS partitions in a way that is not known.");
  }
  return { id, size, blockSize, imageSize: imageSize(head, size) };
}

/** Whether a board's answer is a number of things, up to a limit. */
export function isCount(value: unknown, limit: number = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= limit;
}

/** Most bytes that a board may ask for at once: a block, or a write. */
export const maximumUnit = 65_536;

function isBlockSize(value: unknown): value is number | null {
  return value === null || (isCount(value, maximumUnit) && value > 0);
}

function imageSize(head: Uint8Array, partitionSize: number): number | null {
  if (head[0] !== 0xd2 || head[1] !== 0xcd || head[2] !== 0x31) return null;
  let size = 0;
  for (let at = 3; at < head.length; at++) {
    const byte = head[at] ?? 0;
    size = size * 128 + (byte & 0x7f);
    if (byte < 0x80) return at + 1 + size <= partitionSize ? at + 1 + size : null;
  }
  return null;
}
