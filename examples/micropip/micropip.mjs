// micropip's and upip's command line, done on this machine: packages go to a directory that is then copied to the board.
// The index of MicroPython's library is asked first, PyPI only where it has no match.
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { install, parseRequirementsTxt, UpyError } from "@upykit/core";
import { directoryTarget } from "@upykit/core/node";
import { pypiIndex } from "@upykit/core/pypi";

const options = {
  path: { type: "string", short: "p", default: "." },
  index: { type: "string", short: "i", multiple: true },
  requirements: { type: "string", short: "r" },
};

/** Runs a command line: `install -p DIR PACKAGE…`. Resolves with the report. */
export async function micropip(args, { print, fetch } = {}) {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [command, ...packages] = positionals;
  const requirements = [...packages, ...(await readRequirements(values.requirements))];
  if (command !== "install" || requirements.length === 0) {
    throw new UpyError(
      "invalid-argument",
      "usage: install [-p DIR] [-i INDEX] [-r FILE] PACKAGE[==VERSION] …",
    );
  }
  const source = pypiIndex({
    urls: values.index,
    onWarning: ({ message }) => print?.(`Warning: ${message}`),
  });
  print?.(`Installing to: ${values.path}`);
  // upip's directory is the root of imports itself: no "lib" below it.
  const report = await install(directoryTarget(values.path), requirements, {
    sources: [source],
    root: "/",
    mpy: "never",
    fetch,
  });
  for (const { name, version, action } of report.packages) print?.(`${name} ${version ?? ""}: ${action}`);
  return report;
}

async function readRequirements(file) {
  return file === undefined ? [] : parseRequirementsTxt(await readFile(file, "utf8"), { path: file });
}
