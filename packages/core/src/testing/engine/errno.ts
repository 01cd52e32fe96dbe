// Error numbers: the WebAssembly port hands WASI's to Python, boards have their own (py/mperrno.h, MicroPython 1.28).

/** MicroPython's numbers for what the board itself refuses. */
export const errno = { EAGAIN: 11, EINVAL: 22, ENOSPC: 28, ESPIPE: 29 } as const;

/**
 * WASI's EINTR is left as it is: the port compares against it, in C, to retry a system call after handling what is
 * pending (MP_HAL_RETRY_SYSCALL in ports/webassembly/mphalport.h); Python never sees it.
 */
export const wasiEintr = 27;

/** WASI number to MicroPython number, for what a file system can answer. */
const fromWasi: Readonly<Record<number, number>> = {
  2: 13, // EACCES
  6: 11, // EAGAIN
  8: 9, // EBADF
  10: 16, // EBUSY
  20: 17, // EEXIST
  28: 22, // EINVAL
  29: 5, // EIO
  31: 21, // EISDIR
  32: 40, // ELOOP
  33: 24, // EMFILE
  37: 36, // ENAMETOOLONG
  43: 19, // ENODEV
  44: 2, // ENOENT
  48: 12, // ENOMEM
  51: 28, // ENOSPC
  52: 38, // ENOSYS
  54: 20, // ENOTDIR
  55: 39, // ENOTEMPTY
  63: 1, // EPERM
  69: 30, // EROFS
  70: 29, // ESPIPE
  75: 18, // EXDEV
};

/** MicroPython's number for a WASI number. */
export function fromWasiErrno(number: number): number {
  return fromWasi[number] ?? number;
}
