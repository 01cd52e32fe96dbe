// The Python that deploying runs on the board. `_d` is the partition, `_w` writes to it, `_u` is the bytes
// that it writes at once, and those of heap that are free.

import type { RomfsPartition } from "./query-romfs.js";

/** Takes the old image out of use, and gets the partition ready to be written. */
export function prepareCode(partition: RomfsPartition, size: number, mountPoint: string): string {
  const head = `
import vfs,gc
gc.collect()
try:
 vfs.umount('${mountPoint}')
except OSError:
 pass
_d=vfs.rom_ioctl(2,${partition.id})
`;
  return (
    head +
    (partition.blockSize === null ? prepareMemory(partition.id, size) : prepareBlocks(partition.blockSize))
  );
}

/** A partition like a block device: each block is erased when its first byte is written; the first of all now. */
function prepareBlocks(blockSize: number): string {
  return `
_u=(${blockSize},gc.mem_free())
_d.ioctl(6,0)
def _w(o,b):
 for i in range(max(1,-(-o//${blockSize})),-(-(o+len(b))//${blockSize})):_d.ioctl(6,i)
 _d.writeblocks(o//${blockSize},b,o%${blockSize})
`;
}

/** A partition that is plain memory, which the firmware has calls to write to. */
function prepareMemory(id: number, size: number): string {
  return `
def _e(r):
 if isinstance(r,int) and r<0:raise OSError(-r)
 return r
_u=(_e(vfs.rom_ioctl(3,${id},${size})),gc.mem_free())
def _w(o,b):_e(vfs.rom_ioctl(4,${id},o,b))
`;
}

/** Ends the writing, where the firmware wants to be told. */
export function completeCode(partition: RomfsPartition): string {
  return partition.blockSize === null ? `_e(vfs.rom_ioctl(5,${partition.id}))` : "";
}

/** Defines `_h`: SHA-256 of the first bytes of the partition; None where the board has no hashlib. */
export const digestCode = `
def _h(n):
 try:
  import hashlib
  return hashlib.sha256(memoryview(_d)[:n]).digest()
 except (ImportError,AttributeError):
  return None
`;

/** Mounts the partition as the firmware does when it starts, and clears up. */
export function mountCode(mountPoint: string): string {
  return `
vfs.mount(vfs.VfsRom(_d),'${mountPoint}')
import sys
for _p in ('${mountPoint}','${mountPoint}/lib'):
 if _p not in sys.path:sys.path.append(_p)
del _d,_w,_u,_h,_p
`;
}
