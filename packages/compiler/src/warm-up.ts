// The engine makes fast code of a function from what it has seen that function do, throws the code away when something new
// comes, and begins again. A sample of the whole language, compiled once there is much to compile, lets it see everything
// before: some 10 ms that save a tenth of what a cold process takes for megabytes of source.

/** All statements and expressions, literals of all forms, and names of all kinds. */
export const SAMPLE: string = String.raw`"d"
from ..c import (d as e, f)
import g, h.i as j
Z = const(1)
B = C = D, E, F = 0x1f, 0b1, 0o7, 1_0, .5e-3, 1E5, 2j, 123456789012, 1000000000, 12345678901234567890, 0, None, ..., 10 ** 20, True
G: int = u"a" r"\d" + b"\x00\0" rb"\d" + """
\n\x41\u0041\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\101\d\
""" + 'é' + f"{A!r:>{B}} {{x}} {C['k']}" f'q' + rf"\d{A=}"
H = -A + ~B * -3 / 2. @ C // D % E ** 2 << 1 >> 3 & 7 | 8 ^ 3  # c
I = A < B <= C != D > E >= F is G is not H in A not in B == C and not D or E if F else lambda a, b=1, *c, d=2, **e: (yield)
J = [x for x in A if x for y in B], {x: y for x in B}, {x for x in C}, (x for x in D), {}, {1, 2}, {1: "a", b: 2.5}, [], (), (1, "a" * 20)
K.a[0], (L, *M) = N[1:2, ::3, :] = O.p(1, x := 2, *g, k=2, **h)(x for x in a)[b].c
x += 1; A.b -= 1; A[0] **= 2; x //= \
    3
del A, B.c, C[0]
assert __debug__, "m"
if (n := 1) and (A or B) and not C: pass
else: pass
while A:
    for i in range(9): continue
    for i, (j, k) in A: break
    for i in range(A, 5, -1): pass
else: pass
try:
    raise A("x") from None
except (A, B) as e: raise
except: pass
else: pass
finally: pass
@a.b(1)
class P(A, b=C):
    x = 1
    async def f(self, a: int, b=1, *c, d=2, **e) -> 1:
        "d"
        global g
        def h(*, z=a):
            nonlocal b
            b = __class__
            yield
            y = yield from b
            return [z + b + a for z in c], lambda: a + b
        async with a as b: pass
        async for i in c: await i
        try:
            return
            b, i, j = g, a, lambda: b
            del b, g, i
        finally: a
        with a, b as c:
            return super().f(a, *b, c=1, **d).e
def r(a: int, b: A, *, c: int) -> A:
    d = e = f = g = h = i = j = k = l = m = n = o = p = q = 1
    super().c; math.pi
    return "\u20ac\U0001F600", f"{a[1:2]}{b({c: d})!s}", -1.5e-300, 123456.789, (("a", b"b", None, ...), 2 ** 40), a \
        .b
if A:

	B

C
`;

/** Bytes of source behind which more is to be expected. The engine makes most of its code soon after so many. */
const MUCH = 40_000;
let seen = 0;

/** Counts bytes of source; true, once, where it is time to compile {@link SAMPLE}. */
export function isTimeForSample(bytes: number): boolean {
  if (seen > MUCH) return false;
  seen += bytes;
  return seen > MUCH;
}
