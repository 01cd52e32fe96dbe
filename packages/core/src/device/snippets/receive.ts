// The receiver on the board: takes many files as one stream of bytes from stdin.
//
// Wire: blocks of TYPE (one of s d S D), four hex digits of length, that many bytes. s is stored, d raw deflate; in
// capitals the bytes 3, 4, 13 and 16 are escaped as 16 67, 16 68, 16 77, 16 80. So Ctrl-C never is data: it always
// ends a transfer, and what is left of a dead one cannot run as a command. The blocks' contents joined are records:
// u16 length of path, u32 size, u16 sum of the bytes of the path, digest, path, contents; a path of length 0 ends it. Answers: A after each w bytes
// taken (so the sender knows how much room there is), F after each file that was verified and renamed, M (and the
// end) when a file's digest is wrong.

import { pack } from "./pack.js";

/**
 * R(w, z): w is the number of bytes per A, z the length of a digest. Needs base, hash and move of the file helpers.
 * Inside: g(n) takes n bytes from the wire, q() the next block, r(n) up to n bytes of records, x(n) exactly n.
 */
export const receiveSnippet: string = pack(`
import sys
def R(w, z):
    i = getattr(sys.stdin, 'buffer', sys.stdin).readinto
    o = sys.stdout.write
    a = c = k = 0
    def g(n):
        nonlocal a
        b = bytearray(n)
        v = memoryview(b)
        j = 0
        while j < n:
            m = i(v[j:j + w - a])
            j += m
            a += m
            if a == w:
                a = 0
                o('A')
        return bytes(b)
    def q():
        h = g(5)
        b = g(int(str(h[1:], 'ascii'), 16))
        if h[0] < 97:
            for n in 3, 4, 13, 16:
                b = b.replace(bytes((16, n + 64)), bytes((n,)))
        if h[0] | 32 == 100:
            b = DeflateIO(BytesIO(b), RAW, WBITS).read()
        return memoryview(b)
    def r(n):
        nonlocal c, k
        while not c or k >= len(c):
            c = q()
            k = 0
        b = c[k:k + n]
        k += len(b)
        return b
    def x(n):
        b = b''
        while len(b) < n:
            b += bytes(r(n - len(b)))
        return b
    e = 0
    while 1:
        h = x(8 + z)
        n = h[0] + h[1] * 256
        if n == 0:
            break
        s = int.from_bytes(h[2:6], 'little')
        p = x(n)
        if sum(p) & 65535 != h[6] + h[7] * 256:
            o('M')
            raise ValueError
        p = str(p, 'utf-8')
        d = p.rsplit('/', 1)[0]
        t = d + TEMPORARY
        if d != e:
            K(d)
            e = d
        try:
            with open(t, 'wb') as f:
                while s:
                    b = r(s)
                    if f.write(b) != len(b):
                        raise OSError(ENOSPC)
                    s -= len(b)
            if H(t) != h[8:]:
                o('M')
                raise ValueError(p)
            V(t, p)
        except:
            try:
                os.remove(t)
            except OSError:
                pass
            raise
        o('F')
`);

/** Imports for {@link receiveSnippet} on a board that inflates. */
export const inflateImports: string = pack(`
from deflate import DeflateIO, RAW
try:
    from uio import BytesIO
except ImportError:
    from io import BytesIO
`);
