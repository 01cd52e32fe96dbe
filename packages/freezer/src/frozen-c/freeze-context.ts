// What all emitters of one freeze share.

import type { FrozenNames } from "./frozen-names.js";
import type { FrozenSizes } from "./frozen-sizes.js";
import type { GlobalQstrs } from "./global-qstrs.js";

/** How the target stores integers beyond a small int: the port's MICROPY_LONGINT_IMPL. */
export type LongIntegers = "none" | "longlong" | "mpz";

/** The state of one freeze. */
export interface FreezeContext {
  /** The lines of the C file. */
  readonly out: string[];
  readonly qstrs: GlobalQstrs;
  readonly names: FrozenNames;
  readonly sizes: FrozenSizes;
  readonly target: "micropython" | "circuitpython";
  readonly longIntegers: LongIntegers;
  /** Bits of a digit of a long integer. */
  readonly mpzDigitSize: 8 | 16 | 32;
}
