// The README of a project bundle: what to copy where, and what came from where. As in Adafruit's, one folder for each
// version of CircuitPython.

import type { PackageOrigin } from "../../resolve/resolution.js";
import type { ProjectBundleOptions, ProjectVariant } from "./build-project-bundle.js";

/** The text, with the line ends that every system's editor shows. */
export function formatReadme(
  name: string,
  variants: readonly ProjectVariant[],
  { website }: Pick<ProjectBundleOptions, "website">,
): string {
  const lines = [
    `This is a CircuitPython project bundle: ${name}.`,
    "",
    ...(website === undefined ? [] : ["To use it, follow:", website, ""]),
    "Copy what is inside the folder for your version of CircuitPython to the CIRCUITPY drive,",
    "merging its folder lib with the one that is there.",
    ...variants.flatMap((variant) => ["", ...describe(variant)]),
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

function describe({ folder, resolution, firmware, missing, environment }: ProjectVariant): string[] {
  const { boardId } = environment;
  return [
    boardId === null ? folder : `${folder} (made for ${boardId})`,
    "-".repeat(folder.length),
    ...resolution.packages.map(
      ({ name, version, origin }) =>
        `lib/${name} ${version ?? "of unknown version"}, from ${placeOf(origin)}`,
    ),
    ...(resolution.packages.length === 0 ? ["It needs no libraries."] : []),
    ...(firmware.length === 0 ? [] : [`In the firmware already: ${firmware.join(", ")}`]),
    ...(missing.length === 0
      ? []
      : [`Not in any bundle, find it elsewhere: ${missing.map((one) => one.name).join(", ")}`]),
  ];
}

function placeOf(origin: PackageOrigin): string {
  if (origin.type === "git") return `${origin.forge}:${origin.repository}@${origin.ref}`;
  return origin.type === "local" ? origin.path : origin.url.replace(/^bundle:/, "");
}
