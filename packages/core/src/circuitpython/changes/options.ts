// What the calls that change libraries take.

import type { PlanOptions } from "../../install/options.js";
import type { ResolveOptions, ResolveProgress } from "../../resolve/resolve-options.js";
import type { ReadProgress } from "../libraries/read-libraries.js";
import type { LibraryOptions } from "../libraries/survey-libraries.js";
import type { ReplacePolicy } from "./adoption.js";

/** How far planning is. */
export type PlanProgress = ReadProgress | { readonly type: "resolve"; readonly progress: ResolveProgress };

/** What every plan of a change takes. */
export interface ChangeOptions
  extends
    LibraryOptions,
    Omit<PlanOptions, keyof LibraryOptions | "asRoots">,
    Pick<ResolveOptions, "sources"> {
  /** Sources (.py) even where the board loads .mpy files. Default false. */
  readonly py?: boolean | undefined;
  /** Whether sources that nobody recorded and no bundle has are replaced or removed with the rest of a library. Default false. */
  readonly replaceUnrecorded?: ReplacePolicy | undefined;
  readonly onProgress?: ((progress: PlanProgress) => void) | undefined;
}
