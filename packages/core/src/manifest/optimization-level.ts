// What `opt=` of a manifest is to the compiler. Source: mpy-cross/main.c of MicroPython 1.28.

/** 0 keeps everything; 3 leaves out assertions and line numbers. */
export type OptimizationLevel = 0 | 1 | 2 | 3;

/** The level that mpy-cross takes `-O` followed by this number for: its first digit, of which more than 3 says no more than 3. */
export function optimizationLevel(opt: number | null): OptimizationLevel | null {
  if (opt === null) return null;
  const digit = Number(String(opt).charAt(0));
  return digit >= 3 ? 3 : (digit as 0 | 1 | 2);
}
