// What a board's firmware has. Lists of boards name frozen libraries by their top names alone.

import type { Environment } from "../../environment.js";

/** Whether the firmware has a module or package of this name. */
export function isInFirmware(name: string, { frozenModules, builtinModules }: Environment): boolean {
  const all = [...(frozenModules ?? []), ...(builtinModules ?? [])];
  return all.some((one) => one === name || one.startsWith(`${name}.`));
}
