// The sender on the board: many files, one after the other, to stdout.

import { pack } from "./pack.js";

/** How bytes travel to the host. */
export type SendEncoding = "raw" | "base64" | "hex" | "repr";

const encoders: Readonly<Record<SendEncoding, string>> = {
  raw: "E = sys.stdout.buffer.write",
  base64: pack(`
try:
    from ubinascii import b2a_base64
except ImportError:
    from binascii import b2a_base64
def E(b):
    print(str(b2a_base64(b), 'ascii').strip())
`),
  hex: pack(`
try:
    from ubinascii import hexlify
except ImportError:
    from binascii import hexlify
def E(b):
    print(str(hexlify(b), 'ascii'))
`),
  repr: pack(`
def E(b):
    print(b)
`),
};

/** S(path, chunk): prints "size", then the contents in chunks, and answers 1; or prints "-" when no file is there. */
export function sendSnippet(encoding: SendEncoding): string {
  return `import sys\n${encoders[encoding]}\n${sender}`;
}

const sender = pack(`
def S(p, c):
    if T(p) != 1:
        print('-')
        return
    with open(p, 'rb') as f:
        s = SIZE(p)
        print(s)
        while s:
            b = f.read(min(c, s))
            if not b:
                raise ValueError('file became shorter')
            E(b)
            s -= len(b)
    return 1
`);
