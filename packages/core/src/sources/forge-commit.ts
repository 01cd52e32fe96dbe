// Asks a forge which commit a ref stands for. Not knowing is no error: then nothing is pinned.
// APIs: GitHub REST 2022-11-28, GitLab REST v4, Forgejo v1.

import * as z from "zod/mini";
import { commitUrl, type GitPlace } from "../specs/forge.js";
import type { SourceContext } from "./source.js";

const commitId = z.string().check(z.regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/));
const answers = {
  github: z.pipe(
    z.object({ sha: commitId }),
    z.transform(({ sha }) => sha),
  ),
  gitlab: z.pipe(
    z.object({ id: commitId }),
    z.transform(({ id }) => id),
  ),
  codeberg: z.pipe(
    z.array(z.object({ sha: commitId })),
    z.transform(([first]) => first?.sha ?? null),
  ),
};

/** The full id of the commit that `place.ref` stands for, null when the forge does not tell (limits, private, down, offline). */
export async function findCommit(place: GitPlace, context: SourceContext): Promise<string | null> {
  if (place.ref !== null && commitId.safeParse(place.ref).success) return place.ref;
  try {
    const content = await context.download(commitUrl(place));
    if (content === null) return null;
    const result = answers[place.forge].safeParse(JSON.parse(new TextDecoder().decode(content)));
    return result.success ? result.data : null;
  } catch {
    context.signal?.throwIfAborted();
    return null;
  }
}
