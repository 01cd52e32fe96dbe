// What will run the code. Pure data: probed from a board, read from boot_out.txt, or written by hand.

/** The architectures native code in an .mpy file can be for; the index in this list is the number in the header. Source: py/persistentcode.h, MicroPython 1.28. */
export const mpyArchitectures = [
  "none",
  "x86",
  "x64",
  "armv6",
  "armv6m",
  "armv7m",
  "armv7em",
  "armv7emsp",
  "armv7emdp",
  "xtensa",
  "xtensawin",
  "rv32imc",
  "rv64imc",
] as const;

/** One of {@link mpyArchitectures}. */
export type MpyArchitecture = (typeof mpyArchitectures)[number];

/** Which .mpy files an interpreter loads. */
export interface MpyAbi {
  /** Format version: 5 or 6, mostly (CircuitPython 7 and 8 and MicroPython 1.12–1.18 have 5, CircuitPython before them 3). */
  readonly version: number;
  /** Sub-version, which matters to native code only: 3 in MicroPython 1.23 and later. */
  readonly subVersion: number;
  /** What native code it runs; "none" when it runs none. */
  readonly architecture: MpyArchitecture;
  /** Architecture flags (RISC-V extensions); 0 for most. Source: py/persistentcode.h. */
  readonly archFlags: number;
  /** Bits of a small integer, sign included; 31 on 32-bit boards. */
  readonly smallIntBits: number;
}

/** What will run the code. */
export interface Environment {
  /** "micropython", "circuitpython", or what `sys.implementation.name` says. */
  readonly implementation: string;
  /** Like "1.28.0" or "1.29.0-preview"; null when unknown. */
  readonly version: string | null;
  /** Which .mpy files it loads; null when it loads none. */
  readonly mpy: MpyAbi | null;
  /** `sys.path` in its order. Empty when the board has none (MicroPython 1.9 for the micro:bit). */
  readonly sysPath: readonly string[];
  /** `sys.platform`, like "rp2"; null when unknown. */
  readonly platform: string | null;
  /** `os.uname().machine` or `sys.implementation._machine`; null when unknown. */
  readonly machine: string | null;
  /** CircuitPython's board id, like "raspberry_pi_pico"; null elsewhere. */
  readonly boardId: string | null;
  /** Names of frozen modules, dotted; null when the board does not tell them. */
  readonly frozenModules: readonly string[] | null;
  /** Names of built-in modules; null when unknown. */
  readonly builtinModules: readonly string[] | null;
  /** Free bytes of heap after a collection; null when unknown. */
  readonly heapFree: number | null;
}
