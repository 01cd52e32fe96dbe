// Gives back the memory that earlier code of ours holds on a small board.

import { pack } from "./pack.js";

/** Forgets the names that the snippets define, and collects. */
export const tidySnippet: string = pack(`
for n in 'THLKVWCRSEI':
    globals().pop(n, None)
for n in '_x', '_d':
    globals().pop(n, None)
import gc
gc.collect()
`);
