// Programs that a board would start, if another one did not come first.

import { entryLists } from "../entry-files.js";
import { type Finding, finding, move } from "../finding.js";
import type { Situation } from "./situation.js";

/** Of each list of names, the first is started, and the others never are: main.py beside code.py. */
export function checkPrograms({ environment, index }: Situation): Finding[] {
  return entryLists(environment).flatMap((names) => {
    const there = names.flatMap((name) => {
      const entry = index.at(`/${name}`);
      return entry?.type === "file" ? [entry.path] : [];
    });
    const [first, ...others] = [...new Set(there)];
    return first === undefined ? [] : others.map((path) => neverStarted(path, first, index));
  });
}

function neverStarted(path: string, first: string, index: Situation["index"]): Finding {
  const dot = path.lastIndexOf(".");
  const aside = `${path.slice(0, dot)}_unused${path.slice(dot)}`;
  return finding(
    "never-started",
    "warning",
    `${path} is never started: ${first} is there, and comes first.`,
    {
      files: [path, first],
      fixes: index.lookup(aside) === null ? [move(path, aside)] : [],
    },
  );
}
