// node cli.mjs [MANIFEST [OUTPUT]]: freezes the manifest beside this file where none is given.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UpyError } from "@upykit/core";
import { freeze } from "./freeze.mjs";

const own = fileURLToPath(new URL("app/manifest.py", import.meta.url));
const [manifest = own, output = "frozen"] = process.argv.slice(2).map((path) => resolve(path));
try {
  const { modules, sizes } = await freeze({ manifest, output });
  console.log(`frozen: ${modules.join(", ")}`);
  console.log(
    `${output}/frozen_content.c ${sizes.c} B, image.romfs ${sizes.image} B, image.uf2 ${sizes.uf2} B`,
  );
} catch (error) {
  if (!(error instanceof UpyError)) throw error;
  // The error of a source has the place in it, that of a manifest has it in the hint.
  const { code, message, filename, line, codeFrame, hint } = error;
  const source = filename && `${filename}, line ${line}\n${codeFrame}`;
  console.error([`${code}: ${message}`, source, hint].filter(Boolean).join("\n  "));
  process.exitCode = 1;
}
