// The code that answers several questions about a board's files in one exec: a line for each path, one for the space,
// then a small file in lines of bytes, the last of which is its digest.

import type { LookRequest } from "../../targets/target.js";
import type { BoardProfile } from "../profile.js";
import { pathLiteral } from "./paths.js";
import { snippetsFor } from "./snippet-set.js";

/** A larger file is read in a way of its own. */
const SMALL_FILE = 8192;

/** The code; null where it does not fit the board, or the board cannot answer all of it. */
export function lookCode(request: LookRequest, profile: BoardProfile): string | null {
  if (!profile.hasDirectories || !profile.canTellSpace) return null;
  const { base, hash, space } = snippetsFor(profile);
  const quoted = (path: string): string => (path === "/" ? "'/'" : pathLiteral(path, profile));
  const lines = [base, `for p in (${request.stat.map((path) => `${quoted(path)},`).join("")}):`, STAT];
  lines.push(request.space === undefined ? "print(None)" : `${space}\nprint(F(${quoted(request.space)}))`);
  if (request.readFile !== undefined) lines.push(hash, `p=${quoted(request.readFile)}`, READ);
  const code = lines.join("\n");
  return code.length <= profile.sourceLimit ? code : null;
}

const STAT = " t=T(p);print((t,os.stat(p)[6] if t==1 else 0))";

const READ = `if T(p)==1 and os.stat(p)[6]<=${SMALL_FILE}:
 with open(p,'rb') as f:
  while 1:
   b=f.read(256)
   if not b:break
   print(b)
 print(H(p))`;
