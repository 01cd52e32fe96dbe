// What the interpreter asks of its system, answered as a board would: standard streams on the UART, a flash of limited
// size and speed, MicroPython's error numbers, a clock that lets the machine sleep. Wraps the imports that Emscripten
// made (WASI preview 1 and its own `__syscall_*`); file calls go on to Emscripten's memory file system.

import type { Conditions } from "./conditions.js";
import { type Disk, sizeOf } from "./disk.js";
import { errno, fromWasiErrno, wasiEintr } from "./errno.js";
import type { EmscriptenFs, Imports } from "./interpreter.js";
import { PowerEvent, type Uart } from "./uart.js";
import { type Panel, order } from "./panel.js";

type SystemCall = (...args: number[]) => number;

/** The file descriptors of `sys.stdin.buffer` and its siblings; those of `sys.stdin` and its siblings are 0, 1 and 2. */
export const rawStreams = { stdin: 100, stdout: 101, stderr: 102 } as const;

const pollIn = 1;
const pollOut = 4;
const openCreates = 0o100;
const openTruncates = 0o1000;
const openAppends = 0o2000;
const newline = 10;
const carriageReturn = 13;
/** As many reads of the clock in one millisecond mean that code waits for time to pass. */
const idleReads = 50;
/** Milliseconds; longer than any sleep, and short enough not to wrap around in one. */
const clockJump = 0x30000000;

/** What the system calls work on; complete once the interpreter is loaded. */
export interface SystemParts {
  readonly panel: Panel;
  readonly uart: Uart;
  readonly disk: Disk;
  readonly fs: EmscriptenFs;
  readonly memory: WebAssembly.Memory;
  readonly conditions: Conditions;
  readonly interrupted: () => boolean;
}

/** The board's system calls. */
export class SystemCalls {
  #parts: SystemParts | undefined;
  #bytes: Uint8Array = new Uint8Array();
  #words: DataView = new DataView(this.#bytes.buffer);
  #lastByte = 0;
  #lastTick = 0;
  #sameTick = 0;
  #jump = 0;
  /** Where the standard output goes; the REPL puts itself in between. */
  output: (bytes: Uint8Array) => void = () => undefined;

  /** Starts to answer; until then, calls go to Emscripten. */
  attach(parts: SystemParts): void {
    this.#parts = parts;
    this.output = (bytes) => parts.uart.write(bytes);
  }

  /** Wraps the imports; done before the module is instantiated. */
  hook(imports: Imports): void {
    for (const [name, original] of Object.entries(imports)) {
      if (typeof original !== "function") continue;
      const wrapped = this.#wrap(name, original);
      if (wrapped !== undefined)
        imports[name] = (...args) => (this.#parts ? wrapped(...args) : original(...args));
    }
  }

  #wrap(name: string, original: SystemCall): SystemCall | undefined {
    switch (name) {
      case "fd_read":
        return (fd, iovs, count, done) => this.#read(original, fd, iovs, count, done);
      case "fd_write":
        return (fd, iovs, count, done) => this.#write(original, fd, iovs, count, done);
      case "fd_seek":
        return (fd, ...rest) => (isStandard(fd) ? errno.ESPIPE : positive(original(fd, ...rest)));
      case "fd_sync":
      case "fd_close":
        return (fd) => (isStandard(fd) ? 0 : positive(original(fd)));
      case "mp_js_ticks_ms":
        return () => this.#ticks(original);
      case "emscripten_resize_heap":
        return (size) => (size >>> 0 > this.#on.conditions.memoryLimit ? 0 : original(size));
      default:
        return name.startsWith("__syscall_") ? this.#wrapPathCall(name, original) : undefined;
    }
  }

  #wrapPathCall(name: string, original: SystemCall): SystemCall {
    const call: SystemCall = (...args) => negative(original(...args));
    switch (name) {
      case "__syscall_poll":
      case "__syscall_poll_nonblocking":
        return (fds, ...rest) => this.#poll(fds) ?? call(fds, ...rest);
      case "__syscall_statfs64":
        return (path, size, buffer) => this.#statfs(call(path, size, buffer), size, buffer);
      case "__syscall_openat":
        return (...args) => {
          const flags = args[2] ?? 0;
          return flags & (openCreates | openTruncates) ? this.#change(call, args) : call(...args);
        };
      case "__syscall_mkdirat":
        return (...args) => (this.#on.disk.freeBlocks > 0 ? this.#change(call, args) : -errno.ENOSPC);
      case "__syscall_unlinkat":
      case "__syscall_renameat":
      case "__syscall_rmdir":
        return (...args) => this.#change(call, args);
      default:
        return call;
    }
  }

  get #on(): SystemParts {
    if (this.#parts === undefined) throw new Error("not attached");
    return this.#parts;
  }

  // Memory grows, and is then another buffer.
  #refresh(): void {
    const { buffer } = this.#on.memory;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new DataView(buffer);
  }

  #vector(iovs: number): Uint8Array {
    const start = this.#words.getUint32(iovs, true);
    return this.#bytes.subarray(start, start + this.#words.getUint32(iovs + 4, true));
  }

  #read(original: SystemCall, fd: number, iovs: number, count: number, done: number): number {
    if (fd !== 0 && fd !== rawStreams.stdin) return positive(original(fd, iovs, count, done));
    this.#refresh();
    // The C library's read() gives one vector, or a first one that is short by a byte.
    const target = this.#vector(iovs).length > 0 ? this.#vector(iovs) : this.#vector(iovs + 8);
    const got = this.#on.uart.read(target);
    if (got < 0) return wasiEintr;
    if (got === 0 && target.length > 0) return errno.EAGAIN;
    if (fd === 0) linesOf(target.subarray(0, got));
    this.#words.setUint32(done, got, true);
    return 0;
  }

  #write(original: SystemCall, fd: number, iovs: number, count: number, done: number): number {
    this.#refresh();
    let size = 0;
    for (let i = 0; i < count; i++) size += this.#vector(iovs + 8 * i).length;
    if (!isStandard(fd)) return this.#writeFile(original, size, fd, iovs, count, done);
    for (let i = 0; i < count; i++) this.#print(this.#vector(iovs + 8 * i), fd < rawStreams.stdin);
    this.#words.setUint32(done, size, true);
    return 0;
  }

  /** Text goes out with CR LF, as sys_stdio_mphal.c does on boards; what the REPL prints has them already. */
  #print(bytes: Uint8Array, isText: boolean): void {
    let from = 0;
    for (let at = isText ? bytes.indexOf(newline) : -1; at >= 0; at = bytes.indexOf(newline, at + 1)) {
      if ((at === 0 ? this.#lastByte : bytes[at - 1]) === carriageReturn) continue;
      if (at > from) this.output(bytes.subarray(from, at));
      this.output(Uint8Array.of(carriageReturn));
      from = at;
    }
    if (bytes.length > from) this.output(bytes.subarray(from));
    this.#lastByte = bytes[bytes.length - 1] ?? this.#lastByte;
  }

  #writeFile(original: SystemCall, size: number, ...args: number[]): number {
    const { disk, fs, panel } = this.#on;
    const stream = fs.streams[args[0] ?? -1];
    this.#beforeChange();
    if (stream) {
      const before = sizeOf(stream.node);
      const start = stream.flags & openAppends ? before : stream.position;
      if (!disk.grow(before, Math.max(before, start + size))) return errno.ENOSPC;
    }
    const result = positive(original(...args));
    if (result === 0) panel.count("flashBytes", size);
    this.#afterChange(size);
    return result;
  }

  #change(call: SystemCall, args: number[]): number {
    this.#beforeChange();
    const result = call(...args);
    this.#on.disk.changed();
    this.#afterChange(0);
    return result;
  }

  #beforeChange(): void {
    const { conditions, panel } = this.#on;
    if (conditions.flashOperationsLeft-- <= 0) {
      conditions.flashOperationsLeft = Infinity;
      throw new PowerEvent(order.powerOff);
    }
    panel.count("flashOperations");
  }

  #afterChange(size: number): void {
    const { conditions, uart } = this.#on;
    const busy = conditions.flashLatency + (size * 1000) / conditions.flashBytesPerSecond;
    if (busy > 0) uart.busy(busy);
  }

  #poll(fds: number): number | null {
    this.#refresh();
    const fd = this.#words.getInt32(fds, true);
    if (!isStandard(fd)) return null;
    const wanted = this.#words.getInt16(fds + 4, true);
    const isInput = fd === 0 || fd === rawStreams.stdin;
    const ready = isInput ? (this.#on.uart.available > 0 ? pollIn : 0) : pollOut;
    this.#words.setInt16(fds + 6, wanted & ready, true);
    return wanted & ready ? 1 : 0;
  }

  /** Emscripten makes the numbers up. Layout of `struct statfs`: 64 bytes with 32-bit counts, 88 with 64-bit ones (from 1.27). */
  #statfs(result: number, size: number, buffer: number): number {
    if (result !== 0) return result;
    this.#refresh();
    const { disk } = this.#on;
    const put = (index: number, value: number) =>
      size === 88
        ? this.#words.setBigUint64(buffer + 8 + 8 * index, BigInt(value), true)
        : this.#words.setUint32(buffer + 8 + 4 * index, value, true);
    this.#words.setUint32(buffer + 4, disk.blockSize, true);
    this.#words.setUint32(buffer + (size === 88 ? 60 : 40), disk.blockSize, true);
    put(0, disk.totalBlocks);
    put(1, disk.freeBlocks);
    put(2, disk.freeBlocks);
    return 0;
  }

  /**
   * The port waits by reading the clock in a loop (mp_hal_delay_ms, poll). Code that does so is put to sleep; and when
   * Ctrl-C came, the clock jumps with every read, which ends the loop, so that the interpreter gets to see the interrupt.
   */
  #ticks(original: SystemCall): number {
    const now = original();
    if (this.#on.interrupted()) return (now + (this.#jump += clockJump)) | 0;
    this.#jump = 0;
    if (now !== this.#lastTick) {
      this.#lastTick = now;
      this.#sameTick = 0;
    } else if (++this.#sameTick > idleReads) this.#on.uart.pause(1);
    return now;
  }
}

function isStandard(fd: number): boolean {
  return (fd >= 0 && fd <= 2) || (fd >= rawStreams.stdin && fd <= rawStreams.stderr);
}

function positive(result: number): number {
  return result > 0 ? fromWasiErrno(result) : result;
}

function negative(result: number): number {
  return result < 0 ? -fromWasiErrno(-result) : result;
}

/** What `sys.stdin` reads has LF for CR, as on boards (shared/runtime/sys_stdio_mphal.c). */
function linesOf(bytes: Uint8Array): void {
  for (let at = bytes.indexOf(carriageReturn); at >= 0; at = bytes.indexOf(carriageReturn, at))
    bytes[at] = newline;
}
