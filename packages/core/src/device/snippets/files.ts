// Python for the board's file system. Each text defines functions; the calls are added by the caller with literals.

import { pack } from "./pack.js";

/** Which variant of each helper a board needs. */
export interface FileSnippetVariant {
  readonly listing: "ilistdir" | "listdir" | "flat";
  readonly hash: "sha256" | "crc32" | "sum";
}

const imports = pack(`
try:
    import uos as os
except ImportError:
    import os
`);

/** T(path): 0 nothing, 1 a file, 2 a directory. */
const type = pack(`
def T(p):
    try:
        return 2 if os.stat(p)[0] & 0x4000 else 1
    except OSError:
        return 0
`);

/** The micro:bit's names have no directory: /a.py is a.py, and / itself is "". The nrf port has its files, without os.size. */
const flatType = pack(`
def Z(p):
    return os.size(p) if hasattr(os, 'size') else os.stat(p)[6]
def T(p):
    if not p:
        return 2
    try:
        Z(p)
        return 1
    except OSError:
        return 0
`);

/** L(directory): yields name, whether it is a directory, size. */
const listings: Readonly<Record<FileSnippetVariant["listing"], string>> = {
  ilistdir: pack(`
def L(d):
    for e in os.ilistdir(d):
        t = e[1] & 0x4000
        yield e[0], t, 0 if t else e[3] if len(e) > 3 else os.stat(d.rstrip('/') + '/' + e[0])[6]
`),
  listdir: pack(`
def L(d):
    for n in os.listdir(d):
        s = os.stat(d.rstrip('/') + '/' + n)
        t = s[0] & 0x4000
        yield n, t, 0 if t else s[6]
`),
  flat: pack(`
def L(d):
    for n in os.listdir():
        yield n, 0, Z(n)
`),
};

/** H(path): the digest of a file as bytes, read back from the file system; a dot now and then shows that it works. */
const hashes: Readonly<Record<FileSnippetVariant["hash"], string>> = {
  sha256: pack(`
try:
    from uhashlib import sha256
except ImportError:
    from hashlib import sha256
def H(p):
    h = sha256()
    b = bytearray(1024)
    v = memoryview(b)
    k = 0
    with open(p, 'rb') as f:
        while 1:
            n = f.readinto(b)
            if not n:
                return h.digest()
            h.update(v[:n])
            k += 1
            if k & 63 == 0:
                print('.')
`),
  crc32: pack(`
try:
    from ubinascii import crc32
except ImportError:
    from binascii import crc32
def H(p):
    h = k = 0
    with open(p, 'rb') as f:
        while 1:
            b = f.read(512)
            if not b:
                return (h & 0xffffffff).to_bytes(4, 'little')
            h = crc32(b, h)
            k += 1
            if k & 127 == 0:
                print('.')
`),
  sum: pack(`
def H(p):
    h = 5381
    k = 0
    with open(p, 'rb') as f:
        while 1:
            b = f.read(64)
            if not b:
                return bytes((h & 255, h >> 8 & 255, h >> 16))
            for c in b:
                h = (h * 33 ^ c) & 0xffffff
            k += 1
            if k & 63 == 0:
                print('.')
`),
};

/** K(directory): makes it and its parents. V(a, b): moves the file a over b. */
const moves = pack(`
def K(d):
    q = ''
    for n in d.split('/')[1:]:
        q += '/' + n
        try:
            os.mkdir(q)
        except OSError:
            if T(q) != 2:
                raise
def V(a, b):
    if T(b) == 2:
        raise OSError(EISDIR)
    try:
        os.rename(a, b)
    except OSError as e:
        # Some file systems do not rename over a file: a is whole and safe, so b may go. Not when another one holds it.
        if e.args[0] != EEXIST or not T(a) or not T(b):
            raise
        os.remove(b)
        os.rename(a, b)
`);

const walk = pack(`
def W(d):
    q = [d]
    while q:
        d = q.pop()
        for n, t, s in L(d):
            p = d.rstrip('/') + '/' + n
            print((p, t, s))
            if t:
                q.append(p)
`);

/**
 * F(path): four numbers of statvfs for the nearest directory that is there, and 1 where nothing can be written. To rename
 * a file that is not there changes nothing, and fails in another way where nothing may change; FAT looks for a directory
 * that is to go before it looks whether it may go.
 */
const space = pack(`
def F(p):
    while T(p) == 0 and p != '/':
        p = p[:p.rfind('/')] or '/'
    r = 0
    try:
        n = p.rstrip('/') + '/.upykit-none'
        os.rename(n, n + 'e')
    except OSError as e:
        r = int(e.args[0] in (30, 69))
    except AttributeError:
        r = 1
    return tuple(os.statvfs(p)[:4]) + (r,)
`);

const change = pack(`
def C(k, a, b):
    t = T(a)
    if k == 'mkdir':
        K(a)
    elif k == 'rename':
        if t or T(b) != 1:
            V(a, b)
    elif t == 0:
        pass
    elif k == 'remove':
        if t == 2:
            raise OSError(EISDIR)
        os.remove(a)
    elif t == 1:
        raise OSError(ENOTDIR)
    else:
        try:
            os.rmdir(a)
        except OSError:
            if T(a) and not os.listdir(a):
                raise
`);

/** Where nothing can be renamed, a file is copied and then removed: the source is whole until the copy is. */
const flatChange = pack(`
def C(k, a, b):
    if k == 'rename' and (T(a) or not T(b)):
        with open(a, 'rb') as f:
            with open(b, 'wb') as g:
                c = f.read(64)
                while c:
                    if g.write(c) != len(c):
                        raise OSError(ENOSPC)
                    c = f.read(64)
    if T(a):
        os.remove(a)
`);

/** Python helpers by name, in the variant that a board needs. `errno` gives the numbers for errors raised here. */
export function fileSnippets(
  { listing, hash }: FileSnippetVariant,
  errno: Readonly<Record<"EEXIST" | "EISDIR" | "ENOTDIR" | "ENOSPC", number>>,
): Readonly<Record<"base" | "list" | "walk" | "hash" | "move" | "change" | "space", string>> {
  const flat = listing === "flat";
  const number = (text: string): string =>
    text
      .replaceAll("EEXIST", String(errno.EEXIST))
      .replaceAll("EISDIR", String(errno.EISDIR))
      .replaceAll("ENOTDIR", String(errno.ENOTDIR))
      .replaceAll("ENOSPC", String(errno.ENOSPC));
  return {
    base: `${imports}\n${flat ? flatType : type}`,
    list: listings[listing],
    walk,
    space,
    hash: hashes[hash],
    move: flat ? "" : number(moves),
    change: number(flat ? flatChange : change),
  };
}
