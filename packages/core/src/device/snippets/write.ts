// The writer on the board, for contents that come as literals. It is the one thing of ours that stays in `__main__`
// between two runs: until the file is done, or until the next snippet.

import { pack } from "./pack.js";
import { SCOPE } from "./scope.js";

const decoders = {
  base64: "a2b_base64",
  hex: "unhexlify",
  repr: null,
} as const;

/**
 * Opens the file p and leaves a function. Given a literal it writes that and prints how many bytes arrived and were
 * written; given b'' it closes the file; given None, or when anything raises, it removes the file and raises.
 */
export function writerSnippet(literal: keyof typeof decoders): string {
  const decoder = decoders[literal];
  const imports =
    decoder === null
      ? ""
      : `try:\n from ubinascii import ${decoder} as d\nexcept ImportError:\n from binascii import ${decoder} as d\n`;
  return imports + writer.replace("DECODED", decoder === null ? "x" : "d(x)");
}

const writer = `${pack(`
f = open(p, 'wb')
def w(x):
    try:
        if x:
            x = DECODED
            print(len(x), f.write(x))
        elif x is None:
            raise OSError
        else:
            f.close()
    except:
        try:
            f.close()
            os.remove(p)
        except OSError:
            pass
        raise
`)}\n${SCOPE} = w`;
