// node cli.mjs list
// node cli.mjs [--port /dev/ttyACM0 | socket://host:port | rfc2217://host:port] [--run CODE] PACKAGE …
import { parseArgs } from "node:util";
import { isUpyError } from "@upykit/core";
import { describePorts, installAndRun } from "./node-serial.mjs";

const { values, positionals: packages } = parseArgs({
  allowPositionals: true,
  options: { port: { type: "string" }, run: { type: "string" }, index: { type: "string" } },
});
const usage = "node cli.mjs list\nnode cli.mjs [--port PATH] [--index URL] [--run CODE] PACKAGE …";
const stop = new AbortController();
process.once("SIGINT", () => stop.abort(new Error("stopped")));

try {
  if (packages.length === 0 && values.run === undefined) console.log(usage);
  else if (packages[0] === "list") for (const line of await describePorts()) console.log(line);
  else await installAndRun({ ...values, packages, signal: stop.signal });
} catch (error) {
  console.error(isUpyError(error) ? `${error.code}: ${error.message}\n  ${error.hint ?? ""}` : String(error));
  process.exitCode = 1;
}
