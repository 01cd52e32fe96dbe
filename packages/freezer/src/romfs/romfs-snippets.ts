// The Python that deploying runs on the board. `_d` is the partition, `_w` writes to it, `_x` makes what is in it no
// image, `_e` raises what a call answers as an error, `_u` is the bytes that are written at once, and those of heap
// that are free.

import type { RomfsPartition } from "./query-romfs.js";

/** Whether something has been imported from there. Its code is not copied to RAM, but runs where it is. */
export function isInUseCode(mountPoint: string): string {
  return `any(str(getattr(m,'__file__','')).startswith('${mountPoint}/') for m in __import__('sys').modules.values())`;
}

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
def _e(r):
 if isinstance(r,int) and r<0:raise OSError(-r)
 return r
`;
  return (
    head +
    (partition.blockSize === null ? prepareMemory(partition.id, size) : prepareBlocks(partition.blockSize))
  );
}

/**
 * A partition like a block device. Whole blocks are written one by one, which erases each: the call that erases alone
 * takes blocks of the file system on boards of the samd port (1.28), and drivers differ over several at once.
 */
function prepareBlocks(blockSize: number): string {
  return `
_u=(${blockSize},gc.mem_free())
def _w(o,b):
 b=memoryview(b)
 for i in range(0,len(b),${blockSize}):_e(_d.writeblocks((o+i)//${blockSize},b[i:i+${blockSize}]))
def _x():_w(0,bytes(${blockSize}))
_x()
`;
}

/** A partition that is plain memory, which the firmware has calls to write to. Some memory is not erased by them. */
function prepareMemory(id: number, size: number): string {
  return `
def _w(o,b):_e(vfs.rom_ioctl(4,${id},o,b))
def _x():
 u=_e(vfs.rom_ioctl(3,${id},${size}))
 if _d[0]==0xd2:_w(0,bytes(u))
 return u
_u=(_x(),gc.mem_free())
`;
}

/** Ends the writing, where the firmware wants to be told. Of 1.28 none does, and each answers with an error. */
export function completeCode(partition: RomfsPartition): string {
  return partition.blockSize === null ? `vfs.rom_ioctl(5,${partition.id})` : "";
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
del _d,_e,_w,_x,_u,_h,_p
`;
}
