// The files that a board starts by itself. Source: main.c of CircuitPython 10.3 (the search lists of code, boot, safe mode
// and REPL), main.c of the ports of MicroPython 1.28 (pyexec_file_if_exists).

import type { Environment } from "../environment.js";

/** Of each list the first file that is there is started. Double extensions are what Windows makes of hidden ones. */
const circuitPythonLists: readonly (readonly string[])[] = [
  ["safemode.py", "safemode.txt"],
  ["boot.py", "boot.txt"],
  [
    ...["code.txt", "code.py", "main.py", "main.txt"],
    ...["code.txt.py", "code.py.txt", "code.txt.txt", "code.py.py"],
    ...["main.txt.py", "main.py.txt", "main.txt.txt", "main.py.py"],
  ],
  ["repl.py"],
];

const microPythonLists: readonly (readonly string[])[] = [["boot.py"], ["main.py"]];

/** The lists of file names in the root of which a board starts the first that is there. */
export function entryLists({
  implementation,
}: Pick<Environment, "implementation">): readonly (readonly string[])[] {
  return implementation === "circuitpython" ? circuitPythonLists : microPythonLists;
}

/** The files that a board starts by itself, in the order in which it does. */
export function entryFiles(
  isFile: (path: string) => boolean,
  environment: Pick<Environment, "implementation">,
): string[] {
  return entryLists(environment).flatMap((names) => {
    const first = names.map((name) => `/${name}`).find(isFile);
    return first === undefined ? [] : [first];
  });
}

/** True for a file that a board may start by itself, whether or not another one comes first. */
export function isEntryFile(path: string, environment: Pick<Environment, "implementation">): boolean {
  return entryLists(environment).some((names) => names.some((name) => path === `/${name}`));
}
