// .mpy files that the board cannot load: for another interpreter or version, with foreign machine code, damaged.

import { isUpyError } from "../../errors.js";
import { checkCompatibility } from "../../mpy/compatibility.js";
import { readMpyHeader } from "../../mpy/header.js";
import { readMpy } from "../../mpy/read-mpy.js";
import { type Finding, finding, removal } from "../finding.js";
import { moduleName } from "../resolve-import.js";
import { resolveIn, searchedDirectories, type Situation } from "./situation.js";

/** The .mpy files that would fail to load. */
export function checkBytecode(situation: Situation): Finding[] {
  return [...situation.bytecode].flatMap(([path, content]) => {
    const complaint = complaintAbout(content, situation);
    return complaint === null ? [] : [unloadable(path, complaint, situation)];
  });
}

function complaintAbout(content: Uint8Array, { environment }: Situation): string | null {
  try {
    if (environment.mpy !== null) {
      const answer = checkCompatibility(content, environment);
      if (!answer.loadable) return `${answer.message} ${answer.hint}`;
    }
    if (readMpyHeader(content).version === 6) readMpy(content);
    return null;
  } catch (error) {
    if (isUpyError(error, "invalid-mpy")) return `${error.message} ${error.hint ?? ""}`.trim();
    throw error;
  }
}

function unloadable(path: string, complaint: string, situation: Situation): Finding {
  const { started, graph } = situation;
  const name = nameOf(path, situation);
  const result = name === null ? null : resolveIn(situation, name);
  const { found = null, hidden = [] } = result ?? {};
  const isFound =
    (found?.type === "module" && found.path === path) || (found?.type === "package" && found.init === path);
  const imports = graph.imports.filter(
    (one) => one.found !== null && one.name === name && started.has(one.from),
  );
  const severity = !isFound ? "info" : imports.length > 0 ? "error" : "warning";
  const isNeedless = !isFound || hidden.length > 0;
  return finding("unloadable-bytecode", severity, `${path} cannot be loaded. ${complaint}`, {
    module: name,
    files: [path],
    imports: imports.map(({ from, line }) => ({ path: from, line })),
    install: isFound && name !== null ? [name.replace(/\..*/u, "")] : [],
    fixes: isNeedless ? [removal([path])] : [],
  });
}

/** The dotted name under which a file would be imported, by the first directory of `sys.path` that holds it. */
export function nameOf(path: string, situation: Pick<Situation, "environment" | "index">): string | null {
  const holders = searchedDirectories(situation).filter((directory) => path.startsWith(`${directory}/`));
  const [nearest] = holders.sort((a, b) => b.length - a.length);
  return nearest === undefined ? null : moduleName(path.slice(nearest.length + 1));
}
