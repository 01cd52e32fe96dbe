// What the interpreter tells about itself, in one exec.

import { pack } from "./pack.js";

/** Prints one list, its fields as in ../environment-probe.ts; then what help('modules') prints. */
export const environmentSnippet: string = pack(`
import sys
m = getattr(sys, 'implementation', None)
o = b = h = None
try:
    import os
    o = list(os.uname()) if hasattr(os, 'uname') else None
except ImportError:
    pass
try:
    if m.name == 'circuitpython':
        import board
        b = board.board_id
except:
    pass
try:
    import gc
    gc.collect()
    h = gc.mem_free()
except:
    pass
print([getattr(m, 'name', ''), [x for x in getattr(m, 'version', ())], getattr(m, '_mpy', getattr(m, 'mpy', None)),
    [str(p) for p in getattr(sys, 'path', ())], getattr(sys, 'platform', None), getattr(m, '_machine', None),
    o, b, h, getattr(sys, 'maxsize', None), getattr(sys, 'version', None)])
try:
    help('modules')
except:
    pass
`);
