// node cli.mjs [PACKAGES [OUTPUT [PORT]]]: builds the index of a folder of packages, and serves it.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UpyError } from "@upykit/core";
import { publish, serve } from "./private-index.mjs";

const [packages = fileURLToPath(new URL("packages", import.meta.url)), output = "index", port = "8070"] =
  process.argv.slice(2);
try {
  await main();
} catch (error) {
  if (!(error instanceof UpyError)) throw error;
  // The error of a source has the place in it, that of a manifest has it in the hint.
  const { code, message, filename, line, codeFrame, hint } = error;
  const source = filename && `${filename}, line ${line}\n${codeFrame}`;
  console.error([`${code}: ${message}`, source, hint].filter(Boolean).join("\n  "));
  process.exitCode = 1;
}

async function main() {
  const { compiled, newVersions, changedLocked } = await publish(resolve(packages), resolve(output));
  console.log(`${compiled} files compiled; new: ${newVersions.join(", ") || "nothing"}`);
  for (const version of changedLocked)
    console.warn(`${version} has changed, but is locked: give it a new version`);
  const { url } = await serve(resolve(output), Number(port));
  console.log(`Serving ${resolve(output)} until Ctrl+C:`);
  console.log(`  mip.install(NAME, index="${url}"), or mipIndex({ url: "${url}" })`);
}
