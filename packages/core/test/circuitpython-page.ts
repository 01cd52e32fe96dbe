// What circuitpython-chromium.test.ts runs in a page: bundles and the web workflow, with results as data.

import { install, isUpyError, listInstalled, uninstall, verify } from "@upykit/core";
import {
  circuitPythonBundle,
  type CircuitPythonBundle,
  listLibraries,
  webWorkflow,
  zipArchive,
} from "@upykit/core/circuitpython";

/** What came of an install on a board. */
export interface PageInstall {
  readonly written: readonly string[];
  readonly isWhole: boolean;
  readonly versions: Readonly<Record<string, string | null>>;
  /** What is recorded after the uninstall. */
  readonly left: readonly string[];
}

/** An error as data. */
export interface PageFailure {
  readonly code: string;
  readonly hint: string;
}

declare global {
  // The functions that the test calls.
  var installFromWeb: (board: string, bundle: string) => Promise<PageInstall>;
  var installFromFile: (board: string, zip: readonly number[], name: string) => Promise<PageInstall>;
  var failsToConnect: (board: string, password: string) => Promise<PageFailure>;
  var failsToOpen: (zip: readonly number[]) => Promise<PageFailure>;
}

const password = "passw0rd";

globalThis.installFromWeb = async (board, place) =>
  installOn(board, await circuitPythonBundle(place, { tag: "20260101" }));

globalThis.installFromFile = async (board, zip, name) =>
  installOn(board, await circuitPythonBundle(await zipArchive(Uint8Array.from(zip), { name })));

globalThis.failsToConnect = (board, word) => failureOf(webWorkflow(board, { password: word, retries: 1 }));

globalThis.failsToOpen = (zip) =>
  failureOf(
    zipArchive(Uint8Array.from(zip)).then((archive) =>
      Promise.all(archive.entries.map(({ path }) => archive.read(path))),
    ),
  );

async function installOn(board: string, bundle: CircuitPythonBundle): Promise<PageInstall> {
  const target = await webWorkflow(board, { password });
  const { written } = await install(target, ["adafruit-circuitpython-sensor"], { sources: [bundle] });
  const { ok } = await verify(target);
  const { libraries } = await listLibraries(target, { bundles: [bundle] });
  await uninstall(target, ["adafruit_sensor"]);
  await bundle.close();
  return {
    written,
    isWhole: ok,
    versions: Object.fromEntries(libraries.map(({ name, version }) => [name, version])),
    left: (await listInstalled(target)).packages.map(({ name }) => name),
  };
}

async function failureOf(work: Promise<unknown>): Promise<PageFailure> {
  try {
    await work;
  } catch (error) {
    if (isUpyError(error)) return { code: error.code, hint: error.hint ?? "" };
    throw error;
  }
  return { code: "none", hint: "" };
}
