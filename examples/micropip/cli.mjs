// node cli.mjs install [-p DIR] [-i INDEX] [-r requirements.txt] PACKAGE[==VERSION] …
import { isUpyError } from "@upykit/core";
import { micropip } from "./micropip.mjs";

try {
  await micropip(process.argv.slice(2), { print: console.log });
} catch (error) {
  console.error(isUpyError(error) ? `${error.code}: ${error.message}\n  ${error.hint ?? ""}` : String(error));
  process.exitCode = 1;
}
