// What the board can do, found out in one exec. Small enough for 8 KB of heap.

import { pack } from "./pack.js";

/** Prints [implementation, errno of a missing file, os, hashlib, binascii, deflate, stdin, stdout, free heap, platform]. */
export const probeSnippet: string = pack(`
import sys
def I(n):
    for p in 'u', '':
        try:
            return __import__(p + n)
        except ImportError:
            pass
def h(m, n):
    return ''.join([str(int(hasattr(m, x))) for x in n.split()])
def i(n, x):
    return h(I(n), x)
def e():
    try:
        open('?/?')
    except OSError as e:
        return e.args[0]
    except:
        pass
def b(n):
    return h(getattr(sys, n, 0), 'buffer readinto')
g = I('gc')
if g:
    g.collect()
print([getattr(getattr(sys, 'implementation', 0), 'name', ''), e(),
    i('os', 'ilistdir stat rename mkdir statvfs'),
    i('hashlib', 'sha256'),
    i('binascii', 'crc32 a2b_base64 b2a_base64 unhexlify hexlify'),
    i('deflate', 'DeflateIO'),
    b('stdin'), b('stdout'),
    g.mem_free() if hasattr(g, 'mem_free') else None, getattr(sys, 'platform', '')])
`);
