// The `options` of a manifest. Follows IncludeOptions of tools/manifestfile.py, MicroPython 1.28.

import { bindArguments } from "../value/arguments.js";
import { outside } from "../value/exceptions.js";
import { native, PyInstance, type Value } from "../value/values.js";

const defaultsSignature = {
  name: "IncludeOptions.defaults",
  parameters: [],
  required: 0,
  extra: true,
  method: true,
};

/** What the manifest sees of the keywords it was included with: any name is an attribute, None where it was not given. */
export function includeOptions(keywords: ReadonlyMap<string, Value>): PyInstance {
  let defaults: ReadonlyMap<string, Value> = new Map();
  const setDefaults = native("defaults", (args) => {
    defaults = bindArguments(defaultsSignature, args).extra;
    return null;
  });
  const attribute = (name: string): Value => {
    if (name === "defaults") return setDefaults;
    if (name === "_kwargs" || name === "_defaults")
      throw outside(`manifests cannot use options.${name}`, "Use options.NAME.");
    const given = keywords.get(name);
    return given !== undefined ? given : (defaults.get(name) ?? null);
  };
  return new PyInstance("IncludeOptions", attribute, () => "<IncludeOptions>");
}
